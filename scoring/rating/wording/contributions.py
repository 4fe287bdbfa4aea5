"""Where the score starts, what each event adds to it, and why the others add nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.rating.wording.law import percent, say, thousandths
from scoring.rating.wording.phrases import WHY, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.rating.lines import Line
    from scoring.rating.wording.telling import Sentence, Telling


def start(telling: Telling) -> Iterator[Sentence]:
    """The base, and the bases of dimensions that have one."""
    base, law = telling.result.base, telling.law
    if base is None:
        return
    yield telling.say("start", "start", points=law.points(base))
    rating = law.rating(telling.edition)
    for part in () if rating is None else rating.dimensions:
        if part.base:
            name = say(part.name, law.lang)
            yield telling.say("start", "start_of", dimension=name, points=law.points(part.base))


def counted(telling: Telling) -> Iterator[Sentence]:
    """Every event that counts: its points, its clause, what multiplied, gave back or cut them, and until when."""
    for line in telling.result.lines:
        if line.standing == "counted":
            yield telling.sentence("counted", [*_worth(telling, line), *_limits(telling, line)])


def _worth(telling: Telling, line: Line) -> Iterator[str]:
    law = telling.law
    points = law.points(line.counted, signed=True)
    yield telling.phrase("counted", day=law.day(line.decided_on), fact=telling.fact(line), points=points)
    yield telling.phrase("by_clause", clause=telling.clause_of(line.edition, line.clause))
    for factor in line.factors:
        clause, times = telling.clause_of(line.edition, factor.clause), thousandths(factor.factor)
        key = "factor" if factor.nth is None else "repeated"
        yield telling.phrase(key, clause=clause, factor=times, nth=factor.nth)
    if line.restored is not None:
        clause = telling.clause_of(line.edition, line.restored.clause)
        yield telling.phrase("restored", clause=clause, share=percent(line.restored.share))


def _limits(telling: Telling, line: Line) -> Iterator[str]:
    law = telling.law
    if line.cuts:
        yield telling.phrase("raw", points=law.points(line.raw or 0, signed=True))
    for cut in line.cuts:
        yield telling.phrase("cut", clause=telling.clause(cut.clause), points=law.points(cut.left, signed=True))
    if line.valid_until is None:
        yield telling.phrase("until_open")
    else:
        yield telling.phrase("until", day=law.day(line.valid_until))


def left_out(telling: Telling) -> Iterator[Sentence]:
    """Every event that does not count, and why."""
    for line in telling.result.lines:
        if line.standing != "counted":
            ref = "" if line.by is None else line.by[1]
            why = phrase(WHY, line.standing, telling.law.lang, ref=ref)
            day = telling.law.day(line.decided_on)
            yield telling.say("left_out", "left_out", day=day, fact=telling.fact(line), why=why)
