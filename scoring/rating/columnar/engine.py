"""`rate_all`: the page of evaluation for all entities at once, a run of entities at a time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import numpy as np

from scoring.rating.columnar.almanac import almanac_of
from scoring.rating.columnar.arrays import ABSENT, NO_POINTS
from scoring.rating.columnar.book import book_on
from scoring.rating.columnar.caps import cut, limits_of
from scoring.rating.columnar.cases import absorbed_by_case, facts_of, lesser_of_groups
from scoring.rating.columnar.grading import graded, ladder_of
from scoring.rating.columnar.outcomes import NO_EDITION, outcome_of, outcomes_of
from scoring.rating.columnar.ratings import RATED, UNRATED, Ratings, Standing
from scoring.rating.columnar.reading import read, reader_of
from scoring.rating.columnar.risk import risk_levels, tiering_of, tiers_of
from scoring.rating.columnar.score import score_of, sheet_of
from scoring.rating.columnar.shard import shard_of
from scoring.rating.columnar.sides import counted_points, sides_of
from scoring.rating.columnar.spans import running, windows_of
from scoring.rating.columnar.worth import scale_of, worth_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from scoring.rating.columnar.arrays import Points, Small
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.caps import Limit
    from scoring.rating.columnar.cases import Facts
    from scoring.rating.columnar.columns import Columns
    from scoring.rating.columnar.grading import Ladder
    from scoring.rating.columnar.outcomes import Outcomes
    from scoring.rating.columnar.reading import Reader
    from scoring.rating.columnar.risk import Tiering
    from scoring.rating.columnar.score import Sheet
    from scoring.rating.columnar.shard import Rated, Shard
    from scoring.rating.columnar.spans import Spans
    from scoring.rating.columnar.worth import Scale, Worth
    from scoring.rating.history import EditionChain

Lines = TypeVar("Lines", "Small", "Points")

EVENTS_AT_ONCE: Final = 1 << 17
"""A run of entities has about so many events: few enough that its arrays stay near the processor."""


class Spread(Protocol):
    """Calls a function with each of some runs, one after the other or at once: ``map``, or a pool's."""

    def __call__(self, work: Callable[[tuple[int, int]], None], runs: Iterable[tuple[int, int]], /) -> Iterable[None]:
        """An iterable that is exhausted when all calls have returned, and raises what one of them raised."""
        ...


@dataclass(frozen=True, slots=True)
class Program:
    """The chain made into tables, step by step, for one kind, one day and the dictionaries of some columns."""

    book: Book
    reader: Reader
    windows: Spans
    by_span: Small
    """By rule the standing outside its span, then within."""
    scale: Scale
    facts: Facts
    limits: tuple[Limit, ...]
    sheet: Sheet
    outcomes: Outcomes
    ladder: Ladder
    tiering: Tiering


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
    program = _program(book, columns)
    answer = _blank(columns, program, lines=lines)

    def work(run: tuple[int, int]) -> None:
        _rate_run(program, columns, answer, *run)

    for _ in spread(work, _runs(columns, events_at_once)):
        pass
    return answer


def _program(book: Book, columns: Columns) -> Program:
    reader, almanac = reader_of(book, columns), almanac_of(columns, book.as_of)
    return Program(
        book=book,
        reader=reader,
        windows=windows_of(book),
        by_span=_by_span(book),
        scale=scale_of(book, almanac, reader.points),
        facts=facts_of(book),
        limits=limits_of(book, almanac),
        sheet=sheet_of(book),
        outcomes=outcomes_of(book),
        ladder=ladder_of(book),
        tiering=tiering_of(book),
    )


def _by_span(book: Book) -> Small:
    ended = (Standing.OUTSIDE_WINDOW if rule.validity is None else Standing.LAPSED for rule in book.rules)
    pairs = [standing for each in ended for standing in (each, Standing.COUNTED)]
    return np.array([*pairs, Standing.NO_RULE, Standing.NO_RULE], np.int8)


def _runs(columns: Columns, events_at_once: int) -> list[tuple[int, int]]:
    """Entities cut into runs of about as many events each; an entity is never cut."""
    size = int(columns.offsets[-1]) + columns.entities
    cuts = np.arange(0, size, events_at_once)
    begins = np.unique(np.searchsorted(columns.offsets + np.arange(columns.entities + 1), cuts))
    bounds = [*begins[begins < columns.entities].tolist(), columns.entities]
    return [(first, last) for first, last in pairwise(bounds) if first < last]


def _rate_run(program: Program, columns: Columns, answer: Ratings, first: int, last: int) -> None:
    """Rates the entities from ``first`` up to ``last`` and writes their part of the answer."""
    shard = shard_of(columns.part(first, last), program.book.as_of)
    standing, rated = read(program.book, program.reader, shard)
    worth = worth_of(program.scale, rated)
    verdict = _verdicts(program, rated, worth)
    counted = verdict == Standing.COUNTED
    sides = sides_of(rated, worth.raw, counted)
    cut(program.limits, sides)
    score = score_of(program.sheet, rated, worth, sides)
    outcome = outcome_of(program.outcomes, rated, counted, score.total)
    is_rated = outcome.state == RATED
    grade = graded(program.ladder, rated, worth.unrestored, score, outcome.grade)
    level = risk_levels(program.tiering, shard)
    span = slice(first, last)
    answer.state[span], answer.reason[span] = outcome.state, outcome.reason
    answer.total[span] = np.where(outcome.state == UNRATED, NO_POINTS, score.total)
    answer.grade[span] = np.where(is_rated, grade, ABSENT)
    answer.risk[span] = np.where(is_rated, level, ABSENT)
    answer.tier[span] = np.where(is_rated, tiers_of(program.tiering, level, grade), ABSENT)
    if answer.standing is not None and answer.counted is not None:
        events = slice(int(columns.offsets[first]), int(columns.offsets[last]))
        _write(shard, rated, verdict, standing, answer.standing[events])
        points = counted_points(sides, len(rated))
        _write(shard, rated, points, np.zeros(len(standing), np.int64), answer.counted[events])


def _verdicts(program: Program, rated: Rated, worth: Worth) -> Small:
    """The standing of each rated event."""
    inside = running(program.windows, rated)
    verdict = program.by_span.take(2 * rated.rule + inside)
    if rated.shard.columns.events.repaired_on is not None:
        verdict[np.flatnonzero(inside & rated.repaired_by(program.book.as_of))] = Standing.REPAIRED
    absorbed = absorbed_by_case(program.facts, rated, worth.unrestored)
    verdict[absorbed.take(np.flatnonzero(verdict.take(absorbed) == Standing.COUNTED))] = Standing.ABSORBED
    lesser = lesser_of_groups(program.facts, rated, worth.raw, verdict == Standing.COUNTED)
    verdict[lesser] = Standing.LESSER_OF_GROUP
    return verdict


def _write(shard: Shard, rated: Rated, found: Lines, of_all: Lines, into: Lines) -> None:
    """Writes what was found for the rated events, and ``of_all`` for the others, where they stood in the input."""
    if rated.rows is not None:
        of_all[rated.rows] = found
        found = of_all
    into[:] = found if shard.back is None else found.take(shard.back)


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
