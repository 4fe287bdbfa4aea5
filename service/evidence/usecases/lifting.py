"""What a repair does to the measures that rest upon its record: lifted, suspended for a time, restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert

from service.evidence import tables
from service.evidence.intake.applying import hold
from service.evidence.intake.bodies import digest
from service.evidence.intake.telling import Told, tell_measure
from service.evidence.measures import measure_kinds
from service.evidence.queries.measures import measures_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from service.platform import UnitOfWork


class Happened(NamedTuple):
    """Why something happens to a measure: its cause with its reference, the day, and the reason."""

    cause: str
    reference: str
    on: date
    reason: str


def lift_measures(*, uow: UnitOfWork, record: int, case: str, on: date, reason: str) -> list[int]:
    """Lift what rests upon a repaired record and is not lifted or over, from a day on; returns the numbers.

    What a statute orders stays: it ends as the statute says.
    """
    why = Happened("repair", case, on, reason)
    standing = [row for row in _repairable(uow, record, on) if _last(row) != "lifted"]
    return [write_act(uow, row, "lifted", why) for row in standing]


def suspend_measures(
    *, uow: UnitOfWork, record: int, case: str, on: date, reason: str, until: date | None
) -> list[int]:
    """Lift the same for a time, up to a last day (None: until they are restored); returns the numbers."""
    why = Happened("repair", case, on, reason)
    standing = [row for row in _repairable(uow, record, on) if not _is_down(row, on)]
    return [write_act(uow, row, "suspended", why, until=until) for row in standing]


def restore_measures(*, uow: UnitOfWork, record: int, case: str, on: date, reason: str) -> list[int]:
    """Let what a case of repair lifted, for a time or for good, hold again from a day on; returns the numbers.

    What is back by itself, or over, needs no act.
    """
    why = Happened("repair", case, on, reason)
    return [
        write_act(uow, row, "restored", why)
        for row in _repairable(uow, record, on)
        if _is_down(row, on) and (row.acts[-1]["cause"], row.acts[-1]["reference"]) == ("repair", case)
    ]


def restore_repaired(*, uow: UnitOfWork, record: int, reference: str, on: date, reason: str) -> list[int]:
    """Let what a repair lifted for good hold again, whoever granted it; returns the numbers.

    ``reference``: of the act by which that repair is none.
    """
    why = Happened("repair", reference, on, reason)
    return [
        write_act(uow, row, "restored", why)
        for row in _repairable(uow, record, on)
        if _last(row) == "lifted" and row.acts[-1]["cause"] == "repair"
    ]


def write_act(
    uow: UnitOfWork,
    row: Any,  # noqa: ANN401 - a row of measures.sql
    act: str,
    why: Happened,
    *,
    until: date | None = None,
) -> int:
    """Write what happens to a measure, with an entry of its own that seals it; returns the measure's number."""
    said = act_values(row.id, act, why, until)
    number = uow.next_audit_id()
    columns = {"measure_id": said["measure"], "acted_on": why.on, "until": until, "audit_id": number}
    kept = {name: said[name] for name in ("act", "cause", "reference", "reason")}
    uow.session.execute(insert(tables.MeasureAct).values(**columns, **kept))
    told = {"measure": row.id, "cause": why.cause, "reference": why.reference, "sha256": digest(said).hex()}
    uow.audit(f"evidence.measure_{act}", row.entity, told, number=number)
    last = None if until is None else until.isoformat()
    happened = Told(act, row.id, row.record, row.kind, why.on, until=last, cause=why.cause)
    tell_measure(uow.session, row.entity, happened, uow.now)
    return int(row.id)


def act_values(measure: int, act: str, why: Happened, until: date | None) -> dict[str, Any]:
    """What the entry of an act seals."""
    named = {"cause": why.cause, "reference": why.reference, "reason": why.reason}
    return {"measure": measure, "act": act, "on": why.on, "until": until, **named}


def _repairable(uow: UnitOfWork, record: int, on: date) -> Iterator[Any]:
    """Measures on a record that a repair reaches, not over before a day; the record is held."""
    hold(uow.session, record)
    for row in measures_on(uow.session, record, uow.now):
        if not measure_kinds()[row.kind].statutory and (row.ends_on is None or row.ends_on >= on):
            yield row


def _last(row: Any) -> str | None:  # noqa: ANN401 - a row of measures.sql
    return row.acts[-1]["act"] if row.acts else None


def _is_down(row: Any, on: date) -> bool:  # noqa: ANN401 - a row of measures.sql
    """Whether a measure is lifted on a day, for good or for a time that is not over."""
    until = row.acts[-1]["until"] if row.acts else None
    return _last(row) in {"lifted", "suspended"} and (until is None or until >= on.isoformat())
