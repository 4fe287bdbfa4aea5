"""Evidence over HTTP."""

from service.evidence.routes import bulk, catalogues, intake, reading
from service.evidence.routes.blueprint import blueprint

__all__ = ["blueprint", "bulk", "catalogues", "intake", "reading"]
