"""The audit ledger over HTTP: how far it is sealed, and its entries."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields

from service.platform import Problem, ledger_entries, ledger_state, web

blueprint = web.Blueprint("ledger", __name__, url_prefix="/v1", description="The audit ledger")


class LedgerStateSchema(Schema):
    """How far the ledger is sealed."""

    position = fields.Integer(required=True, metadata={"description": "Sequence of the last seal"})
    sealed_through = fields.AwareDateTime(allow_none=True, format="iso")
    head = fields.String(required=True, metadata={"description": "Hash at the end of the chain, in hexadecimal"})


class EntrySchema(Schema):
    """One sealed audit row."""

    seq = fields.Integer(required=True)
    hash = fields.String(required=True)
    recorded_at = fields.AwareDateTime(format="iso")
    actor_kind = fields.String()
    actor_id = fields.String()
    role = fields.String()
    authority = fields.String(allow_none=True)
    action = fields.String()
    subject = fields.String()
    detail = fields.Dict()
    request_id = fields.String(allow_none=True)


class EntryListSchema(Schema):
    """One page of entries."""

    items = fields.List(fields.Nested(EntrySchema), required=True)


@blueprint.get("/ledger")
@blueprint.response(200, LedgerStateSchema)
def state() -> Any:  # noqa: ANN401 - dumped by the schema
    """How far the ledger is sealed."""
    with web.reader() as session:
        return ledger_state(session)


@blueprint.get("/ledger/entries")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, EntryListSchema)
def entries(arguments: dict[str, Any]) -> Response:
    """Sealed audit rows in the order of recording."""
    if web.actor().regions:  # an act of the ledger has an authority and no region
        raise Problem("out_of_scope")
    page = web.page_of(arguments, int)
    after = int(page.after[0]) if page.after else 0
    with web.reader() as session:
        found = ledger_entries(session, web.actor(), after=after, limit=page.limit + 1)
    rows, following = web.cut(found, page, lambda entry: (entry.seq,))
    return web.link_next(jsonify({"items": EntrySchema(many=True).dump(rows)}), following)
