"""Reads of visits."""

from service.inspections.visits.queries.visits import VisitView, entry_view, visit_view, visits

__all__ = ["VisitView", "entry_view", "visit_view", "visits"]
