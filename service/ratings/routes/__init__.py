"""Ratings over HTTP."""

from service.ratings.routes import bundles, editions, proposals, quarantine, tiers
from service.ratings.routes.blueprint import blueprint

__all__ = ["blueprint", "bundles", "editions", "proposals", "quarantine", "tiers"]
