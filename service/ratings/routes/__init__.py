"""Ratings over HTTP."""

from service.ratings.routes import bundles, editions, found, previews, proposals, quarantine, rerates, tiers
from service.ratings.routes.blueprint import blueprint

__all__ = ["blueprint", "bundles", "editions", "found", "previews", "proposals", "quarantine", "rerates", "tiers"]
