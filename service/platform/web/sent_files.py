"""Files that a request sends as its body, and files that are sent back."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, jsonify, request

from service.platform.files import KeptFile, most_bytes
from service.platform.problem import Problem
from service.platform.web.body import allow_bulk_body
from service.platform.web.context import unit_of_work
from service.platform.web.idempotency import AlreadyAnsweredError, claim_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.platform.unit_of_work import UnitOfWork

FILE_BODY: Mapping[str, Any] = {
    "required": True,
    "description": "The file itself: JPEG, PNG, WebP, PDF or MP4, known by its first bytes",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
"""How the document of the API describes such a body."""


def keep_sent_file(keep: Callable[[UnitOfWork, bytes], KeptFile]) -> Response:
    """Take the body as a file, have ``keep`` keep it, answer with its digest; for a handler that streams its body.

    Raises:
        Problem: ``stored_file_too_large``, and as ``keep``.
    """
    allow_bulk_body()
    content = request.stream.read(most_bytes() + 1)
    if len(content) > most_bytes():
        raise Problem("stored_file_too_large", most=most_bytes())
    try:
        with unit_of_work() as uow:
            claim_stream(sha256(content).digest())
            kept = keep(uow, content)
    except AlreadyAnsweredError as answered:
        return answered.response
    answer = jsonify({"sha256": kept.sha256.hex(), "size": kept.size, "media_type": kept.media_type})
    answer.status_code = 201
    return answer


def send_file(content: bytes, digest: str) -> Response:
    """A kept file, as it was sent: to be saved, whatever it is."""
    answer = current_app.response_class(content, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{digest}"'
    return answer
