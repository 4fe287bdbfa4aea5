"""Statistics of inspections: fairness of draws, coverage, findings, thresholds, key figures. Reads, writes nothing."""

from __future__ import annotations

from service.insight.fairness import Fairness, fairness_of
from service.insight.lists import as_csv
from service.insight.telling import FAIRNESS_COLUMNS, fairness_document, fairness_rows

__all__ = ["FAIRNESS_COLUMNS", "Fairness", "as_csv", "fairness_document", "fairness_of", "fairness_rows"]
