"""Statistics of inspections: fairness of draws, coverage, findings, thresholds, key figures. Reads, writes nothing."""

from __future__ import annotations

from service.insight.case_figures import case_figures
from service.insight.coverage import UNVISITED_COLUMNS, coverage_of, unvisited, unvisited_cells, unvisited_row
from service.insight.documents import (
    cases_document,
    coverage_document,
    figures_document,
    findings_document,
    threshold_row,
    thresholds_document,
)
from service.insight.draw_counts import draw_counts, draw_counts_document
from service.insight.fairness import Fairness, fairness_of
from service.insight.finding import Findings, findings_of
from service.insight.key_figures import figures_of
from service.insight.moves import Moves, moves_of
from service.insight.moves_document import moves_document
from service.insight.outreach import (
    OUTREACH_COLUMNS,
    STANDINGS,
    Outreach,
    Reachable,
    by_district,
    outreach,
    outreach_cells,
    outreach_row,
)
from service.insight.reach import Reach, reach_of
from service.insight.reach_document import reach_document
from service.insight.scope import Asked, asked
from service.insight.telling import FAIRNESS_COLUMNS, fairness_document, fairness_rows
from service.insight.thresholds import THRESHOLD_COLUMNS, thresholds_of

__all__ = [
    "FAIRNESS_COLUMNS",
    "OUTREACH_COLUMNS",
    "STANDINGS",
    "THRESHOLD_COLUMNS",
    "UNVISITED_COLUMNS",
    "Asked",
    "Fairness",
    "Findings",
    "Moves",
    "Outreach",
    "Reach",
    "Reachable",
    "asked",
    "by_district",
    "case_figures",
    "cases_document",
    "coverage_document",
    "coverage_of",
    "draw_counts",
    "draw_counts_document",
    "fairness_document",
    "fairness_of",
    "fairness_rows",
    "figures_document",
    "figures_of",
    "findings_document",
    "findings_of",
    "moves_document",
    "moves_of",
    "outreach",
    "outreach_cells",
    "outreach_row",
    "reach_document",
    "reach_of",
    "threshold_row",
    "thresholds_document",
    "thresholds_of",
    "unvisited",
    "unvisited_cells",
    "unvisited_row",
]
