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
    if actor.person is not None:
        return actor.person
    plain = f"{actor.kind}-{actor.id}".upper()
    if _CODE.fullmatch(plain):
        return plain
    return f"{actor.kind.upper()}-{sha256(actor.id.encode()).hexdigest()[:24].upper()}"
