"""What people and systems do with evidence."""

from service.evidence.usecases.recording import Receipt, record, record_at_once
from service.evidence.usecases.seeding import seed

__all__ = ["Receipt", "record", "record_at_once", "seed"]
