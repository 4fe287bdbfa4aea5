"""Answers that every room gives alike."""

from flask import Response, current_app


def nothing() -> Response:
    """Done, and nothing to say (204)."""
    return current_app.response_class(status=204)
