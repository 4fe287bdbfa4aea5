"""What people and programs do to the register, one function each."""

from service.register.usecases.catalogues import enter_authority, put_authority, put_kind, put_region
from service.register.usecases.entities import change_entity, enter_entity
from service.register.usecases.importing import ImportReport, Mode, import_entities
from service.register.usecases.reindexing import Reindexed, reindex_entities
from service.register.usecases.saving import MOST_SAVED, change_search, delete_search, save_search
from service.register.usecases.seeding import seed
from service.register.usecases.unreachable import UnreachableReport, report_unreachable, take_unreachable_step
from service.register.usecases.upkeep import decide_same_name, end_statuses

__all__ = [
    "MOST_SAVED",
    "ImportReport",
    "Mode",
    "Reindexed",
    "UnreachableReport",
    "change_entity",
    "change_search",
    "decide_same_name",
    "delete_search",
    "end_statuses",
    "enter_authority",
    "enter_entity",
    "import_entities",
    "put_authority",
    "put_kind",
    "put_region",
    "reindex_entities",
    "report_unreachable",
    "save_search",
    "seed",
    "take_unreachable_step",
]
