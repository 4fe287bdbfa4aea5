"""What people and systems do with evidence."""

from service.evidence.intake.applying import ActReceipt
from service.evidence.usecases.acting import record_act, record_own_act
from service.evidence.usecases.batching import Item, record_batch
from service.evidence.usecases.cataloguing import add_code, add_severities
from service.evidence.usecases.committing import CommitmentReceipt, record_commitment, settle_commitment
from service.evidence.usecases.imposing import MeasureReceipt, impose_measure, lift_measure
from service.evidence.usecases.lifting import lift_measures, restore_measures, restore_repaired, suspend_measures
from service.evidence.usecases.proposing import Proposed, decide_act, propose_act
from service.evidence.usecases.recording import Receipt, record, record_at_once, record_body
from service.evidence.usecases.seeding import seed
from service.evidence.usecases.supposing import Supposed, suppose_act, suppose_event, suppose_proposed
from service.evidence.usecases.warning import figures, raise_warnings

__all__ = [
    "ActReceipt",
    "CommitmentReceipt",
    "Item",
    "MeasureReceipt",
    "Proposed",
    "Receipt",
    "Supposed",
    "add_code",
    "add_severities",
    "decide_act",
    "figures",
    "impose_measure",
    "lift_measure",
    "lift_measures",
    "propose_act",
    "raise_warnings",
    "record",
    "record_act",
    "record_at_once",
    "record_batch",
    "record_body",
    "record_commitment",
    "record_own_act",
    "restore_measures",
    "restore_repaired",
    "seed",
    "settle_commitment",
    "suppose_act",
    "suppose_event",
    "suppose_proposed",
    "suspend_measures",
]
