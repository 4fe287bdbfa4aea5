"""Evidence over HTTP."""

from service.evidence.routes import bulk, catalogues, commitments, intake, measures, proposals, reading
from service.evidence.routes.blueprint import blueprint

__all__ = ["blueprint", "bulk", "catalogues", "commitments", "intake", "measures", "proposals", "reading"]
