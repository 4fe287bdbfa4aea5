"""Inspection items and inspectors over HTTP: public facts the one, staff's the other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.platform import Problem, web
from service.register.inspecting import INSPECTORS, ITEMS, OWED_ITEMS, Catalogue, bodies, change_record, enter_record
from service.register.inspecting.checks import known_now
from service.register.inspecting.importing import import_records
from service.register.inspecting.schemas import (
    InspectionItemChangeSchema,
    InspectionItemSchema,
    InspectorChangeSchema,
    InspectorSchema,
)
from service.register.routes.blueprint import blueprint
from service.register.routes.imports import FILE, errors_of, imported, report_of
from service.register.shapes import EntityImportReportSchema, ImportArguments, OnDayArguments, RecordListSchema

if TYPE_CHECKING:
    from datetime import date


@blueprint.get("/inspection-items")
@blueprint.arguments(OnDayArguments, location="query")
@blueprint.response(200, RecordListSchema)
def all_items(arguments: dict[str, Any]) -> Response:
    """Every inspection item with its basis and checklist; with ``on`` those in force that day."""
    return _listed(ITEMS, arguments.get("on"))


@blueprint.post("/inspection-items")
@blueprint.arguments(InspectionItemSchema)
@blueprint.response(201, InspectionItemSchema)
def enter_item(said: dict[str, Any]) -> Response:
    """Enter an inspection item, or another span of one."""
    return _entered(ITEMS, InspectionItemSchema().dump(said))


@blueprint.patch("/inspection-items/<code>/<day>")
@blueprint.arguments(InspectionItemChangeSchema)
@blueprint.response(200, InspectionItemSchema)
def change_item(said: dict[str, Any], code: str, day: str) -> Response:
    """Change one span of an item, known by its first day. What is not said stays."""
    with web.unit_of_work() as uow:
        kept = change_record(uow, ITEMS, key=(code, day), change=InspectionItemSchema().dump(said))
    return jsonify(kept)


@blueprint.get("/owed-items")
@blueprint.arguments(OnDayArguments, location="query")
@blueprint.response(200, RecordListSchema)
def all_owed_items(arguments: dict[str, Any]) -> Response:
    """Every item that an authority's list of powers owes to enter; with ``on`` those that are owed that day."""
    return _listed(OWED_ITEMS, arguments.get("on"))


@blueprint.get("/inspectors")
@blueprint.response(200, RecordListSchema)
def all_inspectors() -> Response:
    """The roster within the caller's scope."""
    with web.reader() as session:
        known = known_now(session)
        found = [one for one in bodies(session, INSPECTORS) if known.in_scope(web.actor(), one["authority"])]
    return jsonify({"items": found})


@blueprint.get("/inspectors/<code>")
@blueprint.response(200, InspectorSchema)
def one_inspector(code: str) -> Response:
    """One inspector's entry."""
    with web.reader() as session:
        known = known_now(session)
        for one in bodies(session, INSPECTORS):
            if one["code"] == code and known.in_scope(web.actor(), one["authority"]):
                return jsonify(one)
    raise Problem("inspector_not_found", record=code[:80])


@blueprint.post("/inspectors")
@blueprint.arguments(InspectorSchema)
@blueprint.response(201, InspectorSchema)
def enter_inspector(said: dict[str, Any]) -> Response:
    """Enter an inspector in the roster."""
    return _entered(INSPECTORS, InspectorSchema().dump(said))


@blueprint.patch("/inspectors/<code>")
@blueprint.arguments(InspectorChangeSchema)
@blueprint.response(200, InspectorSchema)
def change_inspector(said: dict[str, Any], code: str) -> Response:
    """Change an inspector's entry. What is not said stays; a list is replaced as a whole."""
    with web.unit_of_work() as uow:
        kept = change_record(uow, INSPECTORS, key=(code,), change=InspectorSchema().dump(said))
    return jsonify(kept)


@blueprint.post("/imports/inspection-items")
@blueprint.arguments(ImportArguments, location="query")
@blueprint.response(200, EntityImportReportSchema)
@blueprint.doc(requestBody=FILE)
@web.streams_body
def import_items(arguments: dict[str, Any]) -> Response:
    """Read a file of inspection items; what is wrong is told row by row."""
    return imported(partial(import_records, catalogue=ITEMS), arguments)


@blueprint.post("/imports/owed-items")
@blueprint.arguments(ImportArguments, location="query")
@blueprint.response(200, EntityImportReportSchema)
@blueprint.doc(requestBody=FILE)
@web.streams_body
def import_owed_items(arguments: dict[str, Any]) -> Response:
    """Read a file of items that are owed; what is wrong is told row by row."""
    return imported(partial(import_records, catalogue=OWED_ITEMS), arguments)


@blueprint.post("/imports/inspectors")
@blueprint.arguments(ImportArguments, location="query")
@blueprint.response(200, EntityImportReportSchema)
@blueprint.doc(requestBody=FILE)
@web.streams_body
def import_inspectors(arguments: dict[str, Any]) -> Response:
    """Read a file of inspectors into the roster; what is wrong is told row by row."""
    return imported(partial(import_records, catalogue=INSPECTORS), arguments)


@blueprint.get("/imports/catalogues/<import_id>")
@blueprint.response(200, EntityImportReportSchema)
def catalogue_report(import_id: str) -> Response:
    """What became of a file of items or inspectors."""
    return report_of(import_id)


@blueprint.get("/imports/catalogues/<import_id>/errors.csv")
@blueprint.response(200, content_type="text/csv")
def catalogue_errors(import_id: str) -> Response:
    """Everything wrong with a file of items or inspectors, row by row, in Chinese and English."""
    return errors_of(import_id)


def _listed(catalogue: Catalogue, day: date | None) -> Response:
    with web.reader() as session:
        items = bodies(session, catalogue)
    if day is not None:
        said = day.isoformat()
        items = [one for one in items if one["valid_from"] <= said and (one["valid_to"] or "9999") > said]
    return jsonify({"items": items})


def _entered(catalogue: Catalogue, body: dict[str, Any]) -> Response:
    with web.unit_of_work() as uow:
        kept = enter_record(uow, catalogue, body=body)
    response = jsonify(kept)
    response.status_code = 201
    return response
