"""Small editions and histories by hand: every part has a plain default, a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scoring.edition.model import (
    Absorption,
    Dimension,
    Edition,
    EventRule,
    Grade,
    Rating,
    Window,
)
from scoring.rating.history import EditionChain, Event

NO_ABSORPTION = Absorption("none", {}, "§4")
GRADES = (
    Grade("A", {"zh": "A级", "en": "Grade A"}, "A", "§A", bound=9000),
    Grade("B", {"zh": "B级", "en": "Grade B"}, "B", "§B", bound=7000),
    Grade("C", {"zh": "C级", "en": "Grade C"}, "C", "§C", bound=4000),
    Grade("D", {"zh": "D级", "en": "Grade D"}, "D", "§D"),
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def rule(code: str, points: int | None = -1000, **parts: object) -> EventRule:
    return EventRule(
        code,
        f"§{code}",
        {"zh": f"事项{code}", "en": f"Fact {code}"},
        parts.pop("dimension", "conduct"),
        points,
        **parts,
    )


def rating(*rules: EventRule, **parts: object) -> Rating:
    """From 100 down, one dimension, 24 months, bands at 90, 70 and 40; nothing else."""
    plain = Rating(
        direction="higher_better",
        base=10000,
        dimensions=(Dimension("conduct", {"zh": "行为", "en": "Conduct"}, 0),),
        rules={one.code: one for one in rules},
        window=Window(months=24),
        absorption=NO_ABSORPTION,
        caps=(),
        streaks=(),
        streak_broken_by_repaired=False,
        low=None,
        high=None,
        grades=GRADES,
        outcomes=(),
        ceilings=(),
        risk=None,
        matrix=None,
        provisional=None,
        branches="separate",
        tiers=("A", "B", "C", "D"),
    )
    return replace(plain, **parts)


def edition(section: Rating, **parts: object) -> Edition:
    plain = Edition(
        id="plain-1",
        rulebook="plain",
        title={"zh": "示范办法", "en": "A plain rulebook"},
        legal_basis=(),
        verified=True,
        illustrative=False,
        authority="test",
        regions=(),
        kinds=(),
        force_from=date(2000, 1, 1),
        force_to=None,
        digest="0" * 64,
        clauses={},
        unverified_clauses=frozenset(),
        transition="keep",
        earlier_events="count",
        predecessor=None,
        map_codes={},
        map_dimensions={},
        ratings={"*": section},
        frequency={},
        published_to_public=True,
    )
    return replace(plain, **parts)


def chain(*editions: Edition) -> EditionChain:
    return EditionChain(editions)


def event(ref: str, code: str, decided_on: str, **parts: object) -> Event:
    days = {key: day(value) if key.endswith("_on") and value is not None else value for key, value in parts.items()}
    return Event("case", ref, code, day(decided_on), **days)
