"""What people and time do with cases of repair and objection."""

from service.repairs.usecases.deciding import (
    close,
    decide,
    drop_revocation,
    extend,
    propose_revocation,
    revoke_for_fraud,
)
from service.repairs.usecases.expiring import repair_expired, sort_over
from service.repairs.usecases.filing import add_material, apply, object_to
from service.repairs.usecases.handling import accept, ask_supplement, refuse_acceptance, supply, verify, withdraw
from service.repairs.usecases.objecting import answer, ask_review, decide_objection, examine, forward
from service.repairs.usecases.outside import follow_outside
from service.repairs.usecases.sweeping import look_over, sweep
from service.repairs.usecases.watching import figures

__all__ = [
    "accept",
    "add_material",
    "answer",
    "apply",
    "ask_review",
    "ask_supplement",
    "close",
    "decide",
    "decide_objection",
    "drop_revocation",
    "examine",
    "extend",
    "figures",
    "follow_outside",
    "forward",
    "look_over",
    "object_to",
    "propose_revocation",
    "refuse_acceptance",
    "repair_expired",
    "revoke_for_fraud",
    "sort_over",
    "supply",
    "sweep",
    "verify",
    "withdraw",
]
