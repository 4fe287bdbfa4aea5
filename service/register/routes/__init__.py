"""The register over HTTP."""

from service.register.routes.blueprint import blueprint
from service.register.routes.catalogues import all_authorities
from service.register.routes.entities import find
from service.register.routes.imports import import_file
from service.register.routes.inspecting import all_items
from service.register.routes.lifecycle import report
from service.register.routes.searches import saved

__all__ = ["all_authorities", "all_items", "blueprint", "find", "import_file", "report", "saved"]
