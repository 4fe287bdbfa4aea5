"""A procedure as a table: in a state, who may do what, held against whom, and what that does to its clocks."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from scoring.kernel.errors import LawError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

Party: TypeAlias = Literal["applicant", "handler", "reviewer", "decider", "source", "clock", "service"]
"""Who takes a step. ``clock``: a term that is over. ``service``: what follows from the evidence, with no human."""

START: Final = ""
"""Where a case is before it is one."""
MACHINES: Final[frozenset[Party]] = frozenset({"clock", "service"})


class ClockMove(NamedTuple):
    """What a step does to a clock."""

    move: Literal["start", "stop", "pause", "resume", "extend", "hand_up"]
    clock: str


class Row(NamedTuple):
    """One step of a procedure.

    ``by``: the part that who takes it plays. ``apart``: parts of this case whose holders may not take it.
    ``guards``: names of what must hold beside; the room that keeps cases knows how each is found out.
    """

    state: str
    event: str
    to: str
    by: tuple[Party, ...]
    apart: tuple[Party, ...] = ()
    guards: tuple[str, ...] = ()
    clocks: tuple[ClockMove, ...] = ()


class Workflow:
    """A table of rows, held against itself when it is made."""

    def __init__(self, name: str, rows: Iterable[Row], *, final: Iterable[str]) -> None:
        """Raises ``ValueError`` where a step stands twice or a state has no way in, no way out or no end ahead."""
        self.name = name
        self.rows = tuple(rows)
        self.final = frozenset(final)
        self._steps: Final = MappingProxyType({(row.state, row.event): row for row in self.rows})
        if len(self._steps) < len(self.rows):
            raise ValueError(f"{name}: a step stands twice")
        if stuck := self.states - self._leading_to_an_end():
            raise ValueError(f"{name}: no way leads to an end from {sorted(stuck)}")
        if unreached := self.states - {START} - {row.to for row in self.rows}:
            raise ValueError(f"{name}: no way leads to {sorted(unreached)}")

    @cached_property
    def states(self) -> AbstractSet[str]:
        """Every state that the table names, the one before the first step among them."""
        return frozenset({row.state for row in self.rows} | {row.to for row in self.rows} | self.final)

    @cached_property
    def clocks(self) -> AbstractSet[str]:
        """Every clock that a step touches."""
        return frozenset(move.clock for row in self.rows for move in row.clocks)

    def step(self, state: str, event: str) -> Row:
        """The row of an event in a state.

        Raises:
            LawError: ``step_not_open``: the table has no such step.
        """
        row = self._steps.get((state, event))
        if row is None:
            listed = "、".join(self.events(state)) or "无"
            raise LawError(
                "step_not_open",
                zh=f"状态 {state or '未立案'} 下不能 {event}；可以：{listed}",
                en=f"in state {state or 'before the first step'} there is no {event}; "
                f"there is: {', '.join(self.events(state)) or 'nothing'}",
            )
        return row

    def events(self, state: str) -> tuple[str, ...]:
        """What may happen in a state, in the order of the table."""
        return tuple(row.event for row in self.rows if row.state == state)

    def after(self, events: Iterable[str]) -> str:
        """The state that a case is in after these events, the first one among them that began it.

        Raises:
            LawError: ``step_not_open``: a step that the table does not have.
        """
        state = START
        for event in events:
            state = self.step(state, event).to
        return state

    def _leading_to_an_end(self) -> frozenset[str]:
        reached = set(self.final)
        while more := {row.state for row in self.rows if row.to in reached} - reached:
            reached |= more
        return frozenset(reached)


def refused_as(row: Row, part: Party, person: str, parts: Mapping[str, AbstractSet[str]]) -> str | None:
    """Why somebody may not take a step: ``wrong_part``, ``same_person``, or None where nothing speaks against it.

    Args:
        row: the step.
        part: the part in which it is to be taken.
        person: who would take it.
        parts: who held which part of the case so far.
    """
    if part not in row.by:
        return "wrong_part"
    if part not in MACHINES and any(person in parts.get(other, ()) for other in row.apart):
        return "same_person"
    return None
