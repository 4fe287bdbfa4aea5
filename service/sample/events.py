"""What happens to one entity of the invented city in its years: inspections, cases, complaints, promises."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.kernel.days import add_months

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.sample.chance import Chance
    from service.sample.truth import Run

INSPECTIONS = "enforcement"
CASES = "case-system"


class Life(NamedTuple):
    """One entity's span in the city: from the first day on which anything can happen to the last."""

    key: str
    number: int
    first: date
    last: date
    run: Run
    attributes: Mapping[str, str]

    @property
    def care(self) -> Mapping[str, Any]:
        """How well it is run."""
        return self.run.care

    @property
    def years(self) -> float:
        """How long it can be seen."""
        return max(0, (self.last - self.first).days) / 365.25


def lines(plan: Mapping[str, Any], chance: Chance, life: Life) -> Iterator[dict[str, Any]]:
    """Every line of the events file about one entity, occasions before what was found at them."""
    yield from _inspections(plan, chance, life)
    yield from _random(plan, chance, life)
    for habit in plan["habit"]:
        yield from _habit(habit, chance, life)


def _inspections(plan: Mapping[str, Any], chance: Chance, life: Life) -> Iterator[dict[str, Any]]:
    rule = plan["inspection"]
    for index in range(chance.count(rule["per_year"] * life.care["visits"] * life.years)):
        ref = f"J{life.number:07d}-{index:02d}"
        held = chance.weekday(life.first, life.last)
        yield _occasion(life, ref, chance.choose(rule["types"]), held)
        yield from _found(plan, chance, life, ref, held)


def _random(plan: Mapping[str, Any], chance: Chance, life: Life) -> Iterator[dict[str, Any]]:
    """The draws of each round of months that lies wholly in the years shown, whoever runs the place."""
    rule = plan["random"]
    said = rule["probability"][life.attributes[rule["factor"]]]
    probability = float(said)
    for index, (begin, end) in enumerate(_rounds(life.last, rule["months"], plan["years"])):
        if begin < life.first:
            return
        if not chance.happens(probability):
            continue
        ref, held = f"D{life.number:07d}-{index:02d}", chance.weekday(begin, end)
        met = not chance.happens(rule["unmet"])
        yield _occasion(life, ref, rule["type"] if met else rule["attempt"], held) | {"probability": said}
        if met:
            yield from _found(plan, chance, life, ref, held)


@cache
def _rounds(last: date, months: int, years: int) -> list[tuple[date, date]]:
    """First and last day of each round, the latest first."""
    ends = [add_months(last, -months * index) for index in range(12 * years // months + 1)]
    return [(before + timedelta(days=1), end) for end, before in pairwise(ends)]


def _occasion(life: Life, ref: str, kind: str, held: date) -> dict[str, Any]:
    return {
        "source": INSPECTIONS,
        "source_ref": ref,
        "entity": life.key,
        "type": kind,
        "held_on": held.isoformat(),
    }


def _found(plan: Mapping[str, Any], chance: Chance, life: Life, ref: str, held: date) -> Iterator[dict[str, Any]]:
    """What an inspection finds: something with the true risk of the place."""
    if not chance.happens(life.run.risk):
        yield _event(life, INSPECTIONS, f"{ref}-0", plan["inspection"]["clean"], held) | {"occasion": ref}
        return
    for finding in range(1, 1 + chance.number(1, plan["inspection"]["most_findings"])):
        yield from _finding(plan, chance, life, (ref, finding), held)


def _finding(
    plan: Mapping[str, Any], chance: Chance, life: Life, place: tuple[str, int], held: date
) -> Iterator[dict[str, Any]]:
    occasion, ref = place[0], f"{place[0]}-{place[1]}"
    found = _event(life, INSPECTIONS, ref, chance.pick(plan["finding"], life.care["key"]), held) | {
        "occasion": occasion
    }
    corrected = plan["inspection"]["corrected"]
    later = held + timedelta(days=chance.number(*corrected["within_days"]))
    if chance.happens(corrected["share"]) and later <= life.last:
        found["corrected_on"] = later.isoformat()
    opened = chance.happens(plan["case"]["of_findings"])
    if opened:
        found["case_ref"] = f"A{ref}"
    yield found
    if opened:
        yield from _case(plan, chance, life, f"A{ref}", held)


def _case(plan: Mapping[str, Any], chance: Chance, life: Life, ref: str, opened: date) -> Iterator[dict[str, Any]]:
    rule = plan["case"]
    yield _event(life, CASES, f"{ref}-L", rule["filed"], opened) | {"case_ref": ref}
    decided = opened + timedelta(days=chance.number(*rule["decided_after_days"]))
    if decided > life.last or chance.happens(rule["withdrawn"]):
        return
    if chance.happens(rule["first_offence"]["share"]):
        yield _event(life, CASES, f"{ref}-M", rule["first_offence"], decided) | {"case_ref": ref}
        return
    penalty_rule = chance.pick(plan["penalty"], life.care["key"])
    penalty = _event(life, CASES, f"{ref}-C", penalty_rule, decided) | {"case_ref": ref}
    performed = decided + timedelta(days=chance.number(*rule["performed"]["within_days"]))
    if chance.happens(rule["performed"]["share"]) and performed <= life.last:
        penalty["performed_on"] = performed.isoformat()
    if "publicity_months" in penalty_rule:
        penalty["publicity_ends_on"] = add_months(decided, chance.number(*penalty_rule["publicity_months"])).isoformat()
    yield penalty
    annulled = decided + timedelta(days=chance.number(*rule["annulled"]["within_days"]))
    if chance.happens(rule["annulled"]["share"]) and annulled <= life.last:
        yield _act(penalty, "annulment", f"{ref}-X", annulled, rule["annulled"]["reason"])


def _act(event: Mapping[str, Any], act: str, ref: str, on: date, reason: str) -> dict[str, Any]:
    return {
        "source": event["source"],
        "source_ref": ref,
        "act": act,
        "event": {"source": event["source"], "source_ref": event["source_ref"]},
        "acted_on": on.isoformat(),
        "reason": reason,
    }


def _habit(habit: Mapping[str, Any], chance: Chance, life: Life) -> Iterator[dict[str, Any]]:
    factor = habit.get("care", {}).get(life.care["key"], 1.0)
    for index in range(chance.count(habit["per_year"] * factor * life.years)):
        day = chance.day(life.first, life.last)
        yield _event(life, habit["source"], f"{habit['prefix']}{life.number:07d}-{index:02d}", habit, day)


def _event(life: Life, source: str, ref: str, what: Mapping[str, Any], day: date) -> dict[str, Any]:
    made = {
        "source": source,
        "source_ref": ref,
        "entity": life.key,
        "code": what["code"],
        "decided_on": day.isoformat(),
    }
    if "severity" in what:
        made["severity"] = what["severity"]
    return made
