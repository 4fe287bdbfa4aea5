"""Credit repair over HTTP, step by step."""

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
    RepairApplicationSchema,
    RepairCasesArguments,
    RepairCaseSchema,
    RepairDecisionSchema,
    RepairFileSchema,
    RepairNameArguments,
    RepairNumberSchema,
    RepairPageSchema,
    RepairReasonSchema,
    RepairSupplementSchema,
    RepairVerificationSchema,
)

if TYPE_CHECKING:
    from flask import Response

REPAIR = "repair"


@blueprint.post("/repairs")
@blueprint.arguments(RepairApplicationSchema)
@blueprint.response(201, RepairNumberSchema)
def apply(said: dict[str, Any]) -> Response:
    """Apply for the repair of a record; one that may not be repaired yet is told from which day, by which clause."""
    return opened(lambda uow: usecases.apply(uow, **said))


@blueprint.get("/repairs")
@blueprint.arguments(RepairCasesArguments, location="query")
@blueprint.response(200, RepairPageSchema)
def all_repairs(arguments: dict[str, Any]) -> Response:
    """Cases of repair, oldest first: an entity's own, others' those of their scope."""
    return page_of_cases(arguments, REPAIR)


@blueprint.get("/repairs/<number>")
@blueprint.response(200, RepairCaseSchema)
def read(number: str) -> Response:
    """A case with its steps, papers, clocks and what may happen next."""
    return case_document(REPAIR, number)


@blueprint.post("/repairs/<number>/materials/<key>")
@blueprint.arguments(RepairNameArguments, location="query")
@blueprint.doc(requestBody=web.FILE_BODY)
@blueprint.response(201, RepairFileSchema)
@web.streams_body
def send_material(arguments: dict[str, Any], number: str, key: str) -> Response:
    """Send a paper that the edition names, under the name of its file; known by its first bytes."""
    return keep_material(REPAIR, number, key, arguments["name"])


@blueprint.get("/repairs/<number>/materials/<digest>")
@blueprint.response(200, content_type="application/octet-stream")
def fetch_material(number: str, digest: str) -> Response:
    """A paper, as it was sent."""
    return material(REPAIR, number, digest)


@blueprint.post("/repairs/<number>/supplement-request")
@blueprint.arguments(RepairSupplementSchema)
@blueprint.response(204)
def ask_supplement(said: dict[str, Any], number: str) -> Response:
    """Ask for what is missing, once; the term for acceptance stands still meanwhile."""
    return web.act(usecases.ask_supplement, number=number, **said)


@blueprint.post("/repairs/<number>/supplement")
@blueprint.arguments(RepairReasonSchema)
@blueprint.response(204)
def supply(said: dict[str, Any], number: str) -> Response:
    """Say that the papers asked for are there."""
    return web.act(usecases.supply, number=number, **said)


@blueprint.post("/repairs/<number>/acceptance")
@blueprint.arguments(RepairReasonSchema)
@blueprint.response(204)
def accept(said: dict[str, Any], number: str) -> Response:
    """Accept a complete application; the term for the decision begins."""
    return web.act(usecases.accept, number=number, **said)


@blueprint.post("/repairs/<number>/acceptance-refusal")
@blueprint.arguments(RepairReasonSchema)
@blueprint.response(204)
def refuse_acceptance(said: dict[str, Any], number: str) -> Response:
    """Refuse to accept an application, with the reasons."""
    return web.act(usecases.refuse_acceptance, number=number, **said)


@blueprint.post("/repairs/<number>/verification")
@blueprint.arguments(RepairVerificationSchema)
@blueprint.response(204)
def verify(said: dict[str, Any], number: str) -> Response:
    """Say what was found; by another person than handled the application."""
    return web.act(usecases.verify, number=number, **said)


@blueprint.post("/repairs/<number>/decision")
@blueprint.arguments(RepairDecisionSchema)
@blueprint.response(204)
def decide(said: dict[str, Any], number: str) -> Response:
    """Grant or refuse; by a third person. A grant takes all its effects at once."""
    return web.act(usecases.decide, number=number, **said)


@blueprint.post("/repairs/<number>/extension")
@blueprint.arguments(RepairReasonSchema)
@blueprint.response(204)
def extend(said: dict[str, Any], number: str) -> Response:
    """Prolong the term for the decision, as often as the edition allows."""
    return web.act(usecases.extend, procedure=REPAIR, number=number, **said)


@blueprint.post("/repairs/<number>/withdrawal")
@blueprint.arguments(RepairReasonSchema)
@blueprint.response(204)
def withdraw(said: dict[str, Any], number: str) -> Response:
    """Take an application back."""
    return web.act(usecases.withdraw, procedure=REPAIR, number=number, **said)


@blueprint.post("/repairs/<number>/closure")
@blueprint.arguments(RepairReasonSchema)
@blueprint.response(204)
def close(said: dict[str, Any], number: str) -> Response:
    """Close a granted case: everyone who held the record has followed."""
    return web.act(usecases.close, number=number, **said)


@blueprint.post("/repairs/<number>/revocation-proposal")
@blueprint.arguments(RepairReasonSchema)
@blueprint.response(204)
def propose_revocation(said: dict[str, Any], number: str) -> Response:
    """Say that a repair was obtained by false papers; another person decides."""
    return web.act(usecases.propose_revocation, number=number, **said)


@blueprint.post("/repairs/<number>/revocation-dropping")
@blueprint.arguments(RepairReasonSchema)
@blueprint.response(204)
def drop_revocation(said: dict[str, Any], number: str) -> Response:
    """Decide that a repair stands which somebody else proposed to revoke."""
    return web.act(usecases.drop_revocation, number=number, **said)


@blueprint.post("/repairs/<number>/revocation")
@blueprint.arguments(RepairReasonSchema)
@blueprint.response(204)
def revoke(said: dict[str, Any], number: str) -> Response:
    """Take back a repair as somebody else proposed: points count and measures hold again, and a bar begins."""
    return web.act(usecases.revoke_for_fraud, number=number, **said)
