"""What is wrong with staged rows beside what is stored, found set by set. Rows found wrong leave the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson
from sqlalchemy import text

from service.register.intake import Flaw
from service.register.seeds import statuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor

_DEPTH = 64

_REPEATS = """
WITH numbered AS (
  SELECT row, body = first_value(body) OVER same AS equal, row_number() OVER same AS place,
         first_value(row) OVER same AS first
    FROM stage JOIN (SELECT key FROM stage GROUP BY key HAVING count(*) > 1) twice USING (key)
  WINDOW same AS (PARTITION BY key ORDER BY row)
), gone AS (
  DELETE FROM stage s USING numbered n WHERE n.row = s.row AND n.place > 1 RETURNING s.row, n.equal, n.first
)
SELECT row, equal, first FROM gone ORDER BY row
"""

_READY = """
CREATE TEMP TABLE ready ON COMMIT DROP AS
SELECT s.row, s.key, coalesce(e.id, nextval('entity_id_seq')) AS id, e.body AS old, a.id AS authority_id, a.timezone,
       (CAST(:defaults AS jsonb) || coalesce(e.body, '{}'::jsonb) || s.body)
         - CASE jsonb_typeof(s.body -> 'address') WHEN 'null' THEN 'address' ELSE '' END AS body,
       s.name, s.name_key, s.pinyin, s.initials, s.grams, s.address_key, s.address_grams
  FROM stage s
  LEFT JOIN entity e ON e.public_key = s.key
  LEFT JOIN authority a ON a.code = coalesce(s.body ->> 'authority', e.body ->> 'authority')
"""

_PAIRS = """
SELECT DISTINCT body ->> 'authority', body ->> 'region' FROM ready
UNION SELECT DISTINCT old ->> 'authority', old ->> 'region' FROM ready WHERE old IS NOT NULL
"""

_FOREIGN = """
SELECT row, '/key', 'entity_out_of_scope', '{}'::jsonb FROM ready r
 WHERE EXISTS (
   SELECT FROM unnest(CAST(:authorities AS text[]), CAST(:regions AS text[])) AS f (authority, region)
    WHERE (f.authority, f.region) IN ((r.body ->> 'authority', r.body ->> 'region'),
                                      (r.old ->> 'authority', r.old ->> 'region')))
"""

# What is recorded of a branch may count for its parent: who joins or parts them must answer for both.
_PARENTS = """
SELECT r.row, p.public_key, p.body ->> 'authority', p.region
  FROM ready r CROSS JOIN LATERAL (VALUES (r.body ->> 'parent'), (r.old ->> 'parent')) AS named (key)
  JOIN entity p ON p.public_key = named.key
 WHERE r.body ->> 'parent' IS DISTINCT FROM r.old ->> 'parent'
 ORDER BY r.row
"""

_CHECKS = (
    """
SELECT row, '/' || field, 'entity_field_missing', '{}'::jsonb
  FROM ready, unnest(ARRAY['name', 'authority', 'region']) AS field WHERE old IS NULL AND NOT body ? field
""",
    """
SELECT row, '/' || field, 'entity_day_in_future', jsonb_build_object('day', body ->> field)
  FROM ready, unnest(ARRAY['established_on', 'status_on']) AS field
 WHERE body ->> field > to_char(CAST(:now AS timestamptz) AT TIME ZONE timezone, 'YYYY-MM-DD')
""",
    """
SELECT row, '/status_on', 'entity_status_before_establishment',
       jsonb_build_object('status_on', body ->> 'status_on', 'established_on', body ->> 'established_on')
  FROM ready WHERE body ->> 'status_on' < body ->> 'established_on'
""",
    """
SELECT row, '/status', 'entity_status_needs_persons', jsonb_build_object('status', body ->> 'status')
  FROM ready WHERE body ->> 'status' = ANY(CAST(:by_persons AS text[])) AND NOT :confirmed
   AND (old ->> 'status', old ->> 'status_on', old ->> 'status_evidence')
       IS DISTINCT FROM (body ->> 'status', body ->> 'status_on', body ->> 'status_evidence')
""",
    """
SELECT row, '/status', 'entity_status_transition',
       jsonb_build_object('from', old ->> 'status', 'to', body ->> 'status')
  FROM ready WHERE old ->> 'status' <> body ->> 'status'
   AND NOT (old ->> 'status' || '>' || (body ->> 'status')) = ANY(CAST(:allowed AS text[]))
""",
    """
SELECT row, '/status_on', 'entity_status_renewed', jsonb_build_object('since', old ->> 'status_on')
  FROM ready WHERE body ->> 'status' = ANY(CAST(:limited AS text[]))
   AND old ->> 'status' = body ->> 'status' AND body ->> 'status_on' > old ->> 'status_on'
""",
    """
SELECT row, '/status_on', 'entity_status_too_long', jsonb_build_object('months', months)
  FROM ready JOIN unnest(CAST(:limited AS text[]), CAST(:months AS int[])) AS rule (status, months)
       ON rule.status = body ->> 'status'
 WHERE CAST(body ->> 'status_on' AS date) + make_interval(months => months)
       <= date_trunc('day', CAST(:now AS timestamptz) AT TIME ZONE timezone)
   AND (old ->> 'status', old ->> 'status_on') IS DISTINCT FROM (body ->> 'status', body ->> 'status_on')
""",
)

_NO_PARENT = """
SELECT row, '/parent', 'entity_parent_unknown', jsonb_build_object('parent', body ->> 'parent')
  FROM ready r WHERE body ->> 'parent' IS NOT NULL
   AND NOT EXISTS (SELECT FROM entity p WHERE p.public_key = r.body ->> 'parent')
   AND NOT EXISTS (SELECT FROM ready p WHERE p.key = r.body ->> 'parent')
"""

# Upwards from every row that names a new parent: a staged parent speaks for the staged, a stored one for the rest.
_CYCLES = f"""
WITH RECURSIVE up (row, start, at, step) AS (
  SELECT row, key, body ->> 'parent', 1 FROM ready
   WHERE body ->> 'parent' IS NOT NULL AND body ->> 'parent' IS DISTINCT FROM old ->> 'parent'
  UNION ALL
  SELECT up.row, up.start, coalesce(r.body ->> 'parent', CASE WHEN r.key IS NULL THEN e.body ->> 'parent' END),
         up.step + 1
    FROM up LEFT JOIN ready r ON r.key = up.at LEFT JOIN entity e ON e.public_key = up.at
   WHERE up.at IS NOT NULL AND up.at <> up.start AND up.step < {_DEPTH}
)
SELECT row, '/parent', 'entity_parent_cycle', '{{}}'::jsonb
  FROM up WHERE at = start OR (step = {_DEPTH} AND at IS NOT NULL)
"""  # noqa: S608 - a constant of this module

_DEFAULTS = orjson.dumps(
    {
        "kinds": [],
        "attributes": {},
        "established_on": None,
        "status": "active",
        "status_on": None,
        "status_evidence": None,
        "parent": None,
        "natural_person": False,
    }
).decode()


class RowFlaw(NamedTuple):
    """A flaw of a row of the file."""

    row: int
    flaw: Flaw


class Refused(NamedTuple):
    """What the checks found: flaws in the order found, and rows that only repeat an earlier one of the file."""

    flaws: list[RowFlaw]
    repeated: int


def refuse_rows(session: Session, actor: Actor, now: datetime, *, confirmed: bool = False) -> Refused:
    """Check staged rows beside what is stored and take the wrong ones away; what remains is in ``ready``.

    ``confirmed``: the persons that a status needs have agreed. From here to the end of the transaction no other writer
    of entities comes between, so that what was checked is what is stored.
    """
    flaws, repeated = _repeats(session)
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('register.write', 0))"))
    session.execute(text(_READY), {"defaults": _DEFAULTS})
    session.execute(text("CREATE INDEX ON ready (key)"))
    session.execute(text("ANALYZE ready (row, key, id)"))
    flaws += _take_away(session, [*_foreign(session, actor), *_foreign_parents(session, actor)])
    rules = statuses().values()
    parameters = {
        "now": now,
        "confirmed": confirmed,
        "by_persons": [s.code for s in rules if s.persons > 1],
        "allowed": [f"{s.code}>{to}" for s in rules for to in s.to],
        "limited": [s.code for s in rules if s.longest_months is not None],
        "months": [s.longest_months for s in rules if s.longest_months is not None],
    }
    found: list[RowFlaw] = []
    for check in _CHECKS:
        found += _ask(session, check, parameters)
    flaws += _take_away(session, found)
    for check in (_CYCLES, _NO_PARENT):
        while wrong := list(_ask(session, check, {})):
            flaws += _take_away(session, wrong)
    return Refused(flaws, repeated)


def _repeats(session: Session) -> tuple[list[RowFlaw], int]:
    flaws, repeated = [], 0
    for row, equal, first in session.execute(text(_REPEATS)):
        if equal:
            repeated += 1
        else:
            flaws.append(RowFlaw(row, Flaw("/key", "entity_key_twice", {"first": first})))
    return flaws, repeated


def _foreign(session: Session, actor: Actor) -> Iterator[RowFlaw]:
    pairs = [tuple(row) for row in session.execute(text(_PAIRS))]
    closed = [(a, r) for a, r in pairs if a is not None and r is not None and not actor.may_see(a, r)]
    if closed:
        authorities, regions = zip(*closed, strict=True)
        yield from _ask(session, _FOREIGN, {"authorities": list(authorities), "regions": list(regions)})


def _foreign_parents(session: Session, actor: Actor) -> Iterator[RowFlaw]:
    """Rows that would join an entity to a parent out of the caller's reach, or part it from one."""
    if actor.authority is None and not actor.regions:
        return
    for row, parent, authority, region in session.execute(text(_PARENTS)):
        if not actor.may_see(authority, region):
            yield RowFlaw(row, Flaw("/parent", "entity_parent_out_of_scope", {"parent": parent}))


def _ask(session: Session, statement: str, parameters: dict[str, object]) -> Iterator[RowFlaw]:
    for row, pointer, code, params in session.execute(text(statement), parameters):
        yield RowFlaw(row, Flaw(pointer, code, params))


def _take_away(session: Session, flaws: list[RowFlaw]) -> list[RowFlaw]:
    if flaws:
        rows = sorted({flaw.row for flaw in flaws})
        session.execute(text("DELETE FROM ready WHERE row = ANY(:rows)"), {"rows": rows})
    return flaws
