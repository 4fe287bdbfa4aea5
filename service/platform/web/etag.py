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
    tag = entity_tag(parts)
    if not request.if_none_match.contains_weak(tag):
        return None
    return tagged(Response(status=304), parts)


def tagged(response: Response, parts: Sequence[str | int | None], *, private: bool = True) -> Response:
    """Put the tag, the right `Vary` and `private` (or `public`) on a response; every use is revalidated."""
    response.headers["ETag"] = f'"{entity_tag(parts)}"'
    response.headers["Cache-Control"] = f"{'private' if private else 'public'}, no-cache"
    response.headers["Vary"] = VARY
    return response
