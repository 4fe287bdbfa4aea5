"""A set of drafts stored by statements over sets: copied to a temporary table, joined, inserted.

The insert takes what nothing speaks against. Only where rows are left over are facts fetched and judged one by one,
by the same ``judge`` that a single event meets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from psycopg.errors import UniqueViolation

from service.evidence.catalogue import ended_by
from service.evidence.intake.judgement import Facts, judge
from service.evidence.intake.single import prefix
from service.evidence.sql import sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    import psycopg
    from sqlalchemy.orm import Session

    from service.evidence.bulk.copying import Copied
    from service.evidence.intake.checker import Fault
    from service.evidence.intake.draft import Draft
    from service.evidence.intake.judgement import Verdict
    from service.platform import Actor


class Remark(NamedTuple):
    """What is said of one row: why it was refused, or what is remarkable about it."""

    number: int
    fault: Fault
    refused: bool


class Stored(NamedTuple):
    """What became of a set of drafts; ``ids`` (where asked) by row number, ``repeats`` of them held before."""

    stored: int
    held: int
    remarks: list[Remark]
    ids: dict[int, int]
    repeats: frozenset[int] = frozenset()


class Bounds(NamedTuple):
    """Greatest numbers before a file or batch began: what is above and bears its audit number is its own."""

    event: int
    occasion: int
    act: int


class Stage:
    """Stores drafts on one connection, inside the transaction that is open there, under one audit number."""

    def __init__(self, connection: psycopg.Connection[Any], actor: Actor, now: datetime, audit_id: int) -> None:
        self._connection = connection
        self._parameters = {
            "now": now,
            "audit_id": audit_id,
            "ended_by": list(ended_by()),
            "authorities": actor.authorities,
            "regions": [prefix(region) for region in actor.regions] or None,
            "rows": None,
        }
        self._actor = actor
        connection.execute(sql("stage").encode())

    def store(self, rows: Sequence[Copied], *, ids: bool = False, hopeful: bool = False) -> Stored:
        """Store drafts, occasions before events. ``ids``: also tell every number.

        ``hopeful``: try first as if no reference were held yet, which costs far less where that is so.
        """
        parts = [
            self._store(name, part, ids=ids, hopeful=hopeful)
            for name in ("occasion", "event")
            if (part := [each for each in rows if each.sheet.name == name])
        ]
        return Stored(
            sum(part.stored for part in parts),
            sum(part.held for part in parts),
            [remark for part in parts for remark in part.remarks],
            {number: found for part in parts for number, found in part.ids.items()},
            frozenset().union(*(part.repeats for part in parts)),
        )

    def _store(self, name: str, rows: Sequence[Copied], *, ids: bool, hopeful: bool) -> Stored:
        bound = greatest(self._connection, name)
        self._copy(name, rows)
        stored = self._if_all_new(name) if hopeful else None
        if stored is None:
            stored = self._connection.execute(_statement(name), self._parameters).rowcount
        if stored == sum(len(each.sheet.numbers) for each in rows) and not ids:
            return Stored(stored, 0, list(_remarks(rows)), {})
        return self._explain(name, rows, bound)

    def _if_all_new(self, name: str) -> int | None:
        """Store what nothing speaks against; None, and nothing is stored, where a reference is held already."""
        try:
            with self._connection.transaction():
                return self._connection.execute(_statement(name, on_conflict=""), self._parameters).rowcount
        except UniqueViolation:
            return None

    def _copy(self, name: str, rows: Sequence[Copied]) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE stage_{name}".encode())
            with cursor.copy(f"COPY stage_{name} FROM STDIN".encode()) as copy:
                for each in rows:
                    copy.write(each.lines)

    def _explain(self, name: str, rows: Sequence[Copied], bound: int) -> Stored:
        """Judge every row; store those whose day is only remarked on; tell which were here before."""
        drafts = {number: draft for each in rows for number, draft in each.sheet.drafts()}
        verdicts = self._verdicts(name, drafts, bound)
        late = [number for number, (verdict, _, _) in verdicts.items() if verdict.outcome == "stored"]
        if late:
            given = {**self._parameters, "rows": late}
            self._connection.execute(_statement(name), given)
            after = self._verdicts(name, {number: drafts[number] for number in late}, bound)
            for number in late:
                warned, (verdict, found, mine) = verdicts[number][0], after[number]
                verdicts[number] = (verdict._replace(warnings=warned.warnings), found, mine)
        return _summed(verdicts)

    def _verdicts(self, name: str, drafts: dict[int, Draft], bound: int) -> dict[int, tuple[Verdict, int | None, bool]]:
        """By row number: the verdict, the number of the row held, and whether this chunk stored that row."""
        given = {**self._parameters, "bound": bound}
        found = self._connection.execute(sql(f"stage_{name}_facts").encode(), given)
        return {
            number: (judge(drafts[number], Facts(*facts), self._actor), facts[6], bool(mine))
            for number, *facts, mine in found
            if number in drafts
        }


def _remarks(rows: Sequence[Copied]) -> Iterator[Remark]:
    """What the catalogues remark on rows that were all stored."""
    for each in rows:
        for number, faults in each.sheet.remarks.items():
            for fault in faults:
                yield Remark(number, fault, refused=False)


def _statement(name: str, on_conflict: str = "ON CONFLICT DO NOTHING") -> bytes:
    return sql(f"stage_{name}_store").replace("{on_conflict}", on_conflict).encode()


def _summed(verdicts: dict[int, tuple[Verdict, int | None, bool]]) -> Stored:
    """Of rows with one reference, the first that is held with its own body was the one that was stored."""
    remarks: list[Remark] = []
    ids: dict[int, int] = {}
    own: set[int] = set()
    repeats: set[int] = set()
    for number in sorted(verdicts):
        verdict, found, mine = verdicts[number]
        remarks += [Remark(number, fault, refused=True) for fault in verdict.faults]
        if verdict.outcome == "refused" or found is None:
            continue
        ids[number] = found
        if mine and found not in own:
            own.add(found)
            remarks += [Remark(number, fault, refused=False) for fault in verdict.warnings]
        else:
            repeats.add(number)
    return Stored(len(own), len(repeats), remarks, ids, frozenset(repeats))


def bounds(connection: psycopg.Connection[Any]) -> Bounds:
    """The greatest numbers so far."""
    return Bounds(*(greatest(connection, name) for name in ("event", "occasion", "event_act")))


def greatest(connection: psycopg.Connection[Any], name: str) -> int:
    """The greatest number in a table: a row inserted later has a greater one."""
    row = connection.execute(_GREATEST[name].encode()).fetchone()
    return int(row[0]) if row else 0


_GREATEST: Final = {
    name: f"SELECT coalesce(max(id), 0) FROM {name}"  # noqa: S608 - names of this module
    for name in ("event", "occasion", "event_act")
}


def mark_touched(connection: psycopg.Connection[Any], since: Bounds, audit_id: int, reason: str = "event") -> int:
    """Mark every entity that rows under an audit number are about, for a reason; returns how many."""
    given = {
        "reason": reason,
        "audit_id": audit_id,
        "first_event": since.event,
        "first_occasion": since.occasion,
        "first_act": since.act,
    }
    return connection.execute(sql("mark_touched").encode(), given).rowcount


def driver(session: Session) -> psycopg.Connection[Any]:
    """The driver's connection under a session, inside its transaction."""
    return cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
