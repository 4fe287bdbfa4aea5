"""What is known of entities: by key, by number, at a position of the ledger."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import text

from scoring.kernel.codes import CodeError, public_key
from service.platform import told_once

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

_NOW = text("""
SELECT e.id, e.body, e.parent_id, a.timezone
  FROM entity e JOIN authority a ON a.id = e.authority_id
 WHERE e.id = ANY(:ids)
""")
_THEN = text("""
SELECT v.entity_id, v.body, p.id, a.timezone
  FROM (SELECT DISTINCT ON (v.entity_id) v.entity_id, v.body
          FROM entity_version v JOIN ledger_seal s ON s.audit_id = v.audit_id
         WHERE v.entity_id = ANY(:ids) AND s.seq <= :position
         ORDER BY v.entity_id, s.seq DESC, v.id DESC) v
  JOIN authority a ON a.code = v.body ->> 'authority'
  LEFT JOIN entity p ON p.public_key = v.body ->> 'parent'
""")
_IDS = text("SELECT public_key, id FROM entity WHERE public_key = ANY(:keys)")
_FORMER = text("""
SELECT p.id, max(s.until)
  FROM (SELECT v.body ->> 'parent' AS parent, lead(w.recorded_at) OVER (ORDER BY v.id) AS until
          FROM entity_version v JOIN audit w ON w.id = v.audit_id WHERE v.entity_id = :id) s
  JOIN entity p ON p.public_key = s.parent
  JOIN entity e ON e.id = :id AND p.id IS DISTINCT FROM e.parent_id
 GROUP BY p.id ORDER BY p.id
""")
_BRANCHES = text("SELECT parent_id, id FROM entity WHERE parent_id = ANY(:ids) ORDER BY parent_id, id")


class EntityFacts(NamedTuple):
    """An entity as known at some position.

    ``kinds``: for every kind held, its licences as half-open spans [from, to) of days, to None where open.
    ``timezone``: of its authority. ``attributes``: inherent-risk factors and others.
    """

    id: int
    key: str
    name: str
    authority: str
    timezone: str
    region: str
    status: str
    status_on: date | None
    established_on: date | None
    parent_id: int | None
    natural_person: bool
    unverified_code: bool
    attributes: Mapping[str, str]
    kinds: Mapping[str, tuple[tuple[date, date | None], ...]]
    address: str | None = None


def masked(name: str) -> str:
    """The name of a natural person as the public may see it: its first character."""
    return name[:1] + "*" * (len(name) - 1)


def masked_within(text: str, entity: EntityFacts) -> str:
    """What somebody wrote about an entity as the public may read it: the name of a natural person masked in it too."""
    return text.replace(entity.name, masked(entity.name)) if entity.natural_person else text


def resolve(session: Session, keys: Collection[str]) -> dict[str, int]:
    """Internal numbers by key as it was asked; a key that no entity has is left out.

    A key may be written as callers write it: ``uscc:…``, 18 characters alone, lower case.
    """
    found = dict(told_once(session, (_ids, frozenset(keys)), lambda: _ids(session, keys)))
    if len(found) == len(keys):
        return found
    others: dict[str, str] = {}
    for key in keys:
        if key not in found:
            try:
                full = str(public_key(key))
            except CodeError:
                continue
            if full != key:
                others[key] = full
    if others:
        also = _ids(session, set(others.values()))
        found |= {key: also[full] for key, full in others.items() if full in also}
    return found


def _ids(session: Session, keys: Collection[str]) -> dict[str, int]:
    askable = [key for key in keys if "\0" not in key]
    return {row[0]: row[1] for row in session.execute(_IDS, {"keys": askable})}


def facts(session: Session, ids: Collection[int], *, position: int | None) -> dict[int, EntityFacts]:
    """What was known of entities at a sealed position; None: all that is committed now.

    An entity that was not yet recorded then is left out. One statement, whatever the number of ids.
    """
    if position is None:
        rows = session.execute(_NOW, {"ids": list(ids)})
    else:
        rows = session.execute(_THEN, {"ids": list(ids), "position": position})
    return {row[0]: _facts(*row) for row in rows.all()}


def _facts(number: int, body: dict[str, Any], parent_id: int | None, timezone: str) -> EntityFacts:
    kinds: dict[str, tuple[tuple[date, date | None], ...]] = {}
    for licence in body["kinds"]:
        span = (date.fromisoformat(licence["valid_from"]), _day(licence["valid_to"]))
        kinds[licence["kind"]] = (*kinds.get(licence["kind"], ()), span)
    return EntityFacts(
        number,
        body["key"],
        body["name"],
        body["authority"],
        timezone,
        body["region"],
        body["status"],
        _day(body["status_on"]),
        _day(body["established_on"]),
        parent_id,
        body["natural_person"],
        body["unverified_code"],
        body["attributes"],
        kinds,
        body.get("address"),
    )


def _day(text_or_none: str | None) -> date | None:
    return None if text_or_none is None else date.fromisoformat(text_or_none)


def branches(session: Session, parent_ids: Collection[int]) -> dict[int, list[int]]:
    """The direct branches of entities, by the parent's number; an entity without branches is left out."""
    found: dict[int, list[int]] = {}
    for parent, branch in session.execute(_BRANCHES, {"ids": list(parent_ids)}):
        found.setdefault(parent, []).append(branch)
    return found


def former_parents(session: Session, entity_id: int) -> dict[int, datetime]:
    """The entities of which one was a branch and is none now, each with the instant at which that ended."""
    return {row[0]: row[1] for row in session.execute(_FORMER, {"id": entity_id})}


def authority_today(facts_of_entity: EntityFacts, now: datetime) -> date:
    """The day that it is for the entity's authority at an instant."""
    return now.astimezone(ZoneInfo(facts_of_entity.timezone)).date()
