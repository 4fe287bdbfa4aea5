"""Entities within what is public: found by code or by a part of their name, and what is public of one of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import request

from service.pages import Form, PageBlueprint, RefusedError, ask, page, see
from service.portal import linked
from service.portal.replying import beside
from service.portal.sharing import shared

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = PageBlueprint("portal_entities", __name__, face="portal", url_prefix="/portal/entities")
LOOKED_THROUGH = 100
"""Records, and as many results, in which a name is looked for at once; the lists of both go on from there."""
SHOWN = 50
"""Records, and as many results, on the page of an entity."""
CODE = re.compile(r"[A-Za-z0-9:._-]{2,100}")
"""What may be a code, to be asked for as one first."""
NO_CODE = frozenset({"tier_code_malformed", "tier_entity_unknown", "not_found"})


@blueprint.get("")
def find() -> Response:
    """The entity of a code, or those of whom something is public under such a name."""
    form = Form({name: said for name in ("name",) if (said := request.args.get(name, "").strip())})
    said = form.first("name")
    if not said:
        return shared(page("portal/entities/find.html", form=form, found=None, more={}))
    if (key := _key_of(said)) is not None:
        return see("portal_entities.one", key=key)
    with form:
        asked = {"name": said, "limit": LOOKED_THROUGH}
        records = ask("GET", "/v1/publications", query=asked)
        results = ask("GET", "/v1/inspection-results", query=asked)
        found = _entities(records.body["items"], results.body["items"])
        more = {"records": records.following is not None, "results": results.following is not None}
        return shared(page("portal/entities/find.html", form=form, found=found, more=more))
    return page("portal/entities/find.html", status=422, form=form, found=None, more={})


@blueprint.get("/<key>")
def one(key: str) -> Response:
    """What is public of one entity: its tier where the law publishes it, its records, its results."""
    told = ask("GET", f"/v1/entities/{quote(key, safe=':')}/tier", query={"purpose": "portal"}).body
    asked = {"entity": told["entity"], "limit": SHOWN, "order": "newest"}
    records = ask("GET", "/v1/publications", query=asked)
    results = ask("GET", "/v1/inspection-results", query=asked)
    told_so = linked.entity(told, records.body["items"], results.body["items"])
    return page(
        "portal/entities/one.html",
        entity=told,
        records=records,
        results=results,
        linked=told_so,
        record_replies=beside("record", [one["event"] for one in records.body["items"]]),
        result_replies=beside("result", [one["visit"] for one in results.body["items"]]),
    )


def _key_of(said: str) -> str | None:
    """The key of the entity whose code was typed; None where it is no code of any."""
    if CODE.fullmatch(said) is None:
        return None
    try:
        return str(ask("GET", f"/v1/entities/{said}/tier", query={"purpose": "portal"}).body["entity"])
    except RefusedError as refused:
        if refused.code not in NO_CODE:
            raise
        return None


def _entities(records: list[dict[str, Any]], results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entities of records and results, each once, with how many of both are theirs."""
    found: dict[str, dict[str, Any]] = {}
    for name, rows in (("records", records), ("results", results)):
        for row in rows:
            one = {"key": row["entity"], "name": row["name"], "records": 0, "results": 0}
            found.setdefault(row["entity"], one)[name] += 1
    return list(found.values())
