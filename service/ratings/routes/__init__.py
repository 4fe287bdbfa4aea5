"""Ratings over HTTP."""

from service.ratings.routes import bundles, proposals, quarantine, tiers
from service.ratings.routes.blueprint import blueprint

__all__ = ["blueprint", "bundles", "proposals", "quarantine", "tiers"]
