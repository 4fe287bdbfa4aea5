"""From the score to the grade, the risk level, the tier and the frequency of inspection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.rating.wording.law import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.edition.model import Frequency
    from scoring.rating.result import Bound, Shift
    from scoring.rating.wording.telling import Sentence, Telling


def score(telling: Telling) -> Iterator[Sentence]:
    """Dimensions, the clean run and the total."""
    verdict, law = telling.result.verdict, telling.law
    if verdict.total is None:
        return
    dimensions = telling.result.dimensions
    for key, points in dimensions if len(dimensions) > 1 else ():
        name = law.dimension(telling.edition, key)
        yield telling.say("score", "dimension", dimension=name, points=law.points(points))
    if verdict.streak is not None:
        points_text = law.points(verdict.streak.points, signed=True)
        yield telling.say("score", "streak", points=points_text, clause=telling.clause(verdict.streak.clause))
    yield telling.say("score", "total", points=law.points(verdict.total))


def outcome(telling: Telling) -> Iterator[Sentence]:
    """Why there is no grade, or a grade in place of the band."""
    verdict, law = telling.result.verdict, telling.law
    if verdict.reason == "no_valid_licence":
        yield telling.say("grade", "no_valid_licence")
    found = verdict.outcome
    if found is None:
        return
    rating = law.rating(telling.edition)
    texts = {} if rating is None else {(one.clause, one.reason): say(one.text, law.lang) for one in rating.outcomes}
    text = texts.get((found.clause, found.reason), found.reason)
    clause = telling.clause(found.clause)
    if found.grade is None:
        yield telling.say("grade", "outcome_state", text=text, clause=clause)
    else:
        yield telling.say("grade", "outcome_grade", text=text, grade=telling.grade(found.grade), clause=clause)


def grade(telling: Telling) -> Iterator[Sentence]:
    """The band, and everything that bounds or moves it."""
    verdict, law = telling.result.verdict, telling.law
    rating = law.rating(telling.edition)
    if verdict.grade is None or rating is None:
        return
    if any(one.worst_item is not None for one in rating.grades):
        yield telling.say("grade", "worst_item", points=law.points(verdict.worst_item or 0))
    if verdict.banded is not None:
        name = next((one.clause for one in rating.grades if one.key == verdict.banded), "")
        yield telling.say("grade", "banded", grade=telling.grade(verdict.banded), clause=telling.clause(name))
    if verdict.direct is not None:
        yield _bounded(telling, "direct", verdict.direct)
    if verdict.floor is not None:
        yield _bounded(telling, "floor", verdict.floor)
    for one in verdict.shifts:
        yield _bounded(telling, "shift", one)
    if verdict.ceiling is not None:
        yield _bounded(telling, "ceiling", verdict.ceiling)
    yield telling.say("grade", "grade", grade=telling.grade(verdict.grade))


def _bounded(telling: Telling, key: str, bound: Bound | Shift) -> Sentence:
    """What an event does to the grade. A ceiling is of the edition in force, the others of the event's own."""
    line = telling.lines[bound.source, bound.ref]
    edition = telling.edition if key == "ceiling" else line.edition
    return telling.say(
        "grade",
        key,
        fact=telling.fact(line),
        grade=telling.grade(bound.grade),
        clause=telling.clause_of(edition, bound.clause),
        until=telling.term(bound.until),
    )


def risk(telling: Telling) -> Iterator[Sentence]:
    """The inherent risk, factor by factor."""
    found, law = telling.result.verdict.risk, telling.law
    if found is None:
        return
    rating = law.rating(telling.edition)
    section = None if rating is None else rating.risk
    names = {} if section is None else {one.attribute: say(one.name, law.lang) for one in section.factors}
    for part in found.parts:
        clause, points = telling.clause(part.clause), law.points(part.points, signed=True)
        if part.ref is not None:
            line = telling.lines[part.ref]
            day, fact = law.day(line.decided_on), telling.fact(line)
            yield telling.say("risk", "risk_warning", day=day, fact=fact, points=points, clause=clause)
        elif part.attribute is not None:
            name = names.get(part.attribute, part.attribute)
            yield telling.say("risk", "risk_attribute", name=name, points=points, clause=clause)
    level = law.level(telling.edition, found.level)
    yield telling.say("risk", "risk", level=level, points=law.points(found.points))


def tier(telling: Telling) -> Iterator[Sentence]:
    """The tier and what it means for inspection."""
    result = telling.result
    if result.grade is None:
        return
    if result.tier is None:
        yield telling.say("tier", "no_tier")
        return
    yield telling.say("tier", "tier", tier=result.tier)
    if result.frequency is not None:
        parts = ("、" if telling.zh else ", ").join(_frequency(telling, result.frequency))
        if parts:
            yield telling.say("tier", "frequency", parts=parts, clause=telling.clause(result.frequency.clause))


def _frequency(telling: Telling, frequency: Frequency) -> Iterator[str]:
    if frequency.ratio is not None:
        yield telling.phrase("ratio", ratio=f"{frequency.ratio[0]}/{frequency.ratio[1]}")
    for key in ("min_per_year", "max_per_year", "min_interval_days"):
        count: int | None = getattr(frequency, key)
        if count is not None:
            yield telling.phrase(key, count=count)
    if frequency.off_site_first:
        yield telling.phrase("off_site_first")
    sample = frequency.verification_sample
    if sample is not None:
        yield telling.phrase("verification_sample", ratio=f"{sample[0]}/{sample[1]}")
