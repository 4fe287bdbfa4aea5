"""The verifiers of draws and ratings, to be had from the service and to be compared with those that others built."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any, Final, NamedTuple

from flask import Response, jsonify, request, url_for
from marshmallow import Schema, fields

from service.api.verifier import NAME, SCRIPT, build, script
from service.platform import Problem, web

blueprint = web.Blueprint("verifiers", __name__, url_prefix="/v1", description="The programs that check a draw")

_TYPES: Final = {NAME: "application/zip", SCRIPT: "text/javascript"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"


class VerifierSchema(Schema):
    """A program that checks the file of a draw, and its digest."""

    name = fields.String(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes"})
    href = fields.String(required=True, metadata={"description": "Its bytes, for ever the same"})


class VerifierListSchema(Schema):
    """The verifiers that belong to this version of the service."""

    items = fields.List(fields.Nested(VerifierSchema), required=True)


class _Packed(NamedTuple):
    data: bytes
    digest: str


@cache
def packed() -> dict[str, _Packed]:
    """Each verifier by its name, built once a process from what is installed; as ``make verifier`` builds it."""
    made = {NAME: build(), SCRIPT: script()}
    return {name: _Packed(data, sha256(data).hexdigest()) for name, data in made.items()}


@blueprint.get("/verifiers")
@blueprint.response(200, VerifierListSchema)
def listed() -> Response:
    """The verifiers of this version. Compare the digests with those of `make verifier`, or of the register of draws."""
    parts = [each.digest for each in packed().values()]
    if (same := web.unchanged(parts)) is not None:
        return same
    items: list[dict[str, Any]] = [
        {
            "name": name,
            "sha256": each.digest,
            "size": len(each.data),
            "href": url_for("verifiers.one", digest=each.digest, name=name),
        }
        for name, each in packed().items()
    ]
    return web.tagged(jsonify({"items": items}), parts, private=False)


@blueprint.get("/verifiers/<digest>/<name>")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def one(digest: str, name: str) -> Response:
    """A verifier's bytes, at an address that names their SHA-256: they may be kept for ever."""
    found = packed().get(name)
    if found is None or found.digest != digest:
        raise Problem("not_found")
    response = Response(found.data, mimetype=_TYPES[name])
    response.set_etag(digest)
    response.headers["Cache-Control"] = _FOR_EVER
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.make_conditional(request)
    return response
