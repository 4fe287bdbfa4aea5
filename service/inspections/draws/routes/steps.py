"""The steps of a draw, one route each. Asked again, each answers with what it did the first time."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.inspections.draws import usecases
from service.inspections.draws.routes.blueprint import blueprint, nothing, step
from service.inspections.draws.schemas import (
    AttestSchema,
    CustodySchema,
    DrawDecisionSchema,
    DrawEventSchema,
    DrawFileSchema,
    DrawNumberSchema,
    DrawProposalSchema,
    DrawStepSchema,
    DrawTermsSchema,
    FailureSchema,
    NextAttemptSchema,
    ProducedSecretSchema,
    RevealSchema,
    ValuesSchema,
    VoidSchema,
    WitnessSchema,
)
from service.platform import web

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_BYTES = 32


@blueprint.post("/inspection-tasks/<task>/draws")
@blueprint.arguments(DrawTermsSchema)
@blueprint.response(201, DrawNumberSchema)
def prepare(terms: dict[str, Any], task: str) -> Mapping[str, str]:
    """Give a published random task's draw a number and terms, or terms anew before the freeze."""
    with web.unit_of_work() as uow:
        return {"number": usecases.prepare_draw(uow, task=task, terms=terms)}


@blueprint.post("/draws/<number>/parts/<task>/approval")
@blueprint.response(204)
def approve(number: str, task: str) -> Response:
    """Approve, for the task's own authority, that it is drawn in a joint draw under the terms as they stand."""
    with web.unit_of_work() as uow:
        usecases.approve_part(uow, draw=number, task=task)
    return nothing()


@blueprint.post("/draws/<number>/witnesses")
@blueprint.arguments(WitnessSchema)
@blueprint.response(204)
def witness(said: dict[str, Any], number: str) -> Response:
    """Take what binds a witness to a value, before the freeze."""
    with web.unit_of_work() as uow:
        usecases.commit_witness(uow, draw=number, **said)
    return nothing()


@blueprint.post("/draws/<number>/commitment")
@blueprint.response(200, DrawStepSchema)
def freeze(number: str) -> Response:
    """Freeze frame, roster and sizes into the commitment; by another person than prepared the draw."""
    with web.unit_of_work(one_snapshot=True) as uow:
        secret, salt_key = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES)
        made = usecases.freeze_draw(uow, draw=number, secret=secret, salt_key=salt_key)
    return step(number, made)


@blueprint.post("/draws/<number>/custody")
@blueprint.arguments(CustodySchema)
@blueprint.response(204)
def custody(said: dict[str, Any], number: str) -> Response:
    """A custodian shows that their copy opens the committed secret."""
    with web.unit_of_work() as uow:
        usecases.confirm_custody(uow, draw=number, **said)
    return nothing()


@blueprint.post("/draws/<number>/reveals")
@blueprint.arguments(RevealSchema)
@blueprint.response(204)
def reveal(said: dict[str, Any], number: str) -> Response:
    """A witness reveals the value that their commitment binds."""
    with web.unit_of_work() as uow:
        usecases.reveal(uow, draw=number, **said)
    return nothing()


@blueprint.post("/draws/<number>/closing")
@blueprint.response(200, DrawStepSchema)
def close(number: str) -> Response:
    """Close the draw at its committed time, before the beacon."""
    with web.unit_of_work() as uow:
        made = usecases.close_draw(uow, draw=number)
    return step(number, made)


@blueprint.post("/draws/<number>/entropy")
@blueprint.arguments(ValuesSchema)
@blueprint.response(200, DrawStepSchema)
def entropy(said: dict[str, Any], number: str) -> Response:
    """Enter the beacon's values; announced numbers are entered by two persons."""
    with web.unit_of_work() as uow:
        made = usecases.enter_values(uow, draw=number, values=said["values"])
    return step(number, made)


@blueprint.post("/draws/<number>/secret")
@blueprint.arguments(ProducedSecretSchema)
@blueprint.response(200, DrawStepSchema)
def produce(said: dict[str, Any], number: str) -> Response:
    """Open the secret after the instant: the holder's, or the copy of a custodian."""
    with web.unit_of_work() as uow:
        made = usecases.produce_secret(uow, draw=number, value=said["value"])
    return step(number, made)


@blueprint.post("/draws/<number>/failures")
@blueprint.arguments(FailureSchema)
@blueprint.response(200, NextAttemptSchema)
def fail(said: dict[str, Any], number: str) -> Response:
    """Record in public that an attempt has failed; the next committed one counts from now on."""
    with web.unit_of_work() as uow:
        attempt = usecases.note_failure(uow, draw=number, **said)
    return jsonify({"attempt": attempt})


@blueprint.post("/draws/<number>/result")
@blueprint.response(200, DrawStepSchema)
def conclude(number: str) -> Response:
    """Draw the sample, the reserves and the teams from the seed."""
    with web.unit_of_work() as uow:
        made = usecases.conclude(uow, draw=number)
    return step(number, made)


@blueprint.post("/draws/<number>/attests")
@blueprint.arguments(AttestSchema)
@blueprint.response(204)
def attest(said: dict[str, Any], number: str) -> Response:
    """A custodian registers that the full file verifies."""
    with web.unit_of_work() as uow:
        usecases.attest(uow, draw=number, **said)
    return nothing()


@blueprint.post("/draws/<number>/dispatch")
@blueprint.response(200, DrawStepSchema)
def dispatch(number: str) -> Response:
    """Send the visits out."""
    with web.unit_of_work() as uow:
        usecases.dispatch(uow, draw=number)
    return step(number, None)


@blueprint.post("/draws/<number>/opening")
@blueprint.response(200, DrawStepSchema)
def publish(number: str) -> Response:
    """Make the public file public."""
    with web.unit_of_work() as uow:
        usecases.open_draw(uow, draw=number)
    return step(number, None)


@blueprint.post("/draws/<number>/files")
@blueprint.doc(requestBody=web.FILE_BODY)
@blueprint.response(201, DrawFileSchema)
@web.streams_body
def attach(number: str) -> Response:
    """Keep a file of evidence with the draw; failures and events name it by its SHA-256."""
    return web.keep_sent_file(lambda uow, content: usecases.attach_evidence(uow, draw=number, content=content))


@blueprint.post("/draws/<number>/events")
@blueprint.arguments(DrawEventSchema)
@blueprint.response(201, DrawProposalSchema)
def propose(said: dict[str, Any], number: str) -> Mapping[str, int]:
    """Propose a replacement, the next committed step, or that an inspector is stood in for."""
    with web.unit_of_work() as uow:
        return {"proposal": usecases.propose_event(uow, draw=number, event=said)}


@blueprint.post("/draws/<number>/events/<int:proposal>/decision")
@blueprint.arguments(DrawDecisionSchema)
@blueprint.response(200, DrawStepSchema)
def decide(said: dict[str, Any], number: str, proposal: int) -> Response:
    """Approve or refuse what was proposed; by another person."""
    with web.unit_of_work() as uow:
        made = usecases.decide_event(uow, draw=number, proposal=proposal, **said)
    return step(number, made)


@blueprint.post("/draws/<number>/void-proposals")
@blueprint.arguments(VoidSchema)
@blueprint.response(204)
def propose_void(said: dict[str, Any], number: str) -> Response:
    """Ask that the draw be given up."""
    with web.unit_of_work() as uow:
        usecases.propose_void(uow, draw=number, **said)
    return nothing()


@blueprint.post("/draws/<number>/void")
@blueprint.response(200, DrawStepSchema)
def void(number: str) -> Response:
    """Give the draw up as another person asked; after the instant by an authority above."""
    with web.unit_of_work() as uow:
        usecases.void_draw(uow, draw=number)
    return step(number, None)
