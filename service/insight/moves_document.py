"""Who moved about the freeze of a draw as JSON: counts for everybody, rows for those who look into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from service.insight.moves import Moved, Moves, PartMoves
    from service.insight.moving_records import MovingRecord
    from service.inspections.plans import KnownPlace


def moves_document(found: Moves, *, rows: bool) -> dict[str, Any]:
    """The report; ``rows``: with the entities."""
    return {
        "draw": found.draw,
        "frozen_at": found.span.frozen_at.isoformat(),
        "first_day": found.span.first.isoformat(),
        "last_day": found.span.last.isoformat(),
        "days": found.days,
        "known_at": found.span.known,
        "unrated": found.unrated,
        "parts": [_part(part, rows=rows) for part in found.parts],
    }


def _part(part: PartMoves, *, rows: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "part": part.part,
        "authority": part.authority,
        "task": part.task,
        "cut_off_day": part.cut_off.isoformat(),
        "frame": part.frame,
        "moved": len(part.moved),
        "back_dated": sum(one.back_dated for one in part.moved),
        "counts": [
            {"turn": turn, "became": became, "back_dated": late, "entities": number}
            for (turn, became, late), number in sorted(part.counts().items())
        ],
    }
    return {**told, "entities": [_moved(one) for one in part.moved]} if rows else told


def _moved(one: Moved) -> dict[str, Any]:
    return {
        "entity": one.entity,
        "kind": one.kind,
        "turns": list(one.turns),
        "was": _place(one.was),
        "stood": _place(one.stood),
        "now": _place(one.now),
        "became": one.became,
        "expected_tier": one.expected_tier,
        "last_tier": one.last_tier,
        "back_dated": one.back_dated,
        "records": [_record(record) for record in one.records],
    }


def _place(place: KnownPlace | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {**place._asdict(), "stratum": place.stratum or None, "reason": place.reason or None}


def _record(record: MovingRecord) -> dict[str, Any]:
    return {
        **record._asdict(),
        "dated_on": None if record.dated_on is None else record.dated_on.isoformat(),
        "recorded_at": record.recorded_at.isoformat(),
    }
