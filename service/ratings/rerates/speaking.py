"""What speaks for an entity: its head, or from the day of a run on what is staged for it. Text of statements.

Every statement that tells what is in force reads through these, so that a switch needs nothing to be written.
"""

from __future__ import annotations

from service.ratings.rerates.runs import COVERS

_LIVE = "run.outcome IS NULL AND run.stopped_at IS NULL"

SPEAKING = f"""
    rating_head AS head
    LEFT JOIN LATERAL (
      SELECT ready.* FROM rating_staged AS ready JOIN rerate_run AS run ON run.id = ready.run_id
       WHERE ready.entity_id = head.entity_id AND ready.as_of > head.as_of AND {{when}} AND {_LIVE}
       ORDER BY ready.as_of DESC LIMIT 1) AS staged ON true
"""  # noqa: S608 - text of this room
"""A head and the staged row that speaks instead of it, whose columns are null where none does."""

BY_CLOCK = SPEAKING.format(when="ready.speaks_from <= :now")
"""From the very midnight on: for those who are told the instant."""
BY_POINTER = SPEAKING.format(
    when="EXISTS (SELECT FROM rerate_switch AS moved WHERE moved.run_id = run.id AND moved.time_zone = head.time_zone)"
)
"""Once the pointer has moved, a second later at most: for those who count or list without an instant."""

BY_DAY = SPEAKING.format(when="ready.as_of <= :day")
"""For a question about a day, whether it has come or not."""

AWAITED = f"""
    ARRAY(SELECT DISTINCT run.day FROM rerate_run AS run
           WHERE run.outcome IS NULL AND run.day > head.as_of AND {COVERS} ORDER BY run.day)
"""  # noqa: S608 - text of this room
"""Days on which other law begins for the entity than its head was written under."""

OVERDUE = f"""
    EXISTS (SELECT FROM rerate_run AS run
             WHERE run.outcome IS NULL AND run.day > coalesce(staged.as_of, head.as_of) AND {COVERS}
               AND run.day::timestamp AT TIME ZONE head.time_zone <= :now)
"""
"""Whether the day of a run has come and nothing is staged for it: the entity waits to be rated."""

NEXT_LAW = f"""
    (SELECT min(run.day) FROM rerate_run AS run
      WHERE run.outcome IS NULL AND run.day > coalesce(staged.as_of, head.as_of) AND {COVERS})
"""  # noqa: S608 - text of this room


def said(*columns: str) -> str:
    """Columns of which a staged row that speaks has its own."""
    chosen = (f"CASE WHEN staged.as_of IS NULL THEN head.{one} ELSE staged.{one} END AS {one}" for one in columns)
    return ", ".join(chosen)


def raw(statement: str) -> str:
    """A statement as the driver itself reads it."""
    return statement.replace("%", "%%").replace(":now", "%(now)s").replace(":key", "%(key)s")
