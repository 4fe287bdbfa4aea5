"""The engines' answers in the form of the oracle's, so that readings of one question can be compared as values."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scoring.rating.explain import explain
from tests.oracle import Judged, JudgedLine, rate

if TYPE_CHECKING:
    from datetime import date

    from scoring.rating.history import EditionChain, History

DEPTH = int(os.environ.get("LAW_DEPTH", "1"))
"""How many times as many cases as usual the comparing tests try; some hundreds for a night's run."""


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
