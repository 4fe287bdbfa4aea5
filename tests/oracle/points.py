"""Sections 3 to 5 of the page: the points of an event, one case as one fact, caps."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle.days import add_months, cycle_span
from tests.oracle.evidence import holds

if TYPE_CHECKING:
    from scoring.edition.model import Cap, Repetition, Restoration, RestorationStep
    from tests.oracle.evidence import Item, Question


def rounded(exact: Fraction) -> int:
    """To the whole hundredth, half away from zero."""
    whole = abs(exact).numerator // abs(exact).denominator
    if abs(exact) - whole >= Fraction(1, 2):
        whole += 1
    return -whole if exact < 0 else whole


def give_points(question: Question) -> None:
    """Section 3: exact, unrestored and raw points of every rated event."""
    for position, item in enumerate(question.items):
        if not item.rated:
            continue
        rule, event = item.rule, item.event
        assert rule is not None
        if rule.value is not None:
            start = event.value
            question.seen.add("points by value")
        elif event.severity is not None and event.severity in rule.severities:
            start = rule.severities[event.severity]
            question.seen.add("points by severity")
        else:
            start = rule.points
            question.seen.add("points plain")
        assert start is not None
        item.exact = Fraction(start)
        for factor in rule.factors:
            if holds(factor.when, event.attributes, question.history.attributes):
                item.exact *= Fraction(factor.factor, 1000)
                question.seen.add("factor")
        if rule.repetition is not None:
            item.exact *= repetition_factor(question, position, rule.repetition)
        item.unrestored = item.raw = rounded(item.exact)
        if rule.restoration is not None:
            share = share_given_back(question, item, rule.restoration)
            item.raw = rounded(item.exact * (1 - share))
        if item.exact.denominator == 2:
            question.seen.add("rounding of a half")


def repetition_factor(question: Question, position: int, repetition: Repetition) -> Fraction:
    """Counting this event as one, n adds the earlier rated ones of its group within the months before it."""
    day = question.items[position].event.decided_on
    n = 1
    for earlier in question.items[:position]:
        if not earlier.rated or earlier.rule is None or earlier.rule.repetition is None:
            continue
        if earlier.rule.repetition.group != repetition.group:
            continue
        if not add_months(earlier.event.decided_on, repetition.months) > day:
            continue
        repaired_on = earlier.event.repaired_on
        if not repetition.repaired_counts and repaired_on is not None and repaired_on <= day:
            question.seen.add("repetition without repaired")
            continue
        n += 1
    factor = Fraction(1)
    for step in repetition.steps:
        if step.nth <= n:
            factor = Fraction(step.factor, 1000)
            question.seen.add("repetition")
    return factor


def share_given_back(question: Question, item: Item, restoration: Restoration) -> Fraction:
    """The share of the first step that fits, once the correction has happened; else nothing."""
    corrected_on = item.event.corrected_on
    if corrected_on is None:
        return Fraction(0)
    for step in restoration.steps:
        if fits(question, item, step):
            if max(corrected_on, item.event.decided_on) > question.as_of:
                question.seen.add("restoration still to come")
                return Fraction(0)
            question.seen.add("restoration by year" if step.year else "restoration by days")
            if step.when is not None:
                question.seen.add("restoration with condition")
            return Fraction(step.share, 1000)
    return Fraction(0)


def fits(question: Question, item: Item, step: RestorationStep) -> bool:
    """Whether the correction came as soon as the step asks, and its condition holds."""
    event = item.event
    assert event.corrected_on is not None
    if step.when is not None and not holds(step.when, event.attributes, question.history.attributes):
        return False
    if step.within_days is not None:
        return (event.corrected_on - event.decided_on).days <= step.within_days
    return event.corrected_on.year == event.decided_on.year + (1 if step.year == "next" else 0)


def absorb(question: Question) -> None:
    """Section 4.1: within one case, what absorbs what."""
    absorption = question.rating.absorption
    if absorption.mode == "none":
        return
    adverse = [item for item in question.items if item.rated and question.is_bad(item.unrestored)]
    for case in {item.event.case_ref for item in adverse if item.event.case_ref is not None}:
        facts = [item for item in adverse if item.event.case_ref == case]
        if absorption.mode == "greatest":
            greatest = max(abs(item.unrestored) for item in facts)
            stays = next(item for item in facts if abs(item.unrestored) == greatest)
            taken = [item for item in facts if item is not stays]
        else:
            taken = [
                item
                for item in facts
                if any(other is not item and item.code in absorption.by.get(other.code, ()) for other in facts)
            ]
        for item in taken:
            if item.standing == "counted":
                item.standing = "absorbed"
                question.seen.add(f"absorption {absorption.mode}")


def highest_only(question: Question) -> None:
    """Section 4.2: of live events with one ``highest_only`` name and one side, the greatest raw effect stays."""
    names = {item.rule.highest_only for item in question.items if item.rule is not None}
    for name in names - {None}:
        for on_side in (question.is_bad, question.is_good):
            group = [
                item
                for item in question.items
                if item.standing == "counted"
                and item.rule is not None
                and item.rule.highest_only == name
                and on_side(item.raw)
            ]
            if not group:
                continue
            greatest = max(abs(item.raw) for item in group)
            stays = next(item for item in group if abs(item.raw) == greatest)
            for item in group:
                if item is not stays:
                    item.standing = "lesser_of_group"


def cap_all(question: Question) -> None:
    """Section 5: every cap, stage by stage, in the order of the edition, on what the one before left."""
    for item in question.items:
        item.left = item.raw if item.standing == "counted" else 0
    for stage in ("case", "code", "dimension", "period"):
        for cap in question.rating.caps:
            if cap.stage == stage:
                cap_one(question, cap)


def cap_one(question: Question, cap: Cap) -> None:
    """Fill every bucket of one cap, oldest first."""
    on_side = question.is_bad if cap.side == "bad" else question.is_good
    filled: list[tuple[Item, object]] = []
    for item in question.items:
        if item.standing != "counted" or not on_side(item.left):
            continue
        bucket = bucket_of(question, cap, item)
        if bucket is None:
            continue
        used = 0
        for earlier, its_bucket in filled:
            if its_bucket != bucket:
                continue
            if cap.months is None or add_months(earlier.event.decided_on, cap.months) > item.event.decided_on:
                used += abs(earlier.left)
        filled.append((item, bucket))
        effect = min(abs(item.left), max(0, cap.limit - used))
        if effect < abs(item.left):
            item.left = -effect if item.left < 0 else effect
            item.cuts += 1
            question.seen.add(f"cap {cap.stage} {cap.side}")
            question.seen.add(f"cap over {period_of(cap)}")
            if cap.over:
                question.seen.add(f"cap {cap.stage} of named")


def period_of(cap: Cap) -> str:
    """The form of a cap's period, in a word."""
    if cap.calendar_year:
        return "calendar year"
    if cap.months is not None:
        return "months"
    return "cycle" if cap.cycle is not None else "all time"


def bucket_of(question: Question, cap: Cap, item: Item) -> object:
    """What an event shares a cap with; None where the cap does not speak of it."""
    if cap.stage == "dimension":
        name = whole = item.dimension
    elif cap.stage == "period":
        name = whole = "everything"
    else:
        name = item.code
        whole = name if cap.stage == "code" else item.event.case_ref or ""
    if whole == "" or (cap.over and name not in cap.over):
        return None
    day = item.event.decided_on
    if cap.calendar_year:
        return whole, day.year
    if cap.cycle is not None:
        return whole, cycle_span(cap.cycle, question.history.attributes, day)
    return whole, None
