"""`rate_all`: the page of evaluation for all entities at once, a run of entities at a time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from scoring.rating.columnar.arrays import ABSENT, NO_POINTS
from scoring.rating.columnar.book import book_on
from scoring.rating.columnar.outcomes import NO_EDITION
from scoring.rating.columnar.program import program_of
from scoring.rating.columnar.ratings import UNRATED, Ratings
from scoring.rating.columnar.run import rate_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from scoring.rating.columnar.columns import Columns
    from scoring.rating.columnar.program import Program
    from scoring.rating.history import EditionChain

EVENTS_AT_ONCE: Final = 1 << 17
"""A run of entities has about so many events: few enough that its arrays stay near the processor."""


class Spread(Protocol):
    """Calls a function with each of some runs, one after the other or at once: ``map``, or a pool's."""

    def __call__(self, work: Callable[[tuple[int, int]], None], runs: Iterable[tuple[int, int]], /) -> Iterable[None]:
        """An iterable that is exhausted when all calls have returned, and raises what one of them raised."""
        ...


def rate_all(
    columns: Columns,
    chain: EditionChain,
    as_of: date,
    *,
    lines: bool = True,
    spread: Spread = map,
    events_at_once: int = EVENTS_AT_ONCE,
) -> Ratings:
    """The rating of every entity of the columns on a day, equal to that of `explain` to the last hundredth.

    ``lines``: whether to give the standing and the counted points of every event. ``spread``: how the runs of
    entities are worked off; each writes to its own part of the answer, so they may be at work together.
    ``events_at_once``: about how many events a run has; more of them take more memory at a time.

    Raises:
        UnsortedColumnsError: the events of an entity are not in order.
    """
    book = book_on(chain, columns, as_of)
    if book is None:
        return _without_edition(columns, lines=lines)
    program = program_of(book, columns)
    answer = _blank(columns, program, lines=lines)

    def work(run: tuple[int, int]) -> None:
        rate_run(program, columns, answer, *run)

    for _ in spread(work, _runs(columns, events_at_once)):
        pass
    return answer


def _runs(columns: Columns, events_at_once: int) -> list[tuple[int, int]]:
    """Entities cut into runs of about as many events each; an entity is never cut."""
    size = int(columns.offsets[-1]) + columns.entities
    cuts = np.arange(0, size, events_at_once)
    begins = np.unique(np.searchsorted(columns.offsets + np.arange(columns.entities + 1), cuts))
    bounds = [*begins[begins < columns.entities].tolist(), columns.entities]
    return [(first, last) for first, last in pairwise(bounds) if first < last]


def _blank(columns: Columns, program: Program, *, lines: bool) -> Ratings:
    return _ratings(
        columns,
        grades=tuple(each.key for each in program.book.rating.grades),
        tiers=program.tiering.tiers,
        levels=program.tiering.levels,
        reasons=program.outcomes.reasons,
        lines=lines,
    )


def _without_edition(columns: Columns, *, lines: bool) -> Ratings:
    answer = _ratings(columns, grades=(), tiers=(), levels=(), reasons=("", NO_EDITION), lines=lines)
    answer.reason[:] = 1
    return answer


def _ratings(
    columns: Columns,
    *,
    grades: tuple[str, ...],
    tiers: tuple[str, ...],
    levels: tuple[str, ...],
    reasons: tuple[str, ...],
    lines: bool,
) -> Ratings:
    size, events = columns.entities, int(columns.offsets[-1])
    return Ratings(
        grades=grades,
        tiers=tiers,
        levels=levels,
        reasons=reasons,
        state=np.full(size, UNRATED, np.int8),
        reason=np.zeros(size, np.int8),
        total=np.full(size, NO_POINTS, np.int64),
        grade=np.full(size, ABSENT, np.int8),
        tier=np.full(size, ABSENT, np.int8),
        risk=np.full(size, ABSENT, np.int8),
        standing=np.zeros(events, np.int8) if lines else None,
        counted=np.zeros(events, np.int64) if lines else None,
    )
