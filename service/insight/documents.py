"""What is told of a year, as JSON has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.insight.figures import rounded
from service.insight.vocabulary import rules

if TYPE_CHECKING:
    from service.insight.finding import Findings
    from service.insight.measures.estimated import Rate
    from service.insight.scope import Asked


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


def _asked(asked: Asked) -> dict[str, Any]:
    return {"authority": asked.authority, "year": asked.year, "on": asked.on.isoformat()}


def _rate(rate: Rate) -> dict[str, Any]:
    real = ("rate", "standard_error", "low", "high", "entities")
    return {
        **{name: rounded(getattr(rate, name)) for name in real},
        "inspected": rate.inspected,
        "found": rate.found,
    }
