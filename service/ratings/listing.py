"""Many answers at once, and rows of history, as plain JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.kernel.codes import CodeError, public_key
from scoring.kernel.points import format_points
from service import editions
from service.platform import Problem
from service.ratings import queries
from service.ratings.audience import Audience, audience_of, bare, published

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.editions import Shelf
    from service.platform import Actor


def history_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """One rating that was in force."""
    day = row["next_change_on"]
    return {
        **row,
        "as_of": row["as_of"].isoformat(),
        "computed_at": row["computed_at"].isoformat(),
        "score": None if row["score"] is None else format_points(row["score"]),
        "next_change_on": None if day is None else day.isoformat(),
        "due_on": None if row["due_on"] is None else row["due_on"].isoformat(),
    }


def batch_answer(
    session: Session, actor: Actor, asked: Sequence[str], now: datetime
) -> tuple[list[dict[str, Any]], list[str]]:
    """An answer, or the code of a problem, for each code asked, in that order; and the keys of the persons among them.

    One statement, whatever their number.
    """
    keys = {code: _key(code) for code in dict.fromkeys(asked)}
    found = queries.summaries(session, [key for key in keys.values() if key is not None], now)
    shelf = editions.shelf(session)
    items = [{"asked": code, **_one(found, actor, keys[code], shelf)} for code in asked]
    told = dict.fromkeys(item["entity"] for item in items if "problem" not in item)
    return items, [key for key in told if found[key]["natural_person"]]


def _key(code: str) -> str | None:
    try:
        return str(public_key(code))
    except CodeError:
        return None


def _one(found: Mapping[str, Mapping[str, Any]], actor: Actor, key: str | None, shelf: Shelf) -> dict[str, Any]:
    if key is None:
        return {"problem": "tier_code_malformed"}
    row = found.get(key)
    if row is None:
        return {"problem": "tier_entity_unknown"}
    try:
        audience = audience_of(actor, key=key, authority=row["authority"], region=row["region"])
    except Problem as problem:
        return {"problem": problem.code}
    if audience is Audience.PUBLIC:
        return {"entity": key, "kinds": {kind: bare(one) for kind, one in published(row["summary"], shelf).items()}}
    told = {
        "entity": key,
        "as_of": row["as_of"].isoformat(),
        "computed_at": row["computed_at"].isoformat(),
        "pending": row["pending"],
        "disputed": row["disputed"],
    }
    kinds = row["summary"]
    if audience is Audience.PARTNER:
        kinds = {kind: bare(one) for kind, one in kinds.items()}
    told |= {name: row[name] for name in ("state", "tier", "domains")}
    return {**told, "reason": queries.reason_of(row["summary"]), "kinds": kinds}
