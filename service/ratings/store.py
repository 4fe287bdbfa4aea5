"""Writing a batch of ratings: rows by COPY, heads by one UPDATE. Runs inside the drain's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from psycopg import Cursor

    from service.ratings.rate import EntityRating

COPY_RATINGS = """
    COPY rating (id, entity_id, kind, as_of, computed_at, edition, state, reason, score, grade, tier,
                 next_change_on, digest, document) FROM STDIN
"""
MOVE_HEADS = """
    UPDATE rating_head AS head
       SET key = new.key, name = new.name, authority = new.authority, region = new.region,
           time_zone = new.time_zone, natural_person = new.natural_person, disputed = new.disputed,
           as_of = new.as_of, computed_at = %(now)s, state = new.state, tier = new.tier,
           next_change_on = new.next_change_on, rating_ids = new.rating_ids::bigint[],
           summary = new.summary, domains = new.domains
      FROM unnest(%(ids)s::bigint[], %(key)s::text[], %(name)s::text[], %(authority)s::text[], %(region)s::text[],
                  %(time_zone)s::text[], %(natural_person)s::boolean[], %(disputed)s::boolean[],
                  %(as_of)s::date[], %(state)s::text[], %(tier)s::text[], %(next)s::date[],
                  %(rating_ids)s::text[], %(summary)s::jsonb[], %(domains)s::jsonb[])
           AS new (entity_id, key, name, authority, region, time_zone, natural_person, disputed, as_of, state, tier,
                   next_change_on, rating_ids, summary, domains)
     WHERE head.entity_id = new.entity_id
"""


def store(cursor: Cursor[tuple[object, ...]], rated: Sequence[EntityRating], now: datetime) -> None:
    """Insert every rating and move the heads, whose rows this transaction has locked."""
    ids = _rating_ids(cursor, sum(len(entity.kinds) for entity in rated))
    heads: list[list[int]] = []
    with cursor.copy(COPY_RATINGS) as copy:
        for entity in rated:
            own: list[int] = []
            for kind, result, document, digest in entity.kinds:
                own.append(rating_id := ids.pop())
                copy.write_row(
                    (
                        rating_id,
                        entity.facts.id,
                        kind,
                        entity.as_of,
                        now,
                        result.edition,
                        result.state,
                        result.reason,
                        result.total,
                        result.grade,
                        result.tier,
                        result.next_change_on,
                        digest,
                        document.decode(),
                    )
                )
            heads.append(own)
    cursor.execute(
        MOVE_HEADS,
        {
            "now": now,
            "ids": [entity.facts.id for entity in rated],
            "key": [entity.facts.key for entity in rated],
            "name": [entity.facts.name for entity in rated],
            "authority": [entity.facts.authority for entity in rated],
            "region": [entity.facts.region for entity in rated],
            "time_zone": [entity.facts.timezone for entity in rated],
            "natural_person": [entity.facts.natural_person for entity in rated],
            "disputed": [entity.disputed for entity in rated],
            "as_of": [entity.as_of for entity in rated],
            "state": [entity.state for entity in rated],
            "tier": [entity.tier for entity in rated],
            "next": [entity.next_change_on for entity in rated],
            # An array of arrays must be rectangular; these are not.
            "rating_ids": ["{" + ",".join(map(str, own)) + "}" for own in heads],
            "summary": [Jsonb(entity.summary()) for entity in rated],
            "domains": [Jsonb(dict(entity.domains)) for entity in rated],
        },
    )


def _rating_ids(cursor: Cursor[tuple[object, ...]], count: int) -> list[int]:
    cursor.execute("SELECT nextval('rating_id_seq') FROM generate_series(1, %s)", (count,))
    return [int(str(row[0])) for row in reversed(cursor.fetchall())]
