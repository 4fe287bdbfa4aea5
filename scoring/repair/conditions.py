"""Each form of condition as days: whether it holds on one, on which it may turn, and what would have to be done."""

from __future__ import annotations

from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from scoring.kernel.workdays import last_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from scoring.edition.sections.repair import Fact, RepairCondition, Test
    from scoring.kernel.workdays import Calendar, Deadline

_ONE = timedelta(days=1)
_NONE: Mapping[str, str] = MappingProxyType({})


class Listed(NamedTuple):
    """On a list from a day to the day before ``until``; None: until further notice."""

    name: str
    since: date
    until: date | None


class RecordFacts(NamedTuple):
    """What the conditions look at: one adverse record and what is known of its owner.

    ``minimum_ends_on``: the last day of its minimum publicity, None where it has none. ``same``: days of the owner's
    other decisions, by what they share with this one (``code``, ``decision_kind``). ``materials``: keys of papers that
    are there.
    """

    decision_kind: str
    class_: str | None
    days: Mapping[Fact, date]
    penalty_kinds: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = _NONE
    minimum_ends_on: date | None = None
    same: Mapping[str, tuple[date, ...]] = MappingProxyType({})
    lists: tuple[Listed, ...] = ()
    materials: frozenset[str] = frozenset()


class Looked(NamedTuple):
    """One condition looked at for one record."""

    condition: RepairCondition
    facts: RecordFacts
    calendar: Calendar

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return _HOLDS[self.condition.test](self, day)

    def turns(self) -> Iterator[date]:
        """Every day on which it may begin or cease to hold."""
        for since in self._starts():
            yield since
            if self.condition.term is not None:
                yield after(self.end(since).day)
        if self.facts.minimum_ends_on is not None:
            yield after(self.facts.minimum_ends_on)
        for listed in self._lists():
            yield listed.since
            if listed.until is not None:
                yield listed.until

    def missing(self, as_of: date) -> str | None:
        """What somebody would have to bring about: a fact that is not there, or the end of being on a list."""
        found = self.condition
        if found.test == "not_listed":
            return next((f"off:{listed.name}" for listed in self._lists() if listed.until is None), None)
        if found.test == "done" or (found.test == "elapsed" and not found.absent):
            since = self.since()
            return found.fact if since is None or since > as_of else None
        return None

    def is_provisional(self, first: date) -> bool:
        """Whether a day on which it begins to hold rests on working days that no notice has settled."""
        if self.condition.term is None:
            return False
        ends = (self.end(since) for since in self._starts())
        return any(end.provisional and after(end.day) == first for end in ends)

    def since(self) -> date | None:
        """The day of the fact that the condition names, where there is one."""
        return None if self.condition.fact is None else self.facts.days.get(self.condition.fact)

    def end(self, since: date) -> Deadline:
        """The last day of the condition's term. It is no deadline for anybody, so it never moves off a day off."""
        if self.condition.term is None:
            raise ValueError(self.condition.key)
        return last_day(self.condition.term, since, self.calendar, to_act=False)

    def others(self) -> tuple[date, ...]:
        """Days of the owner's other decisions that share with this one what the condition looks at."""
        return self.facts.same.get(self.condition.same, ())

    def _lists(self) -> Iterator[Listed]:
        return (listed for listed in self.facts.lists if listed.name in self.condition.lists)

    def _starts(self) -> tuple[date, ...]:
        """The days from which a term of the condition may run."""
        since = self.since()
        own = () if since is None else (since,)
        return own + (self.others() if self.condition.test == "not_repeated" else ())

    def repeats(self, other: date, day: date) -> bool:
        """Whether another decision speaks against a repair on a day: a recent one, or any since this record."""
        if other > day:
            return False
        if self.condition.term is None:
            return other > self.facts.days["decided_on"]
        return day <= self.end(other).day

    def is_listed(self, day: date) -> bool:
        """Whether the owner is on a list of the condition on a day."""
        return any(listed.since <= day and (listed.until is None or day < listed.until) for listed in self._lists())


def after(day: date) -> date:
    """The next day; the last day of all has none."""
    return day if day == date.max else day + _ONE


def _minimum_is_over(looked: Looked, day: date) -> bool:
    end = looked.facts.minimum_ends_on
    return end is None or day > end


def _is_done(looked: Looked, day: date) -> bool:
    since = looked.since()
    return since is not None and since <= day


def _has_elapsed(looked: Looked, day: date) -> bool:
    since = looked.since()
    if since is None or since > day:
        return looked.condition.absent
    return looked.condition.term is not None and day > looked.end(since).day


def _is_not_repeated(looked: Looked, day: date) -> bool:
    return not any(looked.repeats(other, day) for other in looked.others())


def _is_repairable(looked: Looked, _: date) -> bool:
    never = set(looked.condition.never)
    return looked.facts.penalty_kinds.isdisjoint(never) and looked.facts.class_ not in looked.condition.never_classes


_HOLDS: Final[Mapping[Test, Callable[[Looked, date], bool]]] = MappingProxyType(
    {
        "minimum_publicity": _minimum_is_over,
        "done": _is_done,
        "elapsed": _has_elapsed,
        "not_listed": lambda looked, day: not looked.is_listed(day),
        "not_repeated": _is_not_repeated,
        "repairable": _is_repairable,
    }
)
