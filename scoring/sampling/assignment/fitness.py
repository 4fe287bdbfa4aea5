"""Who is fit and who is fresh for a seat (§7): inspectors in their ranks, sets of them as the bits of integers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scoring.kernel.errors import LawError
from scoring.sampling.bytes import ticketer, tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from scoring.sampling.assignment.values import Seat, Visit, Window
    from scoring.sampling.rows import RosterRow

DECK = "deck"
_LEVEL_BYTES = 4


def ranked(roster: Sequence[RosterRow], ka: bytes) -> list[RosterRow]:
    """The inspectors by T(ka, "deck", 00000000 ‖ id), then id."""
    ids = [row.id.encode() for row in roster]
    zero = bytes(_LEVEL_BYTES)
    by = zip(tickets(ka, DECK, [zero + x for x in ids]), ids, roster, strict=True)
    return [row for _, _, row in sorted(by, key=lambda one: one[:2])]


def cards(ka: bytes) -> Callable[[int, str], bytes]:
    """The place of an inspector in the shuffled deck of those who have so many seats: T(ka, "deck", level ‖ id)."""
    deck = ticketer(ka, DECK)
    return lambda level, inspector: deck(level.to_bytes(_LEVEL_BYTES, "big") + inspector.encode())


def bits(found: int) -> Iterator[int]:
    """The numbers of the bits that are set, ascending."""
    while found:
        low = found & -found
        yield low.bit_length() - 1
        found ^= low


class Fitness:
    """The sets of fit and of fresh inspectors by seat; the bit i stands for ``roster[i]``, in the order given.

    Fit for a seat: its authority and all its skills, a certificate over the whole window, not recused for the visit.
    Fresh: fit, and not at the visit's last visit.
    """

    def __init__(self, roster: Sequence[RosterRow], window: Window) -> None:
        self.roster = roster
        self.number = {row.id: i for i, row in enumerate(roster)}
        if len(self.number) != len(roster):
            raise _twice("inspector_twice", [row.id for row in roster], zh="检查人员", en="inspector")
        self._valid = [row.valid_from <= window.first and row.valid_to >= window.last for row in roster]
        self._by_seat: dict[Seat, int] = {}

    def of(self, seat: Seat) -> int:
        """Who answers the seat's authority and skills with a certificate over the window, whatever the visit."""
        found = self._by_seat.get(seat)
        if found is None:
            needed = set(seat.skills)
            found = self._by_seat[seat] = sum(
                1 << i
                for i, row in enumerate(self.roster)
                if self._valid[i] and seat.authority in {"", row.authority} and needed.issubset(row.skills)
            )
        return found

    def fit(self, visit: Visit) -> list[int]:
        """The fit by seat. Ids that the roster does not know are nobody."""
        allowed = ~self.bits_of(visit.recused)
        return [self.of(seat) & allowed for seat in visit.seats]

    def fresh(self, visit: Visit) -> list[int]:
        """The fresh by seat."""
        allowed = ~self.bits_of(visit.last)
        return [fit & allowed for fit in self.fit(visit)]

    def bits_of(self, ids: Iterable[str]) -> int:
        """A set of inspectors."""
        found = 0
        for one in ids:
            i = self.number.get(one)
            if i is not None:
                found |= 1 << i
        return found

    def ids(self, found: int) -> tuple[str, ...]:
        """The ids of a set, ascending."""
        return tuple(sorted(self.roster[i].id for i in bits(found)))


def fit_counts(visits: Iterable[Visit], roster: Sequence[RosterRow], window: Window) -> dict[str, tuple[int, ...]]:
    """How many inspectors are fit for each seat, by code: few of them are no chance (A-CHOICE)."""
    fitness = Fitness(roster, window)
    return {visit.code: tuple(fit.bit_count() for fit in fitness.fit(visit)) for visit in visits}


def refuse_twice(visits: Iterable[Visit]) -> None:
    """Refuse two visits of one code.

    Raises:
        LawError: ``visit_twice``.
    """
    codes = [visit.code for visit in visits]
    if len(set(codes)) != len(codes):
        raise _twice("visit_twice", codes, zh="检查对象", en="visit")


def _twice(code: str, names: list[str], *, zh: str, en: str) -> LawError:
    name = next(one for one, count in Counter(names).items() if count > 1)
    return LawError(
        code,
        zh=f"{zh} {name} 出现两次：每个代码只能出现一次，请核对名单。",
        en=f"The {en} {name} is listed twice: each code may stand once; check the list.",
    )
