"""The clock of a hundred thousand open cases of repair: a day passes, terms come near, some are over and end a case.

What is timed is one run of the job on that day. Nothing is missed: a second run moves no case and tells nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench.city import stored_city
from bench.harness import Figures, Row, peak_mebibytes
from scoring.editions.shipped import calendar
from scoring.kernel.workdays import Term, last_day
from service.platform import Database, FixedClock
from workers.jobs import repairs

if TYPE_CHECKING:
    import psycopg

ENTITIES = 20_000
CASES = 100_000
DAY = datetime(2026, 6, 30, 4, tzinfo=UTC)
MOST = 60

ROW = Row(
    id="repair-sweep",
    what=f"a day passes over {CASES:,} open cases: terms that are near or over are told, those that end a case end it",
    target=f"≤ {MOST} s, memory bounded",
)

EVENTS = """
INSERT INTO event (entity_id, source, source_ref, body_sha256, decision_kind, code, severity, decided_on, final,
                   audit_id)
SELECT ids[1 + g %% cardinality(ids)], 'bench', 'r' || g, '', 'penalty', 'penalty_fine', 'general',
       date '2026-01-05', true, 0
  FROM (SELECT array_agg(id ORDER BY id) AS ids FROM entity) AS known, generate_series(1, %(cases)s) AS g
"""
CASES_OPEN = """
INSERT INTO repair_case (number, procedure, event_id, entity_id, entity_key, authority, region, edition_id,
                         edition_digest, filed_on, state, clock, due_on, due_provisional, escalate_on, open, opened_at,
                         audit_id)
SELECT 'bench-' || e.id, 'repair', e.id, n.id, n.public_key, a.code, n.region, 'ndrc-36.2026', '', filed,
       'supplement_asked', 'supplement', due, false, NULL, true, now(), 0
  FROM event e JOIN entity n ON n.id = e.entity_id JOIN authority a ON a.id = n.authority_id
       CROSS JOIN LATERAL (SELECT %(days)s::date[] AS days, %(dues)s::date[] AS dues) AS given
       CROSS JOIN LATERAL (SELECT days[1 + e.id %% cardinality(days)] AS filed,
                                  dues[1 + e.id %% cardinality(dues)] AS due) AS own
 WHERE e.source = 'bench'
"""
STEPS = """
INSERT INTO repair_step (case_id, place, event, state, part, person, taken_on, taken_at, detail, audit_id)
SELECT c.id, s.place, s.event, s.state, s.part, 'bench', c.filed_on, now(), '{}', 0
  FROM repair_case c, (VALUES (1, 'submit', 'submitted', 'applicant'),
                              (2, 'ask_supplement', 'supplement_asked', 'handler')) AS s (place, event, state, part)
"""
ASKED_ON = [date(2026, 6, day) for day in (12, 15, 16, 17, 18, 22, 23, 24, 25, 26, 29, 30)]
"""Days on which papers were asked for: the term of ten working days is over for those of the first."""


def measure() -> Figures:
    """The seconds of a day's run over those asked for."""
    term = Term(10, "working_days", "from_next_day")
    dues = [last_day(term, day, calendar("cn"), to_act=True).day for day in ASKED_ON]
    with stored_city(ENTITIES, events=False) as city, city.connect() as connection:
        connection.execute(EVENTS, {"cases": CASES})
        connection.execute(CASES_OPEN, {"days": ASKED_ON, "dues": dues})
        connection.execute(STEPS)
        connection.execute("VACUUM ANALYZE")
        over = _number(connection, "SELECT count(*) FROM repair_case WHERE due_on < date '2026-06-30'")
        database = Database(city.environ["DATABASE_URL"], clock=FixedClock(DAY))
        day = swept(database)
        lapsed, told = _ended(connection)
        assert lapsed == told == over, (lapsed, told, over)
        swept(database)
        assert _ended(connection) == (lapsed, told), "a second run does something"
        database.close()
    return Figures(
        ours=f"{day:.1f} s: {lapsed:,} of {CASES:,} cases lapsed",
        peer="none: the time asked for",
        ratio=MOST / day,
        met=day <= MOST,
        memory=f"peak {peak_mebibytes()} MiB",
    )


def swept(database: Database) -> float:
    """The seconds of one run."""
    begin = perf_counter()
    repairs.run(database)
    return perf_counter() - begin


def _ended(connection: psycopg.Connection[Any]) -> tuple[int, int]:
    """How many cases have lapsed, and how many alarms were raised."""
    lapsed = _number(connection, "SELECT count(*) FROM repair_case WHERE state = 'lapsed' AND NOT open")
    return lapsed, _number(connection, "SELECT count(*) FROM repair_alarm WHERE stage = 'over'")


def _number(connection: psycopg.Connection[Any], statement: str) -> int:
    row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return int(row[0])
