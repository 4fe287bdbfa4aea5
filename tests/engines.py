"""The engines' answers in the form of the oracle's, so that readings of one question can be compared as values."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from scoring.rating.columnar import ABSENT, NO_POINTS, STATES, Standing, columns_of, in_order, rate_all
from scoring.rating.explain import explain
from tests.oracle import Judged, JudgedLine, rate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from scoring.rating.history import EditionChain, History

DEPTH = int(os.environ.get("LAW_DEPTH", "1"))
"""How many times as many cases as usual the comparing tests try; some hundreds for a night's run."""


class Score(NamedTuple):
    """What an engine for all entities at once can say of one: everything but raw points and spans of single events."""

    state: str
    reason: str | None
    total: int | None
    grade: str | None
    tier: str | None
    risk_level: str | None
    lines: tuple[tuple[str, str, str, int], ...]


def by_oracle(history: History, chain: EditionChain, as_of: date) -> Judged:
    """The oracle's answer, without what it remembers of its way."""
    return rate(history, chain, as_of)._replace(seen=frozenset())


def by_explain(history: History, chain: EditionChain, as_of: date) -> Judged:
    """The readable engine's answer."""
    result = explain(history, chain, as_of)
    risk = result.verdict.risk
    return Judged(
        result.state,
        result.reason,
        result.edition,
        result.total,
        result.grade,
        result.tier,
        None if risk is None else risk.level,
        tuple(
            JudgedLine(line.source, line.ref, line.standing, line.raw, line.counted, line.valid_until)
            for line in result.lines
        ),
    )


def score_of(judged: Judged) -> Score:
    """The part of an answer that all engines give."""
    lines = sorted((line.source, line.ref, line.standing, line.counted) for line in judged.lines)
    return Score(
        judged.state,
        judged.reason,
        judged.total,
        judged.grade,
        judged.tier,
        judged.risk_level,
        tuple(lines),
    )


def by_columnar(histories: Sequence[History], chain: EditionChain, as_of: date) -> list[Score]:
    """The answers of the engine for all entities at once."""
    ratings = rate_all(columns_of(histories), chain, as_of)
    assert ratings.standing is not None
    assert ratings.counted is not None
    scores = []
    row = 0
    for entity, history in enumerate(histories):
        lines = []
        for event in in_order(history):
            standing = Standing(int(ratings.standing[row]))
            if standing is not Standing.NO_LINE:
                lines.append((event.source, event.ref, standing.name.lower(), int(ratings.counted[row])))
            row += 1
        reason, total = int(ratings.reason[entity]), int(ratings.total[entity])
        scores.append(
            Score(
                STATES[int(ratings.state[entity])],
                ratings.reasons[reason] if reason else None,
                None if total == NO_POINTS else total,
                word(ratings.grades, int(ratings.grade[entity])),
                word(ratings.tiers, int(ratings.tier[entity])),
                word(ratings.levels, int(ratings.risk[entity])),
                tuple(sorted(lines)),
            )
        )
    return scores


def word(words: tuple[str, ...], place: int) -> str | None:
    """The word at a place, or None where there is none."""
    return None if place == ABSENT else words[place]


READINGS: Mapping[str, Callable[[History, EditionChain, date], Score]] = {
    "oracle": lambda history, chain, as_of: score_of(by_oracle(history, chain, as_of)),
    "explain": lambda history, chain, as_of: score_of(by_explain(history, chain, as_of)),
    "columnar": lambda history, chain, as_of: by_columnar([history], chain, as_of)[0],
}
"""The three readings of the page, each by what all of them can say."""
