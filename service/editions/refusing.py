"""What is wrong with an edition's text, as a problem."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from scoring.edition import id_of, parse
from scoring.kernel.errors import EditionError
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.edition.model import Edition
    from scoring.kernel.errors import Finding

KEPT: Final = 500
"""Editions that a process keeps, of now and of the past."""


def read_offered(text: str) -> Edition:
    """The edition of a text that is to be put in force.

    Raises:
        Problem: ``edition_invalid``, with every finding of the parser.
    """
    try:
        return parse(text)
    except EditionError as error:
        raise refusal(id_of(text) or "?", error.findings) from error


@lru_cache(maxsize=KEPT)
def read_stored(text: str, edition: str) -> Edition:
    """The edition of a text that the database holds: such texts never change, so each is read once per process.

    Raises:
        Problem: ``edition_unreadable``: another state of the program put it in force, and this one cannot read it.
    """
    try:
        return parse(text)
    except EditionError as error:
        raise Problem("edition_unreadable", errors=_told(error.findings), edition=edition) from error


def refusal(edition: str, findings: Sequence[Finding]) -> Problem:
    """``edition_invalid``, with each finding at its place and by its clause."""
    return Problem("edition_invalid", errors=_told(findings), edition=edition, count=len(findings))


def refused_cases(edition: str, findings: Sequence[Finding]) -> Problem:
    """``edition_cases_unreadable``, with each finding at its place in the text of the cases."""
    first = findings[0]
    return Problem("edition_cases_unreadable", errors=_told(findings), edition=edition, zh=first.zh, en=first.en)


def _told(findings: Sequence[Finding]) -> list[Problem]:
    return [
        Problem(
            "edition_finding",
            pointer=one.pointer,
            zh=f"〔{one.clause}〕{one.zh}" if one.clause else one.zh,
            en=f"[{one.clause}] {one.en}" if one.clause else one.en,
            finding=one.code,
        )
        for one in findings
    ]
