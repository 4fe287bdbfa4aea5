"""One run of entities rated from evidence to tier: the sections of the page in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    from scoring.rating.columnar.arrays import Flags, Points, Small
    from scoring.rating.columnar.columns import Columns
    from scoring.rating.columnar.program import Program
    from scoring.rating.columnar.shard import Rated
    from scoring.rating.columnar.worth import Worth


def rate_run(program: Program, columns: Columns, answer: Ratings, first: int, last: int) -> None:
    """Rates the entities from ``first`` up to ``last`` and writes their part of the answer."""
    shard = shard_of(columns.part(first, last), program.book.as_of)
    standing, rated = read(program.book, program.reader, shard)
    worth = worth_of(program.scale, rated)
    verdict = _verdicts(program, rated, worth, standing)
    counted = verdict == Standing.COUNTED
    score, points = _scored(program, rated, worth, counted, lines=answer.counted is not None)
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
    if answer.standing is not None and answer.counted is not None and points is not None:
        events = slice(int(columns.offsets[first]), int(columns.offsets[last]))
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


def _verdicts(program: Program, rated: Rated, worth: Worth, standing: Small) -> Small:
    """The standing of every event; ``standing`` holds it for those that are not rated."""
    inside = running(program.windows, rated)
    verdict = program.by_span.take(2 * rated.rule + inside)
    if rated.shard.columns.events.repaired_on is not None:
        verdict[np.flatnonzero(inside & rated.repaired_by(program.book.as_of))] = Standing.REPAIRED
    absorbed = absorbed_by_case(program.facts, rated, worth.unrestored)
    verdict[absorbed.take(np.flatnonzero(verdict.take(absorbed) == Standing.COUNTED))] = Standing.ABSORBED
    lesser = lesser_of_groups(program.facts, rated, worth.raw, verdict == Standing.COUNTED)
    verdict[lesser] = Standing.LESSER_OF_GROUP
    unrated = np.flatnonzero(standing != UNDECIDED)
    verdict[unrated] = standing.take(unrated)
    return verdict
