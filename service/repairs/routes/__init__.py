"""Routes of repair and objection."""

from service.repairs.routes import applying, listing, objecting
from service.repairs.routes.blueprint import blueprint

__all__ = ["applying", "blueprint", "listing", "objecting"]
