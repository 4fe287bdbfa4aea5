"""The plain edition as one SQL statement of DuckDB, on a table of its own in memory, two threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import numpy as np

from bench.peers.law import plain_law

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.law import Answers
    from scoring.rating.columnar import Columns
    from scoring.rating.history import EditionChain

STATEMENT = """
with summed as (
  select entity, {sums} from event join rule using (code)
  where decided_on >= {since} and decided_on <= {until} group by entity
), totalled as (
  select entity, greatest({low}, least({high}, {base} + {capped})) as total from summed
)
select entity, total, case {bands} else {last} end as grade from totalled
"""


def duckdb_plain(columns: Columns, chain: EditionChain) -> Callable[[], Answers]:
    """Loads the tables, untimed, and returns the statement as a function."""
    law = plain_law(columns, chain)
    base = duckdb.connect()
    base.execute("set threads = 2")
    owner = np.repeat(np.arange(columns.entities, dtype=np.int32), np.diff(columns.offsets))
    base.register("arrays", {"entity": owner, "decided_on": columns.events.decided_on, "code": columns.events.code})
    base.execute("create table event as select * from arrays")
    codes = np.arange(len(law.points), dtype=np.int32)
    base.register("rules", {"code": codes, "points": law.points, "part": law.part})
    base.execute("create table rule as select * from rules")
    sums = ", ".join(
        f"coalesce(sum(points) filter (part = {part} and points {side} 0), 0) as s{number}"
        for number, (part, side, _) in enumerate(law.caps)
    )
    capped = " + ".join(
        f"greatest(s{number}, {-limit})" if side == "<" else f"least(s{number}, {limit})"
        for number, (_, side, limit) in enumerate(law.caps)
    )
    bands = " ".join(f"when total >= {bound} then {place}" for place, bound in enumerate(law.bounds))
    statement = STATEMENT.format(
        sums=sums,
        capped=capped,
        bands=bands,
        last=len(law.bounds),
        **{name: getattr(law, name) for name in ("since", "until", "low", "high", "base")},
    )

    def answer() -> Answers:
        found = base.execute(statement).fetchnumpy()
        total = np.full(columns.entities, law.base, np.int64)
        grade = np.full(columns.entities, law.grade_of(law.base), np.int8)
        total[found["entity"]], grade[found["entity"]] = found["total"], found["grade"]
        return total, grade

    return answer
