"""Checkpoints of the ledger over HTTP, and proofs that an outsider checks (``docs/ledger.md``)."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields, validate, validates_schema

from service.platform import (
    Problem,
    checkpoint_at,
    checkpoints,
    newest_checkpoint,
    positions_of,
    proof_between,
    published_keys,
    receipt,
    web,
)

blueprint = web.Blueprint(
    "checkpoints", __name__, url_prefix="/v1/ledger", description="Signed checkpoints of the ledger"
)

MOST = 100
"""Entries of one receipt."""
LARGEST = 2**53
NOTE = {"type": "string"}


class CheckpointSchema(Schema):
    """How long the ledger was, signed."""

    size = fields.Integer(required=True, metadata={"description": "Entries that were sealed"})
    root = fields.Function(
        lambda kept: kept.root.hex(),
        metadata={"type": "string", "description": "Root of the tree over them (RFC 6962), in hexadecimal"},
    )
    made_at = fields.AwareDateTime(required=True, format="iso")
    note = fields.String(required=True, metadata={"description": "The signed note (C2SP tlog-checkpoint): keep it"})


class CheckpointListSchema(Schema):
    """One page of checkpoints."""

    items = fields.List(fields.Nested(CheckpointSchema), required=True)


class KeySchema(Schema):
    """A key that signs checkpoints."""

    key = fields.String(required=True, metadata={"description": "NAME+ID+BASE64 (C2SP signed-note): keep it"})
    first_used_at = fields.AwareDateTime(required=True, format="iso")


class KeyListSchema(Schema):
    """Every key that ever signed."""

    items = fields.List(fields.Nested(KeySchema), required=True)


class ProofArguments(web.StrictSchema):
    """Between which checkpoints."""

    first = fields.Integer(
        required=True,
        validate=validate.Range(1, LARGEST),
        metadata={"description": "Size of the checkpoint that you kept"},
    )
    last = fields.Integer(
        validate=validate.Range(1, LARGEST), metadata={"description": "Size of a later one; else the newest"}
    )


class ReceiptArguments(web.StrictSchema):
    """Of which entries."""

    position = fields.Integer(
        validate=validate.Range(1, LARGEST), metadata={"description": "One entry by its position"}
    )
    subject = fields.String(
        validate=validate.Length(1, 300), metadata={"description": "Entries about this, such as an entity's key"}
    )
    request_id = fields.String(
        validate=validate.Length(1, 200), metadata={"description": "With `subject`: X-Request-Id of one answer alone"}
    )

    @validates_schema
    def _one_of_both(self, data: dict[str, Any], **_: object) -> None:
        if ("position" in data) == ("subject" in data):
            raise web.FieldFault("receipt_of_what")


@blueprint.get("/checkpoint")
@blueprint.response(200, NOTE, content_type="text/plain")
def newest() -> Response:
    """The newest checkpoint: a signed note, to be kept."""
    with web.reader() as session:
        found = newest_checkpoint(session)
    if found is None:
        raise Problem("checkpoint_unknown", size="–")
    return _note(found.note)


@blueprint.get("/checkpoints")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, CheckpointListSchema)
def listed(arguments: dict[str, Any]) -> Response:
    """Checkpoints, the newest first."""
    page = web.page_of(arguments, int)
    with web.reader() as session:
        found = checkpoints(session, before=int(page.after[0]) if page.after else None, limit=page.limit + 1)
    rows, following = web.cut(found, page, lambda kept: (kept.id,))
    return web.link_next(jsonify({"items": CheckpointSchema(many=True).dump(rows)}), following)


@blueprint.get("/checkpoints/<int:size>")
@blueprint.response(200, NOTE, content_type="text/plain")
def one(size: int) -> Response:
    """The first checkpoint of so many entries: a signed note."""
    with web.reader() as session:
        found = checkpoint_at(session, size) if size <= LARGEST else None
    if found is None:
        raise Problem("checkpoint_unknown", size=size)
    return _note(found.note)


@blueprint.get("/keys")
@blueprint.response(200, KeyListSchema)
def keys() -> Any:  # noqa: ANN401 - dumped by the schema
    """Every key that ever signed a checkpoint, the newest first."""
    with web.reader() as session:
        return {"items": published_keys(session)}


@blueprint.get("/proof")
@blueprint.arguments(ProofArguments, location="query")
@blueprint.response(200, {"type": "object"})
def proof(arguments: dict[str, int]) -> Response:
    """The proof that a later checkpoint continues the one that you kept: for `verify.pyz FILE`."""
    with web.reader() as session:
        return _file(proof_between(session, first=arguments["first"], last=arguments.get("last")))


@blueprint.get("/receipts")
@blueprint.arguments(ReceiptArguments, location="query")
@blueprint.response(200, {"type": "object"})
def receipts(arguments: dict[str, Any]) -> Response:
    """The proof that what you did stands in the ledger, under its newest checkpoint: for `verify.pyz FILE`.

    Your own entries; who reads the ledger takes those of everybody. The newest 100 about a subject.
    """
    asked = {"subject": None, "position": None} | arguments
    with web.reader() as session:
        found = positions_of(session, web.actor(), reads_ledger=_reads_ledger(), **asked, limit=MOST)
        if not found:
            raise Problem("receipt_unknown")
        return _file(receipt(session, sorted(found)))


def _reads_ledger() -> bool:
    return web.actor().role in web.access_table()["GET /v1/ledger/entries"]


def _note(text: str) -> Response:
    return Response(text, mimetype="text/plain")


def _file(content: bytes) -> Response:
    return Response(content, mimetype="application/json")
