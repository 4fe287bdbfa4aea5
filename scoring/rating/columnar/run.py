"""One run of entities rated from evidence to tier: the sections of the page in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.columnar.arrays import ABSENT, NO_POINTS
from scoring.rating.columnar.caps import cut
from scoring.rating.columnar.cases import absorbed_by_case, lesser_of_groups
from scoring.rating.columnar.grading import graded
from scoring.rating.columnar.outcomes import outcome_of
from scoring.rating.columnar.ratings import RATED, UNDECIDED, UNRATED, Ratings, Standing
from scoring.rating.columnar.reading import read
from scoring.rating.columnar.risk import risk_levels, tiers_of
from scoring.rating.columnar.score import Score, score_of, total_of
from scoring.rating.columnar.shard import shard_of
from scoring.rating.columnar.sides import counted_points, sides_of
from scoring.rating.columnar.spans import running
from scoring.rating.columnar.totals import summed
from scoring.rating.columnar.worth import worth_of

if TYPE_CHECKING:
    from scoring.rating.columnar.arrays import Flags, Points, Rows, Small
    from scoring.rating.columnar.columns import Columns
    from scoring.rating.columnar.program import Program
    from scoring.rating.columnar.shard import Rated
    from scoring.rating.columnar.worth import Worth


class Sifted(NamedTuple):
    """Which events are in their span, live and counted, and the places of those absorbed or lesser of a group."""

    inside: Flags
    live: Flags
    absorbed: Rows
    lesser: Rows
    counted: Flags


def rate_run(program: Program, columns: Columns, answer: Ratings, first: int, last: int) -> None:
    """Rates the entities from ``first`` up to ``last`` and writes their part of the answer."""
    shard = shard_of(columns.part(first, last), program.book.as_of)
    standing, rated = read(program.book, program.reader, shard)
    worth = worth_of(program.scale, rated)
    sifted = _sifted(program, rated, worth)
    score, points = _scored(program, rated, worth, sifted.counted, lines=answer.counted is not None)
    outcome = outcome_of(program.outcomes, rated, sifted.counted, score.total)
    is_rated = outcome.state == RATED
    grade = graded(program.ladder, rated, worth.unrestored, score, outcome.grade)
    level = risk_levels(program.tiering, shard)
    span = slice(first, last)
    answer.state[span], answer.reason[span] = outcome.state, outcome.reason
    answer.total[span] = np.where(outcome.state == UNRATED, NO_POINTS, score.total)
    answer.grade[span] = np.where(is_rated, grade, ABSENT)
    answer.risk[span] = np.where(is_rated, level, ABSENT)
    answer.tier[span] = np.where(is_rated, tiers_of(program.tiering, level, grade), ABSENT)
    if answer.standing is not None and answer.counted is not None and points is not None:
        events = slice(int(columns.offsets[first]), int(columns.offsets[last]))
        verdict = _verdicts(program, rated, sifted, standing)
        answer.standing[events] = verdict if shard.back is None else verdict.take(shard.back)
        answer.counted[events] = points if shard.back is None else points.take(shard.back)


def _scored(
    program: Program, rated: Rated, worth: Worth, counted: Flags, *, lines: bool
) -> tuple[Score, Points | None]:
    """The score of each entity, and the counted points of each rated event where lines are asked for."""
    if program.heaps is not None and not lines:
        dimensions = summed(program.heaps, rated, worth.raw * counted)
        total = total_of(program.sheet, rated, worth, dimensions)
        return Score(total, np.zeros(len(total), np.int64)), None
    sides = sides_of(rated, worth.raw, counted)
    cut(program.limits, sides)
    return score_of(program.sheet, rated, worth, sides), counted_points(sides, len(rated)) if lines else None


def _sifted(program: Program, rated: Rated, worth: Worth) -> Sifted:
    inside = live = running(program.windows, rated)
    if rated.shard.columns.events.repaired_on is not None:
        live = inside & ~rated.repaired_by(program.book.as_of)
    counted = live.copy()
    absorbed = absorbed_by_case(program.facts, rated, worth.unrestored)
    counted[absorbed] = False
    lesser = lesser_of_groups(program.facts, rated, worth.raw, counted)
    counted[lesser] = False
    return Sifted(inside, live, absorbed, lesser, counted)


def _verdicts(program: Program, rated: Rated, sifted: Sifted, standing: Small) -> Small:
    """The standing of every event; ``standing`` holds it for those that are not rated."""
    verdict = program.by_span.take(2 * rated.rule + sifted.inside)
    verdict[np.flatnonzero(sifted.inside & ~sifted.live)] = Standing.REPAIRED
    verdict[sifted.absorbed.take(np.flatnonzero(sifted.live.take(sifted.absorbed)))] = Standing.ABSORBED
    verdict[sifted.lesser] = Standing.LESSER_OF_GROUP
    unrated = np.flatnonzero(standing != UNDECIDED)
    verdict[unrated] = standing.take(unrated)
    return verdict
