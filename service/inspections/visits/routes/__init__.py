"""Visits over HTTP."""

from service.inspections.visits.routes import inspecting, overseeing, publishing, recusing, steering
from service.inspections.visits.routes.blueprint import blueprint

__all__ = ["blueprint", "inspecting", "overseeing", "publishing", "recusing", "steering"]
