"""What publicity answers: the state of a record, why, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from datetime import date

    from scoring.edition.envelope import Edition

State: TypeAlias = Literal["not_published", "due", "public", "ended", "withdrawn"]
"""``not_published``: the law does not show it · ``due``: it is to be shown and is not yet · ``public`` · ``ended``: its
time is over or it was repaired · ``withdrawn``: annulled, deleted by law, or without effect while it is disputed."""


class Reason(NamedTuple):
    """Why: a stable code, what it is about (a class, a kind of penalty…), and the clause it rests on.

    ``verified`` False: the clause was not read in its source. ``clause`` "": evidence alone says so.
    """

    code: str
    about: str = ""
    clause: str = ""
    verified: bool = True


def because(edition: Edition, code: str, clause: str, about: str = "") -> Reason:
    """A reason that rests on a clause of an edition."""
    return Reason(code, about, clause, clause not in edition.unverified_clauses)


class Standing(NamedTuple):
    """The answer on one day.

    ``reasons``: what decides comes first. ``starts_on``: the day from which periods count. ``earliest_end``: the last
    day of the minimum, before which nothing shortens publicity (None: no minimum); ``latest_end``: the last day of the
    maximum (None: none). ``ends_on``: the last day on which the record is public by the evidence there is; None where
    it is not public, or no end is in sight. ``shortened``: whether repair may end publicity before the maximum.
    ``provisional``: a day was counted that no notice has settled. ``next_change_on``: the first day after as_of on
    which the answer is another one with the same evidence.
    """

    state: State
    reasons: tuple[Reason, ...]
    edition: str | None = None
    digest: str | None = None
    record_class: str | None = None
    starts_on: date | None = None
    earliest_end: date | None = None
    latest_end: date | None = None
    ends_on: date | None = None
    shortened: bool = True
    provisional: bool = False
    next_change_on: date | None = None
