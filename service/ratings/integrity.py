"""Whether stored ratings still are what was sealed of them, and heads what their ratings say."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final, TypeAlias

import orjson
from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

Value: TypeAlias = "int | str | date | datetime | bytes | None"

SEALED: Final = (
    *("id", "entity_id", "kind", "as_of", "computed_at", "edition", "state", "reason", "score", "grade", "tier"),
    *("next_change_on", "digest", "proposal_id", "status"),
)
"""The columns of a rating that its entry seals; the document by its digest."""

# A rating of an earlier release names no entry.
_ROWS = text(f"""
SELECT r.audit_id, a.detail ->> 'sha256' AS sha256, {", ".join("r." + name for name in SEALED)}
  FROM rating r LEFT JOIN audit a ON a.id = r.audit_id AND a.action = 'ratings.rated'
 WHERE r.audit_id IS NOT NULL ORDER BY r.audit_id, r.id
""")  # noqa: S608 - names of this module
_GONE = text("""
SELECT a.id FROM audit a
 WHERE a.action = 'ratings.rated' AND CAST(a.detail ->> 'ratings' AS bigint) > 0
   AND NOT EXISTS (SELECT FROM rating r WHERE r.audit_id = a.id)
 ORDER BY a.id
""")
_DOCUMENTS = text("SELECT id FROM rating WHERE sha256(convert_to(document, 'UTF8')) <> digest ORDER BY id")
# A provisional or kept tier is not that of the rating: it is the proposal's, which the ledger holds.
_HEADS = text("""
SELECT h.key FROM rating_head h
 WHERE cardinality(h.rating_ids) <> (SELECT count(*) FROM jsonb_object_keys(h.summary))
    OR EXISTS (
         SELECT FROM unnest(h.rating_ids) AS x (id) LEFT JOIN rating r ON r.id = x.id AND r.entity_id = h.entity_id
          WHERE r.id IS NULL
             OR EXISTS (SELECT FROM rating n WHERE n.entity_id = r.entity_id AND n.kind = r.kind AND n.id > r.id)
             OR h.summary -> r.kind ->> 'digest' IS DISTINCT FROM encode(r.digest, 'hex')
             OR (r.status IS NULL AND (h.summary -> r.kind ->> 'state', h.summary -> r.kind ->> 'grade',
                                       h.summary -> r.kind ->> 'tier') IS DISTINCT FROM (r.state, r.grade, r.tier)))
    OR EXISTS (
         SELECT FROM jsonb_each(h.domains) AS d
          WHERE d.value ->> 'tier' IS NOT NULL
            AND d.value ->> 'tier' NOT IN (SELECT k.value ->> 'tier' FROM jsonb_each(h.summary) AS k
                                            WHERE k.value ->> 'tier' IS NOT NULL))
    OR h.tier IS NULL AND EXISTS (SELECT FROM jsonb_each(h.domains) AS d WHERE d.value ->> 'tier' IS NOT NULL)
    OR h.tier IS NOT NULL AND h.tier NOT IN (SELECT d.value ->> 'tier' FROM jsonb_each(h.domains) AS d
                                              WHERE d.value ->> 'tier' IS NOT NULL)
 ORDER BY h.entity_id
""")


def seal_of(rows: Iterable[Sequence[Value]]) -> str:
    """SHA-256, hex, over the ``SEALED`` columns of ratings, a JSON list a line, in the order of their numbers."""
    seal = sha256()
    for row in rows:
        seal.update(orjson.dumps([_plain(value) for value in row], option=orjson.OPT_UTC_Z) + b"\n")
    return seal.hexdigest()


def _plain(value: Value) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def rating_faults(session: Session) -> Iterator[str]:
    """One sentence for each batch of ratings, each rating and each head that is not what was stored. Memory is bounded.

    What a batch's entry seals must be what its rows are; a document must give its digest; a head must point at the
    newest ratings of its entity, and say what they say.
    """
    rows = session.execute(_ROWS, execution_options={"yield_per": 2_000})
    for number, batch in groupby(rows, attrgetter("audit_id")):
        first = next(batch)
        sealed = first.sha256
        if seal_of(row[2:] for row in (first, *batch)) != sealed:
            yield f"audit row {number} names a batch of ratings of which one was changed, exchanged or is gone"
    for number in session.scalars(_GONE):
        yield f"audit row {number} names ratings that are gone"
    for number in session.scalars(_DOCUMENTS):
        yield f"rating {number} has another explanation than was stored: the row was changed"
    for key in session.scalars(_HEADS):
        yield f"what is in force for entity {key} is not what its ratings say: the head was changed"
