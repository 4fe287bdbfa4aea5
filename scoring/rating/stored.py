"""A stored explanation read back into the result that it was written from."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from scoring.edition.model import Frequency
from scoring.kernel.points import parse_points
from scoring.rating.lines import Line, treated
from scoring.rating.result import (
    SCHEMA,
    Bound,
    Cut,
    Factor,
    Outcome,
    Restored,
    Result,
    RiskFound,
    RiskPart,
    Shift,
    Streak,
    Verdict,
)

Json = dict[str, Any]


class ExplanationUnreadableError(ValueError):
    """Bytes that are no explanation of this schema; ``code`` is stable."""

    code = "explanation_unreadable"


def decode(written: bytes) -> Result:
    """The result of which ``encode`` wrote these bytes, dimensions in the order of their keys.

    Raises:
        ExplanationUnreadableError: they are of another schema, or none at all.
    """
    try:
        document: Json = json.loads(written)
        if document["schema"] != SCHEMA:
            raise ExplanationUnreadableError(document["schema"])
        return _result(document)
    except (ValueError, KeyError, TypeError) as error:
        raise ExplanationUnreadableError(str(error)) from error


def _result(document: Json) -> Result:
    dimensions: dict[str, str] = document.get("dimensions", {})
    frequency = document.get("frequency")
    return Result(
        document["entity"],
        document["kind"],
        date.fromisoformat(document["as_of"]),
        document.get("edition"),
        document.get("edition_digest"),
        document.get("illustrative", False),
        document.get("verified", True),
        document.get("direction"),
        _points(document.get("base")),
        _verdict(document),
        tuple(map(_line, document["lines"])),
        tuple((key, parse_points(points)) for key, points in dimensions.items()),
        None if frequency is None else _frequency(document["tier"], frequency),
        _day(document.get("next_change_on")),
    )


def _verdict(document: Json) -> Verdict:
    outcome, streak, risk = document.get("outcome"), document.get("streak"), document.get("risk")
    return Verdict(
        document["state"],
        document.get("reason"),
        document.get("clause"),
        _points(document.get("total")),
        _points(document.get("worst_item")),
        None if streak is None else Streak(streak["clause"], parse_points(streak["points"])),
        None if outcome is None else _outcome(outcome),
        document.get("banded"),
        _bound(document.get("direct")),
        _bound(document.get("floor")),
        tuple(map(_shift, document.get("shifts", []))),
        _bound(document.get("ceiling")),
        document.get("grade"),
        None if risk is None else _risk(risk),
        document.get("tier"),
    )


def _line(line: Json) -> Line:
    restored, by = line.get("restored"), line.get("by")
    treatment = treated(
        line["code"],
        line.get("edition"),
        line.get("clause"),
        line.get("dimension"),
        line["standing"],
        _points(line.get("raw")),
        _points(line.get("counted")) or 0,
        tuple(Factor(one["clause"], one["factor"], one.get("nth")) for one in line.get("factors", [])),
        None if restored is None else Restored(restored["clause"], restored["share"]),
        tuple(Cut(one["stage"], one["clause"], parse_points(one["left"])) for one in line.get("cuts", [])),
    )
    return Line(
        line["source"],
        line["ref"],
        date.fromisoformat(line["decided_on"]),
        treatment,
        None if by is None else (by["source"], by["ref"]),
        _day(line.get("valid_until")),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _points(text: str | None) -> int | None:
    return None if text is None else parse_points(text)


def _outcome(part: Json) -> Outcome:
    return Outcome(part["clause"], part["reason"], part.get("state"), part.get("grade"))


def _bound(part: Json | None) -> Bound | None:
    if part is None:
        return None
    return Bound(part["source"], part["ref"], part["clause"], part["grade"], _day(part.get("until")))


def _shift(part: Json) -> Shift:
    until = date.fromisoformat(part["until"])
    return Shift(part["source"], part["ref"], part["clause"], part["by"], part["grade"], until)


def _risk(risk: Json) -> RiskFound:
    parts = tuple(
        RiskPart(
            one["clause"],
            one.get("attribute"),
            (one["source"], one["ref"]) if "ref" in one else None,
            parse_points(one["points"]),
        )
        for one in risk["parts"]
    )
    return RiskFound(risk["level"], parse_points(risk["points"]), parts)


def _frequency(tier: str, part: Json) -> Frequency:
    return Frequency(
        tier,
        part["clause"],
        _ratio(part.get("ratio")),
        part.get("min_per_year"),
        part.get("max_per_year"),
        part.get("min_interval_days"),
        part.get("off_site_first", False),
        _ratio(part.get("verification_sample")),
    )


def _ratio(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    part, whole = text.split("/")
    return int(part), int(whole)
