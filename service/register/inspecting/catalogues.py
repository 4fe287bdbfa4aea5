"""The catalogues, each by one value: how its bodies are shaped, read from tables and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from service.register.inspecting.cells import Columns, inspector_columns, item_columns, owed_item_columns
from service.register.inspecting.schemas import InspectionItemSchema, InspectorSchema, OwedItemSchema
from service.register.tables import InspectionItemVersion, InspectorVersion, OwedItemVersion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform import web


class Catalogue(NamedTuple):
    """``name``: in messages and the ledger; ``key``: the fields by which one record is known."""

    name: str
    schema: type[web.StrictSchema]
    table: type[InspectionItemVersion | InspectorVersion | OwedItemVersion]
    columns: Columns
    key: tuple[str, ...]

    def key_of(self, body: Mapping[str, Any]) -> tuple[str, ...]:
        """What one record of the catalogue is known by."""
        return tuple(str(body[field]) for field in self.key)


ITEMS = Catalogue(
    "inspection_item", InspectionItemSchema, InspectionItemVersion, item_columns(), ("code", "valid_from")
)
OWED_ITEMS = Catalogue("owed_item", OwedItemSchema, OwedItemVersion, owed_item_columns(), ("code", "valid_from"))
INSPECTORS = Catalogue("inspector", InspectorSchema, InspectorVersion, inspector_columns(), ("code",))
CATALOGUES = {catalogue.name: catalogue for catalogue in (ITEMS, OWED_ITEMS, INSPECTORS)}
