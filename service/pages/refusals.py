"""Refusals as pages, in the language of the page, with what to do next."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import g, request

from service.pages.rendering import page

if TYPE_CHECKING:
    from flask import Response


def show_refusal(document: dict[str, Any], face: str) -> Response:
    """A problem document (RFC 9457) as a page of the face; where nobody is signed in, the page to sign in on."""
    g.problem_code = document["code"]
    if document["status"] == HTTPStatus.UNAUTHORIZED:
        beyond = request.full_path.rstrip("?") if request.method == "GET" else f"/{face}/"
        return page(f"{face}/sign_in.html", status=HTTPStatus.UNAUTHORIZED, beyond=beyond)
    return page("pages/problem.html", status=document["status"], problem=document)
