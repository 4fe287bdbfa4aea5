"""Objections over HTTP, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.platform import web
from service.repairs import usecases
from service.repairs.routes.blueprint import (
    blueprint,
    case_document,
    keep_material,
    material,
    opened,
    page_of_cases,
)
from service.repairs.schemas import (
    ObjectionAnswerSchema,
    ObjectionDecisionSchema,
    ObjectionForwardSchema,
    RepairCasesArguments,
    RepairCaseSchema,
    RepairFileSchema,
    RepairFilingSchema,
    RepairNameArguments,
    RepairNumberSchema,
    RepairPageSchema,
    RepairReasonSchema,
)

if TYPE_CHECKING:
    from flask import Response

OBJECTION = "objection"


@blueprint.post("/objections")
@blueprint.arguments(RepairFilingSchema)
@blueprint.response(201, RepairNumberSchema)
def object_to(said: dict[str, Any]) -> Response:
    """Object to a record; it is marked as disputed at once."""
    return opened(lambda uow: usecases.object_to(uow, **said))


@blueprint.get("/objections")
@blueprint.arguments(RepairCasesArguments, location="query")
@blueprint.response(200, RepairPageSchema)
def all_objections(arguments: dict[str, Any]) -> Response:
    """Objections, oldest first: an entity's own, others' those of their scope."""
    return page_of_cases(arguments, OBJECTION)


@blueprint.get("/objections/<number>")
@blueprint.response(200, RepairCaseSchema)
def read_objection(number: str) -> Response:
    """An objection with its steps, clocks and what may happen next."""
    return case_document(OBJECTION, number)


@blueprint.post("/objections/<number>/materials/<key>")
@blueprint.arguments(RepairNameArguments, location="query")
@blueprint.doc(requestBody=web.FILE_BODY)
@blueprint.response(201, RepairFileSchema)
@web.streams_body
def send_proof(arguments: dict[str, Any], number: str, key: str) -> Response:
    """Send a paper that the case takes (``papers``), under the name of its file; known by its first bytes."""
    return keep_material(OBJECTION, number, key, arguments["name"])


@blueprint.get("/objections/<number>/materials/<digest>")
@blueprint.response(200, content_type="application/octet-stream")
def fetch_proof(number: str, digest: str) -> Response:
    """A paper, as it was sent."""
    return material(OBJECTION, number, digest)


@blueprint.post("/objections/<number>/forwarding")
@blueprint.arguments(ObjectionForwardSchema)
@blueprint.response(204)
def forward(said: dict[str, Any], number: str) -> Response:
    """Ask the source of the record to check it; its own clock runs."""
    return web.act(usecases.forward, number=number, **said)


@blueprint.post("/objections/<number>/examination")
@blueprint.arguments(ObjectionAnswerSchema)
@blueprint.response(204)
def examine(said: dict[str, Any], number: str) -> Response:
    """Write down what a handler found by looking at the record again; nobody corrects a record alone."""
    return web.act(usecases.examine, number=number, **said)


@blueprint.post("/objections/<number>/answer")
@blueprint.arguments(ObjectionAnswerSchema)
@blueprint.response(204)
def answer(said: dict[str, Any], number: str) -> Response:
    """Write down what the source found."""
    return web.act(usecases.answer, number=number, **said)


@blueprint.post("/objections/<number>/extension")
@blueprint.arguments(RepairReasonSchema)
@blueprint.response(204)
def extend_objection(said: dict[str, Any], number: str) -> Response:
    """Prolong the term that runs, as often as the edition allows."""
    return web.act(usecases.extend, procedure=OBJECTION, number=number, **said)


@blueprint.post("/objections/<number>/decision")
@blueprint.arguments(ObjectionDecisionSchema)
@blueprint.response(204)
def decide_objection(said: dict[str, Any], number: str) -> Response:
    """Uphold the record or correct it, with reasons; by another person than handled the objection."""
    return web.act(usecases.decide_objection, number=number, **said)


@blueprint.post("/objections/<number>/second-review")
@blueprint.arguments(RepairReasonSchema)
@blueprint.response(204)
def ask_review(said: dict[str, Any], number: str) -> Response:
    """Ask that an upheld record be looked at again, by somebody else."""
    return web.act(usecases.ask_review, number=number, **said)


@blueprint.post("/objections/<number>/withdrawal")
@blueprint.arguments(RepairReasonSchema)
@blueprint.response(204)
def withdraw_objection(said: dict[str, Any], number: str) -> Response:
    """Take an objection back."""
    return web.act(usecases.withdraw, procedure=OBJECTION, number=number, **said)
