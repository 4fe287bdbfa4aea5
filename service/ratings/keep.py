"""Keeping a batch of ratings, whose heads the caller has locked: rows, heads, what moved, the entry of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.ratings.movements import Moved, keep_moves
from service.ratings.read import raw_cursor
from service.ratings.store import store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.platform import UnitOfWork
    from service.ratings.rate import EntityRating

TOLD = ("state", "tier", "grade", "proposed")
"""Parts of a kind's summary whose change is told."""


def keep(
    uow: UnitOfWork, rated: Sequence[EntityRating], before: Mapping[int, Mapping[str, Any]], **also: int
) -> list[dict[str, dict[str, Any]]]:
    """Keep the ratings of entities, tell which tiers moved, and seal them; returns the summary of each.

    ``before``: what the heads said; ``also``: what the entry of the ledger says besides.
    """
    summaries = [one.summary() for one in rated]
    number = uow.next_audit_id()
    sealed = store(raw_cursor(uow.session), rated, summaries, now=uow.now, audit_id=number)
    moved: list[Moved] = []
    for entity, summary in zip(rated, summaries, strict=True):
        moved += _tell(uow, entity, before.get(entity.facts.id, {}), summary)
    keep_moves(uow.session, moved)
    ids = [one.facts.id for one in rated]
    told = {"first": min(ids, default=None), "last": max(ids, default=None), "count": len(rated), **sealed, **also}
    uow.audit("ratings.rated", f"{len(rated)} entities", told, number=number)
    return summaries


def _tell(
    uow: UnitOfWork, entity: EntityRating, before: Mapping[str, Any], summary: Mapping[str, Any]
) -> Iterator[Moved]:
    """Outbox rows for what changed of tiers; yields those that moved from one to another, or ended."""
    for kind in sorted(summary.keys() | before.keys()):
        old, new = before.get(kind, {}), summary.get(kind, {})
        if [old.get(part) for part in TOLD] != [new.get(part) for part in TOLD]:
            fell = entity.fell(kind, old.get("tier"))
            move = {"kind": kind, "old": old or None, "new": new or None, "fell": fell}
            uow.publish("tier.changed", entity.facts.key, move)
            was, now = old.get("tier"), new.get("tier")
            if was is not None and was != now:
                facts = entity.facts
                yield Moved(facts.id, kind, entity.as_of, facts.authority, facts.region, was, now, fell)
