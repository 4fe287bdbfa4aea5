"""Whom a question is about, and the note that it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.kernel.codes import CodeError, public_key
from service.platform import Problem, web

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.ratings.audience import Audience


def asked_key(code: str) -> str:
    """The public key that a code in an address means.

    Raises:
        Problem: ``tier_code_malformed``.
    """
    try:
        return str(public_key(code))
    except CodeError as error:
        raise Problem("tier_code_malformed", zh=error.zh, en=error.en) from error


def note_question(
    key: str, audience: Audience, arguments: Mapping[str, Any], *, named: bool, what: str = "tier"
) -> None:
    """Keep who asked, at least five years (Shenzhen art. 45); a named person's look-up before it is answered.

    ``what`` is noted where the caller tells no purpose.
    """
    write = web.notes().note_now if named else web.notes().note
    write(web.actor(), arguments.get("purpose", what), key, {"audience": audience.value})
