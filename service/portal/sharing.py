"""Pages that may be kept for a minute by whoever stands between: the same for everybody, and of nobody in person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Response

SECONDS = 60


def shared(response: Response) -> Response:
    """Let a page be kept for a minute; one that was refused, or gives the browser something to keep, is not."""
    if response.status_code == 200 and "Set-Cookie" not in response.headers:  # noqa: PLR2004 - the answer that is good
        response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    return response
