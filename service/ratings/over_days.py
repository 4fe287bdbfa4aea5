"""The tiers of an entity over a span of days: as they were in force, and as the evidence known now gives them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service.ratings.law import law_of
from service.ratings.proposals.rows import proposals_of
from service.ratings.queries import IN_FORCE
from service.ratings.read import read_subjects

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session

    from scoring.rating.history import Event
    from service.ratings.assemble import Subject
    from service.ratings.rate import EntityRating

_IN_FORCE = text(
    """
    SELECT {in_force}
      FROM rating LEFT JOIN rating_proposal AS kept ON kept.id = rating.proposal_id
     WHERE rating.entity_id = :entity AND rating.as_of <= :last
     ORDER BY rating.id
""".replace("{in_force}", IN_FORCE)
)


class Stood(NamedTuple):
    """How a kind stood. ``tier`` None: it had none; ``state`` as of a rating."""

    tier: str | None
    state: str


class Instead(NamedTuple):
    """Another version of an event, looked at in place of the one that is known."""

    number: int
    event: Event
    kinds: tuple[str, ...] | None


def in_force_over(session: Session, entity_id: int, *, last: date) -> dict[str, dict[date, Stood]]:
    """What was in force, as the history keeps it: by kind the days of its turns, ascending.

    Of several ratings of a day the last one stands; before the first of them nothing was in force.
    """
    found: dict[str, dict[date, Stood]] = {}
    for row in session.execute(_IN_FORCE, {"entity": entity_id, "last": last}):
        found.setdefault(row.kind, {})[row.as_of] = Stood(row.tier, "rated" if row.tier else row.state)
    return {kind: dict(sorted(turns.items())) for kind, turns in found.items()}


class Retelling:
    """An entity with the evidence known now, to be looked at on any day. It is read once.

    ``instead``: a version of one event that stands in place of the one known, also among the events of branches.
    ``branch``: an entity that is looked at as a branch of this one, which it was once.
    Proposals and decisions keep on a day in force what they kept.
    """

    def __init__(
        self, session: Session, entity_id: int, *, instead: Instead | None = None, branch: int | None = None
    ) -> None:
        (subject,) = read_subjects(session, [entity_id])
        if branch is not None:
            (once,) = read_subjects(session, [branch])
            subject = subject._replace(branches=(*subject.branches, once))
        self._subject = subject if instead is None else _with(subject, instead)
        self._law = law_of(session)
        self._known = proposals_of(session, [entity_id], position=None).get(entity_id, {})

    def on(self, day: date) -> dict[str, Stood]:
        """How every kind stands on a day."""
        return _stood(self._rated(day))

    def over(self, first: date, last: date, *, turns: Collection[date] = ()) -> dict[date, dict[str, Stood]]:
        """How every kind stands from a day to another: every day on which something may turn, ``turns`` among them."""
        stops = sorted({day for day in turns if first < day <= last})
        found: dict[date, dict[str, Stood]] = {}
        day = first
        while day <= last:
            rated = self._rated(day)
            found[day] = _stood(rated)
            due = [stop for stop in stops if stop > day][:1]
            due += [] if rated.next_change_on is None else [rated.next_change_on]
            day = min(due, default=last + timedelta(1))
        return found

    def _rated(self, day: date) -> EntityRating:
        return self._law.shown(self._subject, day, self._known, {})


def _stood(rated: EntityRating) -> dict[str, Stood]:
    return {one.kind: Stood(one.tier, "rated" if one.tier else one.result.state) for one in rated.kinds}


def _with(subject: Subject, instead: Instead) -> Subject:
    number, event, kinds = instead
    events = [
        (event, kinds, number, disputed) if known == number else (said, concerned, known, disputed)
        for said, concerned, known, disputed in subject.evidence.events
    ]
    evidence = subject.evidence._replace(events=events)
    return subject._replace(evidence=evidence, branches=tuple(_with(branch, instead) for branch in subject.branches))
