"""Answers that every room gives alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, current_app

from service.platform.web.context import unit_of_work

if TYPE_CHECKING:
    from collections.abc import Callable


def nothing() -> Response:
    """Done, and nothing to say (204)."""
    return current_app.response_class(status=204)


def act(step: Callable[..., object], **said: Any) -> Response:  # noqa: ANN401 a step's own arguments
    """Take a step in a transaction of its own; once it is done there is nothing to say."""
    with unit_of_work() as uow:
        step(uow, **said)
    return nothing()
