"""Statistics of inspections: fairness of draws, coverage, findings, thresholds, key figures. Reads, writes nothing."""

from __future__ import annotations

from service.insight.documents import findings_document
from service.insight.fairness import Fairness, fairness_of
from service.insight.finding import Findings, findings_of
from service.insight.lists import as_csv
from service.insight.scope import Asked, asked
from service.insight.telling import FAIRNESS_COLUMNS, fairness_document, fairness_rows

__all__ = [
    "FAIRNESS_COLUMNS",
    "Asked",
    "Fairness",
    "Findings",
    "as_csv",
    "asked",
    "fairness_document",
    "fairness_of",
    "fairness_rows",
    "findings_document",
    "findings_of",
]
