"""Entity tags over the parts that decide an answer, so that "unchanged" is known before anything is rendered."""

from collections.abc import Sequence
from hashlib import sha256

import orjson
from flask import Response, request

VARY = "Accept, Accept-Language, Authorization"


def entity_tag(parts: Sequence[str | int | None]) -> str:
    """A strong tag over parts, e.g. (rating id, pending marks, dispute marks, audience, language, clocks)."""
    return sha256(orjson.dumps(list(parts))).hexdigest()[:32]


def unchanged(parts: Sequence[str | int | None]) -> Response | None:
    """A ready 304 when the caller already holds this answer, else None. Cheap: call it before rendering."""
    if not request.if_none_match:
        return None
    tag = entity_tag(parts)
    if not request.if_none_match.contains_weak(tag):
        return None
    return _with(Response(status=304), tag, private=True)


def tagged(response: Response, parts: Sequence[str | int | None], *, private: bool = True) -> Response:
    """Put the tag, the right `Vary` and `private` (or `public`) on a response; every use is revalidated."""
    return _with(response, entity_tag(parts), private=private)


def _with(response: Response, tag: str, *, private: bool) -> Response:
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = f"{'private' if private else 'public'}, no-cache"
    response.headers["Vary"] = VARY
    return response
