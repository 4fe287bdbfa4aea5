"""What is told of a year, as JSON has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.insight.figures import rounded, warnings_of
from service.insight.vocabulary import rules, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from service.insight.case_figures import CaseFigures, Figures
    from service.insight.coverage import Coverage
    from service.insight.finding import Findings
    from service.insight.key_figures import Figure
    from service.insight.measures.estimated import Rate
    from service.insight.scope import Asked
    from service.insight.thresholds import Bunched


def findings_document(found: Findings) -> dict[str, Any]:
    """The rate at which something is found, with its parts."""
    return {
        **_asked(found.asked),
        "confidence": rules()["findings"]["confidence"],
        "draws": list(found.draws),
        "drawn": found.drawn,
        "answered": found.answered,
        "silent": found.silent,
        "lonely": found.rates["all", "all"].lonely,
        "rates": [
            {"dimension": dimension, "group": group, **_rate(rate)} for (dimension, group), rate in found.rates.items()
        ],
        "others": [one._asdict() for one in found.others],
    }


def coverage_document(found: Coverage) -> dict[str, Any]:
    """How many entities of each tier were inspected."""
    tiers = [
        {**one._asdict(), "not_inspected": one.entities - one.inspected, "rate": rounded(one.inspected / one.entities)}
        for one in found.tiers
    ]
    return {**_asked(found.asked), "tiers": tiers, "out": found.out, "explained": found.explained}


def figures_document(asked: Asked, figures: Iterable[Figure], language: str) -> dict[str, Any]:
    """The key figures with their formulas in words."""
    return {**_asked(asked), "figures": [_figure(one, language) for one in figures]}


def thresholds_document(asked: Asked, rows: Sequence[Bunched], language: str) -> dict[str, Any]:
    """Scores about the thresholds, of all and of each inspector."""
    told = [threshold_row(one) for one in rows]
    verdicts = [(one["verdict"], {"inspector": one["inspector"]}) for one in told]
    return {
        **_asked(asked),
        "least": rules()["bunching"]["least"],
        "unlikely_below": rules()["unlikely"],
        "items": [{**one, "told": words("threshold_verdict")[one["verdict"]][language]} for one in told],
        "warnings": warnings_of(verdicts, language, part="threshold_verdict"),
    }


def cases_document(asked: Asked, found: Figures) -> dict[str, Any]:
    """Cases of repair and objection; of each procedure first all authorities together."""
    return {
        **_asked(asked),
        "watched_months": rules()["cases"]["watched_months"],
        "items": [_cases(procedure, authority, one) for (procedure, authority), one in found.items()],
    }


def _cases(procedure: str, authority: str | None, one: CaseFigures) -> dict[str, Any]:
    return {
        "procedure": procedure,
        "authority": authority,
        "filed": one.filed,
        "states": [{"state": state, "cases": number} for state, number in sorted(one.states.items())],
        "decisions": [{"decision": event, "cases": number} for event, number in sorted(one.decisions.items())],
        "expired": one.expired,
        "owed": one.owed,
        "on_time": one.on_time,
        "on_time_rate": rounded(one.on_time / one.owed) if one.owed else None,
        "median_days": one.median_days,
        "refused": one.refused,
        "refusals": [
            {"clause": clause or None, "cases": number}
            for clause, number in sorted(one.refusals.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        "granted": one.granted,
        "revoked": one.revoked,
        "watched": one.watched,
        "repeated": one.repeated,
    }


def threshold_row(one: Bunched) -> dict[str, Any]:
    """The scores after the visits of one inspector, or of all."""
    found = one.found
    return {
        "inspector": one.inspector,
        "scores": one.scores,
        **{name: getattr(found, name) for name in ("just_short", "just_beyond", "farther_short", "farther_beyond")},
        "excess": rounded(found.excess),
        "z": rounded(found.z),
        "p": rounded(found.p),
        "adjusted_p": rounded(one.adjusted_p),
        "verdict": one.verdict,
    }


def _figure(one: Figure, language: str) -> dict[str, Any]:
    said = words("figure")[one.code]
    target = said.get("target")
    return {
        "code": one.code,
        "name": said[language],
        "numerator": one.numerator,
        "denominator": one.denominator,
        "rate": rounded(one.rate),
        "target": target,
        "reached": None if target is None or one.rate is None else one.rate >= target,
        "numerator_is": said["numerator"][language],
        "denominator_is": said["denominator"][language],
        "source": said["source"][language],
    }


def _asked(asked: Asked) -> dict[str, Any]:
    return {"authority": asked.authority, "year": asked.year, "on": asked.on.isoformat()}


def _rate(rate: Rate) -> dict[str, Any]:
    real = ("rate", "standard_error", "low", "high", "entities")
    return {
        **{name: rounded(getattr(rate, name)) for name in real},
        "inspected": rate.inspected,
        "found": rate.found,
    }
