"""The blueprint of draws, and what all their routes answer with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, current_app, jsonify, url_for

from scoring.kernel.canonical import canonical
from scoring.sampling.bytes import digest
from service.inspections.draws.queries import view_of
from service.platform import web

if TYPE_CHECKING:
    from collections.abc import Mapping

blueprint = web.Blueprint("draws", __name__, url_prefix="/v1", description="Draws, their registers and proofs")


def step(number: str, made: Mapping[str, Any] | None) -> Response:
    """What a step made, and where the draw stands after it."""
    with web.reader() as session:
        state = view_of(session, number).state
    return jsonify({"digest": None if made is None else digest(dict(made)), "state": state})


def file_of(document: Mapping[str, Any], name: str) -> Response:
    """A document in its canonical bytes, for saving."""
    response = current_app.response_class(canonical(dict(document)), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    response.headers["Link"] = f'<{verifiers()}>; rel="help"'
    return response


def verifiers() -> str:
    """Where the programs are that check the files of draws."""
    return url_for("verifiers.listed")


def nothing() -> Response:
    """Done, and nothing to say."""
    return current_app.response_class(status=204)
