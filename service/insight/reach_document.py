"""The reach of a correction as JSON, with what can and cannot be said of it in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.insight.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.sampling.rows import FrameRow
    from service.insight.reach import DrawReach, Reach, TierReach


def reach_document(found: Reach, language: str) -> dict[str, Any]:
    """What a correction reaches."""
    return {
        "event": found.record.id,
        "entity": found.entity.key,
        "since": found.since.isoformat(),
        "as_of": found.as_of.isoformat(),
        "corrections": [
            {
                "act": one.act,
                "acted_on": one.acted_on.isoformat(),
                "changes": one.detail.get("changes"),
                "source": one.source,
                "source_ref": one.source_ref,
            }
            for one in found.record.acts
        ],
        "tiers": [_tier(one) for one in found.tiers],
        "draws": [_draw(one, language) for one in found.draws],
        "asked": [
            {**one._asdict(), "first": one.first.isoformat(), "last": one.last.isoformat()} for one in found.asked
        ],
        "delivered": [
            {
                **one._asdict(),
                "told_at": one.told_at.isoformat(),
                "told_since": None if one.told_since is None else one.told_since.isoformat(),
            }
            for one in found.delivered
        ],
        "notes": [{"code": code, "text": words("reach")[code][language]} for code in _notes(found)],
    }


def _tier(one: TierReach) -> dict[str, Any]:
    return {
        "entity": one.entity,
        "kind": one.kind,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "was": one.was._asdict(),
        "now": one.now._asdict(),
        "by_record": one.by_record,
    }


def _draw(one: DrawReach, language: str) -> dict[str, Any]:
    place = one.place
    return {
        "draw": place.draw,
        "part": place.part,
        "authority": place.authority,
        "task": place.task,
        "entity": one.entity,
        "frozen_at": place.frozen_at.isoformat(),
        "cut_off_day": one.cut_off.isoformat(),
        "was": _place(place.row, place.tier),
        "now": None if one.row is None else _place(one.row, one.tier),
        "unplaced": None if one.unplaced is None else one.unplaced.text(language).detail,
        "became": place.became,
        "void": place.void,
        "by_record": one.by_record,
    }


def _place(row: FrameRow, tier: str | None) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "tier": tier,
        "state": row.state,
        "stratum": row.stratum or None,
        "weight": row.weight,
        "reason": row.reason or None,
    }


def _notes(found: Reach) -> Iterator[str]:
    if found.tiers:
        yield "tiers_stand"
    if found.draws:
        yield from ("draws_stand", "others_unsaid")
    if any(one.unplaced is not None for one in found.draws):
        yield "draw_unplaced"
    if not all([*(one.by_record for one in found.tiers), *(one.by_record for one in found.draws)]):
        yield "not_by_record"
    if any(one.in_batch for one in found.asked):
        yield "batches"
