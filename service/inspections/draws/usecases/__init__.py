"""The steps of a draw, one function each: what was done once is answered again, never done again."""

from __future__ import annotations

from service.inspections.draws.usecases.attempting import enter_values, note_failure, produce_secret
from service.inspections.draws.usecases.closing import close_draw, confirm_custody, reveal
from service.inspections.draws.usecases.concluding import attest, conclude, dispatch, open_draw
from service.inspections.draws.usecases.filing import attach_evidence
from service.inspections.draws.usecases.freezing import freeze_draw
from service.inspections.draws.usecases.logging import Recusal, decide_event, owe_visit, propose_event, recuse
from service.inspections.draws.usecases.preparing import approve_part, commit_witness, prepare_draw
from service.inspections.draws.usecases.voiding import expire_draw, propose_void, void_draw

__all__ = [
    "Recusal",
    "approve_part",
    "attach_evidence",
    "attest",
    "close_draw",
    "commit_witness",
    "conclude",
    "confirm_custody",
    "decide_event",
    "dispatch",
    "enter_values",
    "expire_draw",
    "freeze_draw",
    "note_failure",
    "open_draw",
    "owe_visit",
    "prepare_draw",
    "produce_secret",
    "propose_event",
    "propose_void",
    "recuse",
    "reveal",
    "void_draw",
]
