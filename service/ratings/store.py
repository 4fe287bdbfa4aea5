"""Writing a batch of ratings: rows by COPY, heads by one UPDATE. Runs inside the drain's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import orjson

from service.ratings.integrity import seal_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from psycopg import Cursor

    from service.ratings.integrity import Value
    from service.ratings.rate import EntityRating

COPY_RATINGS = """
    COPY rating (id, entity_id, kind, as_of, computed_at, edition, state, reason, score, grade, tier,
                 next_change_on, digest, proposal_id, status, document, audit_id) FROM STDIN
"""
MOVE_HEADS = """
    UPDATE rating_head AS head
       SET key = new.key, name = new.name, authority = new.authority, region = new.region,
           time_zone = new.time_zone, natural_person = new.natural_person, disputed = new.disputed,
           as_of = new.as_of, computed_at = %(now)s, state = new.state, tier = new.tier,
           next_change_on = new.next_change_on, rating_ids = new.rating_ids,
           summary = new.summary, domains = new.domains
      FROM json_to_recordset(%(heads)s::json)
           AS new (entity_id bigint, key text, name text, authority text, region text, time_zone text,
                   natural_person boolean, disputed boolean, as_of date, state text, tier text, next_change_on date,
                   rating_ids bigint[], summary jsonb, domains jsonb)
     WHERE head.entity_id = new.entity_id
"""


def store(
    cursor: Cursor[tuple[object, ...]],
    rated: Sequence[EntityRating],
    summaries: Sequence[Mapping[str, object]],
    *,
    now: datetime,
    audit_id: int,
) -> dict[str, int | str]:
    """Insert every rating and move the heads, whose rows this transaction has locked; ``summaries``: one of each.

    Returns what the ledger's entry of that number says of the ratings: how many, and their seal.
    """
    ids = _rating_ids(cursor, sum(len(entity.kinds) for entity in rated))
    heads: list[dict[str, object]] = []
    rows: list[tuple[Value, ...]] = []
    with cursor.copy(COPY_RATINGS) as copy:
        for entity, summary in zip(rated, summaries, strict=True):
            own: list[int] = []
            for one in entity.kinds:
                result, shown = one.result, one.in_force
                own.append(rating_id := ids.pop())
                rows.append(
                    row := (
                        rating_id,
                        entity.facts.id,
                        one.kind,
                        entity.as_of,
                        now,
                        result.edition,
                        result.state,
                        result.reason,
                        result.total,
                        result.grade,
                        result.tier,
                        result.next_change_on,
                        one.digest,
                        None if shown is None else shown.proposal,
                        None if shown is None else shown.status,
                    )
                )
                copy.write_row((*row, one.document.decode(), audit_id))
            heads.append(_head(entity, own, summary))
    cursor.execute(MOVE_HEADS, {"now": now, "heads": orjson.dumps(heads).decode()})
    return {"ratings": len(rows), "sha256": seal_of(rows)}


def _head(entity: EntityRating, rating_ids: list[int], summary: Mapping[str, object]) -> dict[str, object]:
    """A head as one object of one document: the driver writes arrays of many values far more slowly."""
    facts = entity.facts
    return {
        "entity_id": facts.id,
        "key": facts.key,
        "name": facts.name,
        "authority": facts.authority,
        "region": facts.region,
        "time_zone": facts.timezone,
        "natural_person": facts.natural_person,
        "disputed": entity.disputed,
        "as_of": entity.as_of,
        "state": entity.state,
        "tier": entity.tier,
        "next_change_on": entity.next_change_on,
        "rating_ids": rating_ids,
        "summary": summary,
        "domains": dict(entity.domains),
    }


def _rating_ids(cursor: Cursor[tuple[object, ...]], count: int) -> list[int]:
    cursor.execute("SELECT ARRAY(SELECT nextval('rating_id_seq') FROM generate_series(1, %s))", (count,))
    row = cursor.fetchone()
    return cast("list[int]", row[0])[::-1] if row else []
