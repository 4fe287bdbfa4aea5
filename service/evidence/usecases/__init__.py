"""What people and systems do with evidence."""

from service.evidence.usecases.acting import ActReceipt, record_act
from service.evidence.usecases.recording import Receipt, record, record_at_once
from service.evidence.usecases.seeding import seed

__all__ = ["ActReceipt", "Receipt", "record", "record_act", "record_at_once", "seed"]
