"""Step 3.3: which occurrence within its group an event is, and the factor that this brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.columnar.arrays import ABSENT
from scoring.rating.columnar.multipliers import WHOLE

if TYPE_CHECKING:
    from scoring.edition.model import Repetition
    from scoring.rating.columnar.almanac import Almanac, Table
    from scoring.rating.columnar.arrays import Codes, Days, Flags, Rows
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.segments import Buckets
    from scoring.rating.columnar.shard import Rated


@dataclass(frozen=True, slots=True)
class Repeats:
    """Tables by rule: the group (or ``ABSENT``), which of ``reaching`` holds, whether a repaired event still counts.

    ``reaching``: for every number of months, the earliest day that still reaches a day. ``choice``: the place of the
    factor in ``factors``, a row for each rule, a column for each occurrence, the last one for all later ones, too.
    """

    group: Codes
    grouped: Flags
    months: Rows
    reaching: tuple[Table, ...]
    repaired_counts: Flags
    choice: Rows
    factors: tuple[int, ...]

    @property
    def last(self) -> int:
        """The occurrence after which nothing changes."""
        return int(self.choice.shape[1]) - 1


class Line(NamedTuple):
    """Events that repeat, group after group, in order within each.

    ``keys``: equal where entity and group are. ``since``: from which day on an earlier one counts for this one.
    """

    places: Rows
    keys: Rows
    rule: Rows
    decided_on: Days
    since: Rows


def repeats_of(book: Book, almanac: Almanac) -> Repeats | None:
    """The tables of this step; None where no rule speaks of repetition."""
    stated = [rule.repetition for rule in book.rules]
    groups = {name: number for number, name in enumerate(dict.fromkeys(each.group for each in stated if each))}
    if not groups:
        return None
    months = list(dict.fromkeys(each.months for each in stated if each))
    choice, factors = _steps(stated)
    return Repeats(
        group=np.array([*(groups[each.group] if each else ABSENT for each in stated), ABSENT], np.int32),
        grouped=book.flags(lambda rule: rule.repetition is not None),
        months=np.array([*(months.index(each.months) if each else 0 for each in stated), 0], np.int64),
        reaching=tuple(almanac.reaching(each) for each in months),
        repaired_counts=np.array([*(each is None or each.repaired_counts for each in stated), True], np.bool_),
        choice=choice,
        factors=factors,
    )


def _steps(stated: list[Repetition | None]) -> tuple[Rows, tuple[int, ...]]:
    last = max((step.nth for each in stated if each for step in each.steps), default=1)
    factors: dict[int, int] = {WHOLE: 0}
    choice = np.zeros((len(stated) + 1, last + 1), np.int64)
    for number, each in enumerate(stated):
        for step in each.steps if each else ():
            choice[number, step.nth :] = factors.setdefault(step.factor, len(factors))
    return choice, tuple(factors)


def occurrence(repeats: Repeats, rated: Rated) -> tuple[Rows, Rows]:
    """The rated events that repeat another, and for each the place of its factor."""
    places = np.flatnonzero(repeats.grouped.take(rated.rule))
    group = repeats.group.take(rated.rule.take(places))
    numbers = range(int(repeats.group.max()) + 1)
    places = places.take(np.concatenate([np.flatnonzero(group == each) for each in numbers]))
    rule, decided_on = rated.rule.take(places), rated.decided_on.take(places)
    line = Line(
        places,
        keys=rated.entity.take(places) * len(repeats.group) + repeats.group.take(rule),
        rule=rule,
        decided_on=decided_on,
        since=_since(repeats, rule, decided_on),
    )
    number = _numbers(repeats, rated, line)
    again = np.flatnonzero(number > 1)
    cell = rule.take(again) * (repeats.last + 1) + number.take(again)
    return places.take(again), repeats.choice.ravel().take(cell)


def _since(repeats: Repeats, rule: Rows, decided_on: Days) -> Rows:
    since = repeats.reaching[0].of(decided_on)
    months = repeats.months.take(rule) if len(repeats.reaching) > 1 else rule
    for number, table in enumerate(repeats.reaching[1:], 1):
        rows = np.flatnonzero(months == number)
        since[rows] = table.of(decided_on.take(rows))
    return since


def _numbers(repeats: Repeats, rated: Rated, line: Line) -> Rows:
    """Which occurrence each event is, up to the last that matters.

    Days ascend: when the k-th event before an event still reaches it, so do the nearer ones.
    """
    number = np.ones(len(line.places), np.int64)
    forgets = rated.shard.columns.events.repaired_on is not None and not bool(repeats.repaired_counts.all())
    always = repeats.repaired_counts.take(line.rule) if forgets else np.ones(0, np.bool_)
    repaired_on = rated.day("repaired_on", line.places) if forgets else line.decided_on
    for back in range(1, len(number)):
        reaches = (line.keys[back:] == line.keys[:-back]) & (line.decided_on[:-back] >= line.since[back:])
        reaches &= number[back:] < repeats.last
        if not reaches.any():
            break
        if forgets:
            reaches &= always[back:] | (repaired_on[:-back] > line.decided_on[back:])
        number[back:] += reaches
    return number


def first_within(decided_on: Days, since: Rows, buckets: Buckets) -> Rows:
    """For places in bucket order: the first place of the bucket decided on or after ``since``, at most the own one."""
    place = np.arange(len(decided_on))
    behind = buckets.number << 32
    return np.minimum(np.searchsorted(behind + decided_on, behind + since), place)
