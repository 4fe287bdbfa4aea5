"""A draft held against what is known of its entity: stored, already held, or refused, and what is remarkable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from service.evidence.intake.checker import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from service.evidence.catalogue import DecisionKind
    from service.evidence.intake.draft import Draft
    from service.platform import Actor


class Facts(NamedTuple):
    """What is known when a draft comes in. ``today``: at the entity's authority. None where there is nothing.

    ``held_id``, ``held_sha256``: what is recorded under the draft's reference.
    """

    entity_id: int | None
    authority: str | None
    region: str | None
    today: date | None
    established: date | None
    ended: date | None
    held_id: int | None
    held_sha256: bytes | None
    occasion_id: int | None
    occasion_entity: int | None


class Verdict(NamedTuple):
    """What becomes of a draft. ``faults`` say why it is refused, ``warnings`` what is remarkable about it.

    Of what is held, ``warnings`` are those of the body alone: whoever stored it just now has them to tell.
    """

    outcome: Literal["stored", "held", "refused"]
    faults: list[Fault]
    warnings: list[Fault]


def judge(draft: Draft, facts: Facts, actor: Actor) -> Verdict:
    """What becomes of a draft. The statements that store it hold the same conditions; a test compares them."""
    values = draft.values
    if facts.entity_id is None:
        return _refused(Fault("/entity", "unknown_entity", {"entity": values["entity"]}))
    if not actor.may_see(facts.authority, facts.region):
        return _refused(Fault("/entity", "out_of_scope"))
    if facts.held_id is not None:
        if facts.held_sha256 == draft.digest:
            return Verdict("held", [], list(draft.remarks))
        params = {"source": values["source"], "value": values["source_ref"]}
        return _refused(Fault("/source_ref", "reference_taken", params))
    faults = [*_occasion(draft, facts), *_future(draft, facts)]
    warnings: list[Fault] = list(draft.remarks)
    for refuse, fault in _lifetime(draft, facts):
        (faults if refuse else warnings).append(fault)
    return Verdict("refused" if faults else "stored", faults, warnings)


def _refused(fault: Fault) -> Verdict:
    return Verdict("refused", [fault], [])


def _occasion(draft: Draft, facts: Facts) -> Iterator[Fault]:
    occasion = draft.values.get("occasion")
    if occasion is None:
        return
    if facts.occasion_id is None:
        yield Fault("/occasion", "unknown_occasion", {"source": draft.values["source"], "value": occasion})
    elif facts.occasion_entity != facts.entity_id:
        yield Fault("/occasion", "occasion_of_another", {"value": occasion})


def _future(draft: Draft, facts: Facts) -> Iterator[Fault]:
    for field in ("decided_on", "held_on", "corrected_on", "performed_on"):
        day = draft.values.get(field)
        if day is not None and facts.today is not None and day > facts.today:
            yield Fault("/" + field, "date_in_future", {"value": day, "today": facts.today})


def _lifetime(draft: Draft, facts: Facts) -> Iterator[tuple[bool, Fault]]:
    field = "held_on" if draft.kind is None else "decided_on"
    yield from outside_life("/" + field, draft.values[field], draft.kind, facts.established, facts.ended)


def outside_life(
    pointer: str, day: date, kind: DecisionKind | None, established: date | None, ended: date | None
) -> Iterator[tuple[bool, Fault]]:
    """A day outside the entity's life: whether the kind of decision refuses it (an occasion does), and what to say."""
    if established is not None and day < established:
        refuse = kind is None or kind.before_establishment == "refuse"
        yield refuse, Fault(pointer, "before_establishment", {"value": day, "established": established})
    if ended is not None and day > ended:
        refuse = kind is None or kind.after_deregistration == "refuse"
        yield refuse, Fault(pointer, "after_deregistration", {"value": day, "ended": ended})
