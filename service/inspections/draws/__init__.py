"""Draws: provable samples of entities and teams of inspectors, step by step as ``docs/draw-protocol.md`` lays down."""

from __future__ import annotations

from service.inspections.draws.audience import DRAWING, names_public, veiled
from service.inspections.draws.drawn import Drawn, DrawnPart, drawn, figures_told
from service.inspections.draws.files import full_transcript, public_transcript
from service.inspections.draws.frozen_places import FrozenPlace, frozen_places
from service.inspections.draws.persons import code_of_caller
from service.inspections.draws.proposals import proposals
from service.inspections.draws.queries import (
    Dispatch,
    PartDispatch,
    View,
    Visit,
    dispatched,
    head_digest,
    load_of_year,
    view_of,
    written_until,
)
from service.inspections.draws.usecases import (
    Recusal,
    approve_part,
    attach_evidence,
    attest,
    close_draw,
    commit_witness,
    conclude,
    confirm_custody,
    decide_event,
    dispatch,
    enter_values,
    expire_draw,
    freeze_draw,
    note_failure,
    open_draw,
    prepare_draw,
    produce_secret,
    propose_event,
    propose_void,
    recuse,
    reveal,
    void_draw,
)
from service.inspections.draws.worklist import expiring

__all__ = [
    "DRAWING",
    "Dispatch",
    "Drawn",
    "DrawnPart",
    "FrozenPlace",
    "PartDispatch",
    "Recusal",
    "View",
    "Visit",
    "approve_part",
    "attach_evidence",
    "attest",
    "close_draw",
    "code_of_caller",
    "commit_witness",
    "conclude",
    "confirm_custody",
    "decide_event",
    "dispatch",
    "dispatched",
    "drawn",
    "enter_values",
    "expire_draw",
    "expiring",
    "figures_told",
    "freeze_draw",
    "frozen_places",
    "full_transcript",
    "head_digest",
    "load_of_year",
    "names_public",
    "note_failure",
    "open_draw",
    "prepare_draw",
    "produce_secret",
    "proposals",
    "propose_event",
    "propose_void",
    "public_transcript",
    "recuse",
    "reveal",
    "veiled",
    "view_of",
    "void_draw",
    "written_until",
]
