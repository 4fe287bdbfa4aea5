"""What an edition answers to a case, in the words in which a case states what it expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.kernel.points import format_points
from scoring.rating.explain import explain
from scoring.rating.history import EditionChain

if TYPE_CHECKING:
    from scoring.edition.model import Edition
    from scoring.rating.lines import Line
    from tests.law_cases.reading import Case


def answer(case: Case, *editions: Edition) -> tuple[dict[str, object], dict[str, object]]:
    """The stated expectations, and the answer to the same questions."""
    result = explain(case.history, EditionChain(editions), case.as_of)
    given: dict[str, object] = {
        "state": result.state,
        "reason": result.verdict.outcome.reason if result.verdict.outcome else result.reason,
        "score": result.total,
        "grade": result.grade,
        "tier": result.tier,
        "risk": result.verdict.risk.level if result.verdict.risk else None,
        "next_change_on": result.next_change_on,
        "ratio": result.frequency.ratio if result.frequency else None,
        "max_per_year": result.frequency.max_per_year if result.frequency else None,
        "lines": {line.ref: _said(line) for line in result.lines},
    }
    asked = {key: value for key, value in case.expect.items() if value is not None}
    lines = dict(asked.pop("lines", {}))
    stated = {**asked, **{key: None for key in ("grade", "score", "tier") if key not in asked}, "lines": lines}
    said = {line.ref: _said(line) for line in result.lines if line.ref in lines}
    return stated, {**{key: given[key] for key in stated}, "lines": said}


def _said(line: Line) -> str:
    """``counted -5.00``, ``counted -5.00 of -8.00`` where a cap cut, or the standing alone."""
    if line.standing != "counted" or line.raw is None:
        return line.standing
    counted = f"counted {format_points(line.counted)}"
    return counted if line.counted == line.raw else f"{counted} of {format_points(line.raw)}"
