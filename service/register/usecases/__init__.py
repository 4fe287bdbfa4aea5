"""What people and programs do to the register, one function each."""

from service.register.usecases.entities import change_entity, enter_entity
from service.register.usecases.importing import ImportReport, import_entities
from service.register.usecases.seeding import seed

__all__ = ["ImportReport", "change_entity", "enter_entity", "import_entities", "seed"]
