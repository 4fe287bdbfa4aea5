"""Editions of a few lines, for cases that are worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scoring.edition.model import Absorption, Dimension, Edition, EventRule, Grade, Rating, Window
from scoring.rating.history import EditionChain

NAME = {"zh": "名称", "en": "name"}

HIGHER_BETTER = (
    Grade("A", NAME, "A", "1", bound=9000),
    Grade("B", NAME, "B", "1", bound=7000),
    Grade("C", NAME, "C", "1", bound=4000),
    Grade("D", NAME, "D", "1"),
)


PLAIN = Rating(
    direction="higher_better",
    base=10000,
    dimensions=(Dimension("conduct", NAME, 0), Dimension("merit", NAME, 0)),
    rules={},
    window=Window(),
    absorption=Absorption("none", {}, "3"),
    caps=(),
    streaks=(),
    streak_broken_by_repaired=True,
    low=None,
    high=None,
    grades=HIGHER_BETTER,
    outcomes=(),
    ceilings=(),
    risk=None,
    matrix=None,
    provisional=None,
    branches="separate",
    tiers=("A", "B", "C", "D"),
)

FROM_2020 = Edition(
    id="small-2020",
    rulebook="small",
    title=NAME,
    legal_basis=(),
    verified=False,
    illustrative=True,
    authority="city",
    regions=(),
    kinds=(),
    force_from=date(2020, 1, 1),
    force_to=None,
    digest="0" * 64,
    clauses={},
    unverified_clauses=frozenset(),
    transition="keep",
    earlier_events="count",
    predecessor=None,
    map_codes={},
    map_dimensions={},
    ratings={"*": PLAIN},
    frequency={},
    published_to_public=False,
)


def rule(code: str, points: int | None = -500, **parts: object) -> EventRule:
    """A rule that adds ``points`` hundredths, in the dimension "conduct" unless stated."""
    return replace(EventRule(code, "2", NAME, "conduct", points=points), **parts)


def rating(*rules: EventRule, **parts: object) -> Rating:
    """A rating from 100 points, higher better, A from 90, B from 70, C from 40; what is not stated is absent."""
    return replace(PLAIN, rules={each.code: each for each in rules}, **parts)


def edition(of: Rating, **parts: object) -> Edition:
    """An edition in force from 2020 with one rating for every kind."""
    return replace(FROM_2020, ratings={"*": of}, **parts)


def chain(*rules: EventRule, **parts: object) -> EditionChain:
    """One edition with these rules; parts as `rating` takes them."""
    return EditionChain((edition(rating(*rules, **parts)),))
