"""Whether the service lives, is ready, and which law it applies; its metrics."""

from typing import Any

from flask import Response, current_app
from marshmallow import Schema, fields
from sqlalchemy import text

from service.platform import Problem, catalogue, migration_head, redis_answers, schema_serves, web
from service.platform.metrics import BUILD, MEDIA_TYPE, exposition, queue_figures

blueprint = web.Blueprint("health", __name__, description="Whether the service is well, and which law it applies")


class AliveSchema(Schema):
    """The process answers."""

    status = fields.String(required=True)


class ReadySchema(Schema):
    """The parts that the service stands on."""

    status = fields.String(required=True)
    database = fields.String(required=True)
    schema = fields.String(required=True, metadata={"description": "Revision of the database"})
    redis = fields.String(required=True)


class VersionSchema(Schema):
    """The program and the law that it applies."""

    version = fields.String(required=True)
    schema = fields.String(required=True, metadata={"description": "Revision of the database"})
    rulebooks = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "Digests by edition in force"},
    )


class TextSchema(Schema):
    """A problem in one language."""

    title = fields.String(required=True)
    detail = fields.String(required=True)
    next = fields.String(required=True)


class ProblemKindSchema(Schema):
    """One problem that the service may answer with."""

    code = fields.String(required=True)
    status = fields.Integer(required=True)
    zh = fields.Nested(TextSchema, required=True)
    en = fields.Nested(TextSchema, required=True)


class ProblemKindListSchema(Schema):
    """Every problem that the service may answer with."""

    items = fields.List(fields.Nested(ProblemKindSchema), required=True)


@blueprint.get("/livez")
@blueprint.response(200, AliveSchema)
def livez() -> dict[str, Any]:
    """The process answers."""
    return {"status": "alive"}


@blueprint.get("/readyz")
@blueprint.response(200, ReadySchema)
def readyz() -> dict[str, Any]:
    """The database answers and has our schema, or that of a later release, which only adds to ours.

    Without Redis we are ready too: accepted work waits for the sweeper.
    """
    with web.reader() as session:
        schema = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if not schema_serves(schema):
        raise Problem("schema_behind", found=schema, wanted=migration_head())
    redis = "up" if redis_answers() else "down: accepted work waits for the sweeper"
    return {"status": "ready", "database": "up", "schema": schema, "redis": redis}


@blueprint.get("/version")
@blueprint.response(200, VersionSchema)
def version() -> dict[str, Any]:
    """The program, its schema and the digests of the rulebooks in force."""
    with web.reader() as session:
        rulebooks = web.assembly().digests(session, web.database().clock.now().date())
    return {"version": current_app.config["RELEASE"], "schema": migration_head(), "rulebooks": rulebooks}


@blueprint.get("/metrics")
@blueprint.response(200, {"type": "string"}, content_type="text/plain")
def metrics() -> Response:
    """Figures for Prometheus (docs/metrics.md); what cannot be read, as while the database is away, is left out."""
    build = BUILD.of(1, version=current_app.config["RELEASE"], schema=migration_head())
    figures = (build, *queue_figures(), *web.assembly().readings.figures())
    return Response(exposition(figures), content_type=MEDIA_TYPE)


@blueprint.get("/problems")
@blueprint.response(200, ProblemKindListSchema)
def problems() -> dict[str, Any]:
    """Every problem that the service may answer with."""
    return {"items": [_entry(code) for code in sorted(catalogue())]}


@blueprint.get("/problems/<code>")
@blueprint.response(200, ProblemKindSchema)
def problem(code: str) -> dict[str, Any]:
    """One problem: where the `type` of a problem document leads."""
    if code not in catalogue():
        raise Problem("not_found")
    return _entry(code)


def _entry(code: str) -> dict[str, Any]:
    kind = catalogue()[code]
    texts = {
        language: {"title": text.title, "detail": text.detail, "next": text.next}
        for language, text in kind.texts.items()
    }
    return {"code": code, "status": kind.status, **texts}
