"""Steps 7.3 to 7.7: the band, then direct grade, floor, shift and ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar.arrays import ABSENT, NO_DAY
from scoring.rating.columnar.days import least_reaching
from scoring.rating.columnar.segments import any_of, greatest
from scoring.rating.columnar.spans import Spans, running, spans_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.edition.model import Ceiling, Grade, ShiftRule
    from scoring.rating.columnar.arrays import Codes, Days, Flags, Points, Small
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.score import Score
    from scoring.rating.columnar.shard import Rated


@dataclass(frozen=True, slots=True)
class Ladder:
    """The grades, and tables by rule of what moves an entity among them; a part that no rule states is None.

    ``floor`` and ``shift`` come with the least day of decision from which they still hold. ``shift``: by rule and
    grade, the grade it leads to. ``ceilings``: grade, least day of repair, and the rules it concerns.
    """

    as_of: int
    bad: int
    grades: tuple[Grade, ...]
    direct: tuple[Codes, Spans] | None
    floor: tuple[Codes, Days] | None
    shift: tuple[Codes, Days] | None
    ceilings: tuple[tuple[int, int, Flags], ...]


def ladder_of(book: Book) -> Ladder:
    """The tables of this step."""
    terms = spans_of(book, [rule.direct.term if rule.direct else None for rule in book.rules])
    direct = [(rule.direct.grade, rule.direct.term) if rule.direct else None for rule in book.rules]
    floors = [(rule.floor.grade, rule.floor.months) if rule.floor else None for rule in book.rules]
    shifts = [(rule.shift, rule.shift.months) if rule.shift else None for rule in book.rules]
    return Ladder(
        as_of=book.as_of,
        bad=book.bad,
        grades=book.rating.grades,
        direct=(_places(book, direct), terms) if any(direct) else None,
        floor=(_places(book, floors), _since(book, floors)) if any(floors) else None,
        shift=(_moves(book, shifts), _since(book, shifts)) if any(shifts) else None,
        ceilings=tuple(_ceiling(book, each) for each in book.rating.ceilings),
    )


def _places(book: Book, stated: Sequence[tuple[str, object] | None]) -> Codes:
    return np.array([*(ABSENT if each is None else book.grade(each[0]) for each in stated), ABSENT], np.int32)


def _since(book: Book, stated: Sequence[tuple[object, int] | None]) -> Days:
    days = (NO_DAY if each is None else least_reaching(book.as_of, each[1]) for each in stated)
    return np.array([*days, NO_DAY], np.int32)


def _ceiling(book: Book, ceiling: Ceiling) -> tuple[int, int, Flags]:
    concerned = book.naming(ceiling.codes) if ceiling.codes else book.mapped != ABSENT
    return book.grade(ceiling.grade), least_reaching(book.as_of, ceiling.months), concerned


def _moves(book: Book, shifts: Sequence[tuple[ShiftRule, int] | None]) -> Codes:
    grades = book.rating.grades
    stay = list(range(len(grades)))
    rows = [stay if each is None else [_moved(book, each[0], place) for place in stay] for each in shifts]
    return np.array([*rows, stay], np.int32)


def _moved(book: Book, shift: ShiftRule, place: int) -> int:
    """Where a shift leads from a grade: along the banded grades, not past the ends nor past its limit."""
    grades, limit = book.rating.grades, book.grade(shift.limit)
    if not grades[place].banded:
        return place
    step = 1 if shift.by > 0 else -1
    way = [each for each in range(place + step, len(grades) if step > 0 else -1, step) if grades[each].banded]
    allowed = [each for each in way if (limit - each) * step >= 0]
    return ([place, *allowed[: abs(shift.by)]])[-1]


def graded(ladder: Ladder, rated: Rated, unrestored: Points, score: Score, named: Small) -> Small:
    """The grade of each entity; ``named`` is the grade that an outcome rule set, or ``ABSENT``."""
    grade = np.where(named == ABSENT, _band(ladder, score), named).astype(np.int32)
    unrepaired = ~rated.repaired_by(ladder.as_of)
    judged = np.zeros(len(grade), np.bool_)
    if ladder.direct is not None:
        places, terms = ladder.direct
        holds = (places[rated.rule] != ABSENT) & unrepaired & running(terms, rated)
        worst = greatest(np.where(holds, places[rated.rule], ABSENT).astype(np.int64), rated.offsets, ABSENT)
        judged = worst != ABSENT
        grade = np.maximum(grade, worst).astype(np.int32)
    if ladder.floor is not None:
        grade = _floored(ladder.floor, rated, unrepaired, judged, grade)
    if ladder.shift is not None:
        grade = _shifted(ladder.shift, rated, unrepaired, grade)
    return _under_ceilings(ladder, rated, unrestored, grade).astype(np.int8)


def _band(ladder: Ladder, score: Score) -> Codes:
    banded = [place for place, each in enumerate(ladder.grades) if each.banded]
    band = np.full(len(score.total), banded[-1] if banded else ABSENT, np.int32)
    for place in reversed(banded[:-1]):
        each = ladder.grades[place]
        holds = np.ones(len(band), np.bool_)
        if each.bound is not None:
            holds &= (score.total - each.bound) * -ladder.bad >= 0
        if each.worst_item is not None:
            holds &= score.worst_item <= each.worst_item
        band[holds] = place
    return band


def _floored(floor: tuple[Codes, Days], rated: Rated, unrepaired: Flags, judged: Flags, grade: Codes) -> Codes:
    places, since = floor
    holds = unrepaired & (rated.decided_on >= since[rated.rule])
    unbounded = np.iinfo(np.int32).max
    best = -greatest(np.where(holds, -places[rated.rule], -unbounded).astype(np.int64), rated.offsets, -unbounded)
    return np.where(judged, grade, np.minimum(grade, best)).astype(np.int32)


def _shifted(shift: tuple[Codes, Days], rated: Rated, unrepaired: Flags, grade: Codes) -> Codes:
    """In order: the first shift of every entity, then the second of those that have one, and so on."""
    moves, since = shift
    holds = unrepaired & (rated.decided_on >= since[rated.rule])
    rows = np.flatnonzero(holds)
    begin = np.searchsorted(rows, rated.offsets)
    place, end = begin[:-1], begin[1:]
    shifted = grade.copy()
    entity = np.flatnonzero(place < end)
    step = 0
    while len(entity):
        shifted[entity] = moves[rated.rule[rows[place[entity] + step]], shifted[entity]]
        step += 1
        entity = entity[place[entity] + step < end[entity]]
    return shifted


def _under_ceilings(ladder: Ladder, rated: Rated, unrestored: Points, grade: Codes) -> Codes:
    if not ladder.ceilings or rated.shard.columns.events.repaired_on is None:
        return grade
    repaired = rated.day("repaired_on")
    adverse = (unrestored * ladder.bad > 0) & (repaired <= ladder.as_of)
    for place, since, concerned in ladder.ceilings:
        holds = adverse & (repaired >= since) & concerned[rated.rule]
        grade = np.where(any_of(holds, rated.offsets), np.maximum(grade, place), grade)
    return grade
