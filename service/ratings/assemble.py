"""From the rows of the lower rooms to what the engine reads: one history for each kind an entity holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.rating.history import History

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from scoring.rating.history import Event
    from service.evidence import EntityEvidence
    from service.register import EntityFacts


class Subject(NamedTuple):
    """One entity with everything its rating is made from.

    ``branches`` are the subjects of its branches, for editions under which a parent answers for them.
    """

    facts: EntityFacts
    evidence: EntityEvidence
    branches: tuple[Subject, ...] = ()


class Suspended(NamedTuple):
    """An event of an entity, or of its branch, that has no effect from a day on, by the objection of that number."""

    source: str
    ref: str
    code: str
    decided_on: date
    entity: str
    since: date
    objection: str

    def as_dict(self) -> dict[str, str]:
        """Plain JSON values."""
        days = {"decided_on": self.decided_on.isoformat(), "since": self.since.isoformat()}
        return self._asdict() | days


def history(subject: Subject, kind: str, *, with_branches: bool, as_of: date) -> History:
    """The history of an entity in one kind: the evidence that names the kind, or names none.

    An event that is suspended on a day, because it is disputed, is not there on that day: it has no effect at all.
    With branches, their evidence in the kind stands beside the entity's own, under the branch's public key as part of
    the reference, so that two sites may use the same reference.
    """
    facts = subject.facts
    evidence = subject.evidence
    events = [event for event, kinds, *_ in _effective(evidence, as_of) if _concerns(kinds, kind)]
    occasions = [occasion for occasion, kinds, *_ in evidence.occasions if _concerns(kinds, kind)]
    if with_branches:
        for branch in subject.branches:
            prefix = branch.facts.key
            events.extend(
                event._replace(
                    ref=f"{event.ref}@{prefix}",
                    occasion=event.occasion and f"{event.occasion}@{prefix}",
                    case_ref=event.case_ref and f"{event.case_ref}@{prefix}",
                )
                for event, kinds, *_ in _effective(branch.evidence, as_of)
                if _concerns(kinds, kind)
            )
            occasions.extend(
                occasion._replace(ref=f"{occasion.ref}@{prefix}")
                for occasion, kinds, *_ in branch.evidence.occasions
                if _concerns(kinds, kind)
            )
    return History(
        entity=facts.key,
        kind=kind,
        events=tuple(events),
        occasions=tuple(occasions),
        attributes=facts.attributes,
        known_since=facts.established_on,
        licences=facts.kinds[kind],
    )


def turns_ahead(subject: Subject, as_of: date) -> list[date]:
    """Days after a day on which events of the entity or of its branches begin to be suspended."""
    found = [each.since for one in (subject, *subject.branches) for each in one.evidence.suspended.values()]
    return sorted(day for day in found if day > as_of)


def left_aside(subject: Subject, kind: str, *, with_branches: bool, as_of: date) -> tuple[Suspended, ...]:
    """The events that `history` leaves out on a day because they are suspended, in order of their numbers."""
    return tuple(
        Suspended(event.source, event.ref, event.code, event.decided_on, facts.key, *suspension)
        for facts, evidence, _ in (subject, *(subject.branches if with_branches else ()))
        for event, kinds, number, _ in evidence.events
        if _concerns(kinds, kind)
        and (suspension := evidence.suspended.get(number)) is not None
        and suspension.since <= as_of
    )


def _effective(evidence: EntityEvidence, as_of: date) -> Iterable[tuple[Event, tuple[str, ...] | None, int, bool]]:
    """The events but for those that are suspended on a day."""
    suspended = {number for number, one in evidence.suspended.items() if one.since <= as_of}
    return [one for one in evidence.events if one[2] not in suspended] if suspended else evidence.events


def _concerns(kinds: tuple[str, ...] | None, kind: str) -> bool:
    return kinds is None or kind in kinds


def subjects(
    facts: Mapping[int, EntityFacts],
    evidence: Mapping[int, EntityEvidence],
    branches: Mapping[int, Iterable[int]],
    wanted: Iterable[int],
) -> list[Subject]:
    """The wanted entities that the register knows, each with its branches."""
    return [
        Subject(
            facts[entity_id],
            evidence[entity_id],
            tuple(
                Subject(facts[branch], evidence[branch]) for branch in branches.get(entity_id, ()) if branch in facts
            ),
        )
        for entity_id in wanted
        if entity_id in facts
    ]
