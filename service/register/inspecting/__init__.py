"""What is inspected and who inspects: the catalogue of inspection items and the roster of inspectors."""

from __future__ import annotations

from service.register.inspecting.catalogues import CATALOGUES, INSPECTORS, ITEMS, OWED_ITEMS, Catalogue
from service.register.inspecting.queries import (
    InspectorRow,
    ItemRow,
    bodies,
    inspection_item,
    inspection_items,
    inspectors,
    owed_items,
)
from service.register.inspecting.store import seed_items
from service.register.inspecting.usecases import change_record, enter_record

__all__ = [
    "CATALOGUES",
    "INSPECTORS",
    "ITEMS",
    "OWED_ITEMS",
    "Catalogue",
    "InspectorRow",
    "ItemRow",
    "bodies",
    "change_record",
    "enter_record",
    "inspection_item",
    "inspection_items",
    "inspectors",
    "owed_items",
    "seed_items",
]
