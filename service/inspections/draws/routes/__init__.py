"""Draws over HTTP: the steps, what is public, what is told to few."""

from service.inspections.draws.routes import reading, steps
from service.inspections.draws.routes.blueprint import blueprint

__all__ = ["blueprint", "reading", "steps"]
