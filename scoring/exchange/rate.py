"""One run of ``rate``: facts line by line, their faults, and the answers to what was asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.exchange.answers import answer_line
from scoring.exchange.editions import attributes_named, chain_for
from scoring.exchange.faults import Fault
from scoring.exchange.lines import LONGEST, read_line
from scoring.exchange.stock import Stock
from scoring.kernel.errors import LawError
from scoring.rating.explain import explain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from scoring.rating.history import EditionChain, History


class Asked(NamedTuple):
    """What is wanted of a run.

    ``as_of``: the day asked of every entity; ``explain``: answers with their reasons; ``sorted``: the lines of an
    entity stand together, so that it is answered and forgotten with its last; ``keeps_good``: answers in spite of
    faults elsewhere.
    """

    as_of: date | None
    explain: bool
    sorted: bool
    keeps_good: bool


class Run:
    """Lines in, answers out. ``put`` takes the bytes of an answer, ``say`` what is wrong with a line."""

    def __init__(
        self, asked: Asked, chain: EditionChain, *, put: Callable[[bytes], object], say: Callable[[Fault], None]
    ) -> None:
        self._asked = asked
        self._chain = chain
        self._put = put
        self._say = say
        self._named, of_entity = attributes_named(chain)
        self._stock = Stock(of_entity)
        self._faulty: set[str] = set()
        self._faults = self._questions = 0
        self._chains: dict[str, EditionChain] = {}
        self._rated: set[str] = set()

    def over(self, readline: Callable[[int], bytes]) -> bool:
        """Read all lines, tell what is wrong with any, rate; whether nothing was wrong.

        Raises:
            LawError: ``as_of_missing``.
        """
        for number, raw in _lines(readline):
            self._take(number, raw)
        if self._asked.as_of is None and not self._questions:
            raise LawError(
                "as_of_missing", zh="请用 --as-of 指定日期，或在输入中提问", en="name a day by --as-of, or ask by lines"
            )
        if not self._faults or self._asked.keeps_good:
            self._rate()
        return not self._faults

    def _take(self, number: int, raw: bytes) -> None:
        fact = read_line(number, raw, self._named)
        fault: Fault | None
        if isinstance(fact, Fault):
            fault = fact
        else:
            if self._asked.sorted and self._stock.entities not in ([], [fact.entity]):
                self._rate()
            fault = self._stock.add(fact)
            if fact.entity in self._rated:
                fault = Fault(number, "entity_came_back", "entity", fact.entity, fact.entity)
            self._questions += fact.as_of is not None
        if fault is not None:
            self._faults += 1
            self._say(fault)
            if fault.entity is not None:
                self._faulty.add(fault.entity)

    def _rate(self) -> None:
        """Answer what the stock holds, then forget it."""
        for entity in self._stock.entities:
            if self._asked.sorted:
                self._rated.add(entity)
            if self._asked.as_of is not None and entity not in self._faulty:
                self._answer(self._stock.histories(entity), self._asked.as_of)
        for entity, kinds, day in self._stock.questions:
            if entity not in self._faulty:
                self._answer(self._stock.histories(entity, kinds), day)
        self._stock.forget()

    def _answer(self, histories: list[History], day: date) -> None:
        for history in histories:
            chain = self._chains.get(history.kind)
            if chain is None:
                chain = self._chains[history.kind] = chain_for(self._chain, history.kind)
            self._put(answer_line(explain(history, chain, day), explain=self._asked.explain))


def _lines(readline: Callable[[int], bytes]) -> Iterator[tuple[int, bytes]]:
    """Numbered lines that are not blank. Of a line that is too long only the beginning is kept."""
    number = 0
    while raw := readline(LONGEST + 2):
        number += 1
        rest = raw
        while len(rest) == LONGEST + 2 and not rest.endswith(b"\n"):
            rest = readline(LONGEST + 2)
        raw = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        raw = raw.removesuffix(b"\n").removesuffix(b"\r")
        if raw.strip():
            yield number, raw
