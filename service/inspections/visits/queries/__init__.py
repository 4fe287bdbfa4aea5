"""Reads of visits."""

from service.inspections.visits.queries.files import visit_file
from service.inspections.visits.queries.orders import order_view
from service.inspections.visits.queries.own import OwnVisit, own_visits
from service.inspections.visits.queries.public import PublishedResult, published_among, published_results
from service.inspections.visits.queries.recusals import RecusalRequest, recusals
from service.inspections.visits.queries.results import (
    AuditedResult,
    SourceResult,
    TaskProgress,
    audited_results,
    source_results,
    task_progress,
)
from service.inspections.visits.queries.visits import (
    ListedVisit,
    VisitView,
    Wanted,
    entry_view,
    readable_visits,
    visit_view,
    visits,
)
from service.inspections.visits.queries.worklists import worklist

__all__ = [
    "AuditedResult",
    "ListedVisit",
    "OwnVisit",
    "PublishedResult",
    "RecusalRequest",
    "SourceResult",
    "TaskProgress",
    "VisitView",
    "Wanted",
    "audited_results",
    "entry_view",
    "order_view",
    "own_visits",
    "published_among",
    "published_results",
    "readable_visits",
    "recusals",
    "source_results",
    "task_progress",
    "visit_file",
    "visit_view",
    "visits",
    "worklist",
]
