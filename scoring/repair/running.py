"""The clocks of a case, from the steps that were taken: nothing about them is stored that the steps do not say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.edition.clocks import REMIND
from scoring.repair.clocks import Face, Pause, Run, face, stage
from scoring.repair.table import START

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import date

    from scoring.edition.clocks import ClockLaw
    from scoring.kernel.workdays import Calendar
    from scoring.repair.table import Row, Workflow


class Step(NamedTuple):
    """One step that was taken: the event of the table, and its day."""

    event: str
    on: date


class Ticking(NamedTuple):
    """A clock that has started and was not stopped. ``law``: under which of the edition's clocks it runs now."""

    law: str
    run: Run


def ticking(workflow: Workflow, steps: Iterable[Step], laws: Mapping[str, ClockLaw]) -> dict[str, Ticking]:
    """The clocks of a case after these steps, by the name that the table gives them.

    A clock for which the edition has no term does not start.

    Raises:
        LawError: ``step_not_open``: a step that the table does not have.
    """
    state = START
    found: dict[str, Ticking] = {}
    for step in steps:
        row = workflow.step(state, step.event)
        _move(found, row, step.on, laws)
        state = row.to
    return found


def _move(found: dict[str, Ticking], row: Row, on: date, laws: Mapping[str, ClockLaw]) -> None:
    started = {clock for move, clock in row.clocks if move == "start" and clock in laws}
    for move, clock in row.clocks:
        if clock in found:
            after = _moved(found.pop(clock), move, on, laws, started)
            if after is not None:
                found[clock] = after
    found.update({clock: Ticking(clock, Run(on)) for clock in started})


def _moved(
    held: Ticking, move: str, on: date, laws: Mapping[str, ClockLaw], started: AbstractSet[str]
) -> Ticking | None:
    """A clock after one move; None where it has stopped."""
    law, run = laws[held.law], held.run
    if move == "stop":
        return None
    if move == "hand_up" and law.then is not None:
        return Ticking(law.then, Run(on))
    if move == "pause" and started & set(law.paused_by):
        run = run._replace(pauses=(*run.pauses, Pause(on, None)))
    elif move == "resume":
        run = _resumed(run, on)
    elif move == "extend":
        run = run._replace(extended=run.extended + 1)
    return held._replace(run=run)


def _resumed(run: Run, on: date) -> Run:
    if not run.pauses or run.pauses[-1].until is not None:
        return run
    return run._replace(pauses=(*run.pauses[:-1], Pause(run.pauses[-1].since, on)))


class Shown(NamedTuple):
    """A clock on a day. ``lapse``: the event that its end brings about, None where it only reproaches."""

    clock: str
    law: str
    face: Face
    stage: str
    lapse: str | None


def shown(
    clocks: Mapping[str, Ticking], laws: Mapping[str, ClockLaw], as_of: date, calendar: Calendar
) -> tuple[Shown, ...]:
    """What the clocks of a case show on a day: those with a known last day first, the earliest of them in front."""
    found: list[Shown] = []
    for name, held in clocks.items():
        law = laws[held.law]
        told = face(law, held.run, calendar)
        lapse = None if law.lapse == REMIND else law.lapse
        found.append(Shown(name, held.law, told, stage(told, held.run, as_of), lapse))
    return tuple(sorted(found, key=lambda one: (one.face.due is None, one.face.due or (as_of, False), one.clock)))
