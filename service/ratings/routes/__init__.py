"""Ratings over HTTP."""

from service.ratings.routes import proposals, tiers
from service.ratings.routes.blueprint import blueprint

__all__ = ["blueprint", "proposals", "tiers"]
