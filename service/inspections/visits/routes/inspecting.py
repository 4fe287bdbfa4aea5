"""What inspectors do at a visit, and the entity that lets them in."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from service.inspections.visits import usecases
from service.inspections.visits.queries import entry_view
from service.inspections.visits.routes.blueprint import blueprint
from service.inspections.visits.schemas import (
    VisitDigestSchema,
    VisitDoorSchema,
    VisitEntryCodeSchema,
    VisitEntrySchema,
    VisitEntryViewSchema,
    VisitPresentSchema,
    VisitReasonSchema,
    VisitResultSchema,
    VisitScanSchema,
    VisitSyncedSchema,
    VisitSyncSchema,
    VisitThresholdSchema,
)
from service.platform import web


@blueprint.post("/visits/<number>/entry-code")
@blueprint.arguments(VisitPresentSchema)
@blueprint.response(201, VisitEntryCodeSchema)
def ask_code(said: dict[str, Any], number: str) -> Response:
    """A short-lived code for the entity to scan before these inspectors enter."""
    with web.unit_of_work() as uow:
        code = usecases.ask_entry_code(uow, number=number, **said)
    answer = jsonify({"code": code.code, "expires_at": code.expires_at.isoformat()})
    answer.status_code = 201
    return answer


@blueprint.post("/visit-entries")
@blueprint.arguments(VisitScanSchema)
@blueprint.response(200, VisitEntryViewSchema)
def scan(said: dict[str, Any]) -> Response:
    """Scan a code: the hour of entry and who enters are written down, and the entity is told who they are."""
    with web.unit_of_work() as uow:
        visit = usecases.scan_entry_code(uow, **said)
        told = entry_view(uow.session, visit)
    return jsonify(told)


@blueprint.post("/visits/<number>/scan")
@blueprint.arguments(VisitDoorSchema)
@blueprint.response(204)
def scan_at_door(said: dict[str, Any], number: str) -> Response:
    """Inspectors scan the entity's own code, as its licence bears it, and enter."""
    return web.act(usecases.scan_at_door, number=number, **said)


@blueprint.post("/visits/<number>/entry")
@blueprint.arguments(VisitEntrySchema)
@blueprint.response(204)
def enter(said: dict[str, Any], number: str) -> Response:
    """Enter where nobody could scan a code, with the reason why."""
    return web.act(usecases.enter_without_code, number=number, **said)


@blueprint.post("/visits/<number>/off-site")
@blueprint.arguments(VisitThresholdSchema)
@blueprint.response(204)
def off_site(said: dict[str, Any], number: str) -> Response:
    """Begin a visit that is made from afar or on papers."""
    return web.act(usecases.begin_off_site, number=number, **said)


@blueprint.post("/visits/<number>/on-site")
@blueprint.arguments(VisitReasonSchema)
@blueprint.response(204)
def on_site(said: dict[str, Any], number: str) -> Response:
    """Turn an off-site visit into one on site, for a reason."""
    return web.act(usecases.go_on_site, number=number, **said)


@blueprint.post("/visits/<number>/sync")
@blueprint.arguments(VisitSyncSchema)
@blueprint.response(200, VisitSyncedSchema)
def sync(said: dict[str, Any], number: str) -> Response:
    """Take findings from a device; sent again in the same words they are held, in others refused."""
    with web.unit_of_work() as uow:
        sent = usecases.sync_findings(uow, number=number, **said)
    return jsonify({"findings": [one._asdict() for one in sent]})


@blueprint.post("/visits/<number>/record")
@blueprint.arguments(VisitResultSchema)
@blueprint.response(200, VisitDigestSchema)
def record(said: dict[str, Any], number: str) -> Response:
    """Close the findings under a result; the answer is the digest that inspectors sign."""
    with web.unit_of_work() as uow:
        digest = usecases.record_visit(uow, number=number, **said)
    return jsonify({"sha256": digest})


@blueprint.post("/visits/<number>/signature")
@blueprint.arguments(VisitDigestSchema)
@blueprint.response(204)
def sign(said: dict[str, Any], number: str) -> Response:
    """Sign the record."""
    return web.act(usecases.sign_visit, number=number, digest=said["sha256"])
