"""Persons as documents of a draw name them: by a staff code, never by a name."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.platform import Actor

_CODE = re.compile(r"[0-9A-Z][0-9A-Z-]{0,39}")


def staff_code(actor: Actor) -> str:
    """The code of an actor in documents of the protocol (docs/draw-protocol.md §1): the same for the same person.

    It is the staff code that the token names; a token that names nobody stands for itself.
    """
    return actor.person or code_of_caller(actor.kind, actor.id)


def code_of_caller(kind: str, id_: str) -> str:
    """The code of a token, or another caller, that names nobody."""
    plain = f"{kind}-{id_}".upper()
    if _CODE.fullmatch(plain):
        return plain
    return f"{kind.upper()}-{sha256(id_.encode()).hexdigest()[:24].upper()}"
