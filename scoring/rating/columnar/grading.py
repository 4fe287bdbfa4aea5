"""Steps 7.3 to 7.7: the band, then direct grade, floor, shift and ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar.arrays import ABSENT, NO_DAY
from scoring.rating.columnar.days import least_reaching
from scoring.rating.columnar.segments import buckets_of, greatest_at
from scoring.rating.columnar.spans import Spans, running, spans_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.edition.model import Ceiling, Grade, ShiftRule
    from scoring.rating.columnar.arrays import Codes, Days, Flags, Points, Rows, Small
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.score import Score
    from scoring.rating.columnar.shard import Rated


@dataclass(frozen=True, slots=True)
class Ladder:
    """The grades, and tables by rule of what moves an entity among them; a part that no rule states is None.

    ``moving``: rules that state a direct grade, floor or shift. ``direct`` and ``floor``: by rule the grade, then when
    it holds: a span, or the least day of decision. ``shift``: by rule its limit, by rule and grade where it leads, and
    the least day. ``ceilings``: the grade, the least day of repair and the rules concerned.
    """

    as_of: int
    bad: int
    grades: tuple[Grade, ...]
    moving: Flags
    direct: tuple[Rows, Spans] | None
    floor: tuple[Rows, Days] | None
    shift: tuple[Rows, Rows, Days] | None
    ceilings: tuple[tuple[int, int, Flags], ...]


def ladder_of(book: Book) -> Ladder:
    """The tables of this step."""
    terms = spans_of(book, [rule.direct.term if rule.direct else None for rule in book.rules])
    direct = [(rule.direct.grade, rule.direct.term) if rule.direct else None for rule in book.rules]
    floors = [(rule.floor.grade, rule.floor.months) if rule.floor else None for rule in book.rules]
    shifts = [(rule.shift, rule.shift.months) if rule.shift else None for rule in book.rules]
    limits = [(rule.shift.limit, None) if rule.shift else None for rule in book.rules]
    return Ladder(
        as_of=book.as_of,
        bad=book.bad,
        grades=book.rating.grades,
        moving=book.flags(lambda rule: bool(rule.direct or rule.floor or rule.shift)),
        direct=(_places(book, direct), terms) if any(direct) else None,
        floor=(_places(book, floors), _since(book, floors)) if any(floors) else None,
        shift=(_places(book, limits), _moves(book, shifts), _since(book, shifts)) if any(shifts) else None,
        ceilings=tuple(_ceiling(book, each) for each in book.rating.ceilings),
    )


def _places(book: Book, stated: Sequence[tuple[str, object] | None]) -> Rows:
    return np.array([*(ABSENT if each is None else book.grade(each[0]) for each in stated), ABSENT], np.int64)


def _since(book: Book, stated: Sequence[tuple[object, int] | None]) -> Days:
    days = (NO_DAY if each is None else least_reaching(book.as_of, each[1]) for each in stated)
    return np.array([*days, NO_DAY], np.int32)


def _ceiling(book: Book, ceiling: Ceiling) -> tuple[int, int, Flags]:
    concerned = book.naming(ceiling.codes) if ceiling.codes else book.mapped != ABSENT
    return book.grade(ceiling.grade), least_reaching(book.as_of, ceiling.months), concerned


def _moves(book: Book, shifts: Sequence[tuple[ShiftRule, int] | None]) -> Rows:
    grades = book.rating.grades
    stay = list(range(len(grades)))
    rows = [stay if each is None else [_moved(book, each[0], place) for place in stay] for each in shifts]
    return np.array([*rows, stay], np.int64)


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
    grade = np.where(named == ABSENT, _band(ladder, score), named).astype(np.int64)
    rows = np.flatnonzero(ladder.moving.take(rated.rule)) if ladder.moving.any() else np.zeros(0, np.int64)
    rows = rows.take(np.flatnonzero(~rated.repaired_by(ladder.as_of, rows)))
    judged = np.zeros(len(grade), np.bool_)
    if ladder.direct is not None:
        places, terms = ladder.direct
        holding = _stated(places, rated, rows)
        holding = holding.take(np.flatnonzero(running(terms, rated, holding)))
        worst = greatest_at(rated.entity.take(holding), places.take(rated.rule.take(holding)), len(grade), ABSENT)
        judged = worst != ABSENT
        grade = np.maximum(grade, worst)
    grade = _floored(ladder, rated, rows, judged, grade)
    grade = _shifted(ladder, rated, rows, grade)
    return _under_ceilings(ladder, rated, unrestored, grade).astype(np.int8)


def _stated(by_rule: Rows, rated: Rated, rows: Rows) -> Rows:
    """Those of some rows whose rule states a part; ``by_rule`` is ``ABSENT`` where it does not."""
    return rows.take(np.flatnonzero(by_rule.take(rated.rule.take(rows)) != ABSENT))


def _recent(by_rule: Rows, since: Days, rated: Rated, rows: Rows) -> Rows:
    """Those of them that were decided on the least day of their rule or later."""
    rows = _stated(by_rule, rated, rows)
    return rows.take(np.flatnonzero(rated.decided_on.take(rows) >= since.take(rated.rule.take(rows))))


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


def _floored(ladder: Ladder, rated: Rated, rows: Rows, judged: Flags, grade: Rows) -> Rows:
    if ladder.floor is None:
        return grade
    places, since = ladder.floor
    rows = _recent(places, since, rated, rows)
    worst = len(ladder.grades)
    best = -greatest_at(rated.entity.take(rows), -places.take(rated.rule.take(rows)), len(grade), -worst)
    return np.where(judged, grade, np.minimum(grade, best))


def _shifted(ladder: Ladder, rated: Rated, rows: Rows, grade: Rows) -> Rows:
    """In order: the first shift of every entity, then the second of those that have one, and so on."""
    if ladder.shift is None:
        return grade
    stated, moves, since = ladder.shift
    rows = _recent(stated, since, rated, rows)
    entity, rule = rated.entity.take(rows), rated.rule.take(rows)
    if not len(rows):
        return grade
    buckets = buckets_of(entity)
    place, end = buckets.starts, buckets.starts + buckets.sizes
    shifted = grade.copy()
    while len(place):
        moved = entity.take(place)
        shifted[moved] = moves[rule.take(place), shifted.take(moved)]
        place = place + 1
        alive = np.flatnonzero(place < end)
        place, end = place.take(alive), end.take(alive)
    return shifted


def _under_ceilings(ladder: Ladder, rated: Rated, unrestored: Points, grade: Rows) -> Rows:
    if not ladder.ceilings or rated.shard.columns.events.repaired_on is None:
        return grade
    rows = np.flatnonzero(rated.repaired_by(ladder.as_of))
    rows = rows.take(np.flatnonzero(unrestored.take(rows) * ladder.bad > 0))
    repaired_on, rule, entity = rated.day("repaired_on", rows), rated.rule.take(rows), rated.entity.take(rows)
    for place, since, concerned in ladder.ceilings:
        under = entity.take(np.flatnonzero((repaired_on >= since) & concerned.take(rule)))
        grade[under] = np.maximum(grade.take(under), place)
    return grade
