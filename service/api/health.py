"""Whether the service lives, is ready, and which law it applies; its metrics."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, redirect, url_for
from sqlalchemy import text
from werkzeug import Response as BaseResponse

from service.platform import Problem, catalogue, migration_head, redis_answers, web
from service.platform.metrics import exposition

blueprint = Blueprint("health", __name__)


@blueprint.get("/")
def index() -> BaseResponse:
    """The description of the interface."""
    return redirect(url_for("docs.page"))


@blueprint.get("/livez")
def livez() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def readyz() -> Response:
    """The database answers and has our schema. Without Redis we are ready too: accepted work waits for the sweeper."""
    with web.reader() as session:
        schema = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if schema != migration_head():
        raise Problem("schema_behind", found=schema, wanted=migration_head())
    redis = "up" if redis_answers() else "down: accepted work waits for the sweeper"
    return jsonify(status="ready", database="up", schema=schema, redis=redis)


@blueprint.get("/version")
def version() -> Response:
    """The program, its schema and the digests of the rulebooks in force."""
    with web.reader() as session:
        rulebooks = web.assembly().digests(session, web.database().clock.now().date())
    return jsonify(version=current_app.config["RELEASE"], schema=migration_head(), rulebooks=rulebooks)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus."""
    with web.reader() as session:
        return Response(exposition(session), mimetype="text/plain; version=0.0.4")


@blueprint.get("/problems")
def problems() -> Response:
    """Every problem that the service may answer with."""
    return jsonify(items=[_entry(code) for code in sorted(catalogue())])


@blueprint.get("/problems/<code>")
def problem(code: str) -> Response:
    """One problem: where the `type` of a problem document leads."""
    if code not in catalogue():
        raise Problem("not_found")
    return jsonify(_entry(code))


def _entry(code: str) -> dict[str, Any]:
    kind = catalogue()[code]
    texts = {
        language: {"title": text.title, "detail": text.detail, "next": text.next}
        for language, text in kind.texts.items()
    }
    return {"code": code, "status": kind.status, **texts}
