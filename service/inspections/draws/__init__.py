"""Draws: provable samples of entities and teams of inspectors, step by step as ``docs/draw-protocol.md`` lays down."""

from __future__ import annotations

from service.inspections.draws.drawn import Drawn, DrawnPart, drawn, refuse_figures
from service.inspections.draws.files import full_transcript, public_transcript
from service.inspections.draws.queries import Dispatch, View, Visit, dispatched, drawn_load, head_digest, view_of
from service.inspections.draws.usecases import (
    attest,
    close_draw,
    commit_witness,
    conclude,
    confirm_custody,
    decide_event,
    dispatch,
    enter_values,
    freeze_draw,
    note_failure,
    open_draw,
    prepare_draw,
    produce_secret,
    propose_event,
    propose_void,
    reveal,
    void_draw,
)

__all__ = [
    "Dispatch",
    "Drawn",
    "DrawnPart",
    "View",
    "Visit",
    "attest",
    "close_draw",
    "commit_witness",
    "conclude",
    "confirm_custody",
    "decide_event",
    "dispatch",
    "dispatched",
    "drawn",
    "drawn_load",
    "enter_values",
    "freeze_draw",
    "full_transcript",
    "head_digest",
    "note_failure",
    "open_draw",
    "prepare_draw",
    "produce_secret",
    "propose_event",
    "propose_void",
    "public_transcript",
    "refuse_figures",
    "reveal",
    "view_of",
    "void_draw",
]
