"""From checked entries to stored versions, set by set: one path for one entity and for a city of them."""

from __future__ import annotations

from service.register.storing.catalogue import Catalogue, load_catalogue
from service.register.storing.checks import RowFlaw, refuse_rows
from service.register.storing.stage import Stage
from service.register.storing.write import Written, write_stage

__all__ = ["Catalogue", "RowFlaw", "Stage", "Written", "load_catalogue", "refuse_rows", "write_stage"]
