"""Refusals as pages, in the language of the page, with what to do next."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlunsplit

from flask import g, request

from service.pages.addresses import parts_of
from service.pages.rendering import inside, page

if TYPE_CHECKING:
    from flask import Response


def show_refusal(document: dict[str, Any], face: str) -> Response:
    """A problem document (RFC 9457) as a page of the face; where nobody is signed in, the page to sign in on."""
    g.problem_code = document["code"]
    if document["status"] == HTTPStatus.UNAUTHORIZED:
        looked = request.method == "GET"
        beyond = request.full_path.rstrip("?") if looked else _page_of_the_form(face)
        return page(f"{face}/sign_in.html", status=HTTPStatus.UNAUTHORIZED, beyond=beyond, unsent=not looked)
    return page("pages/problem.html", status=document["status"], problem=document)


def _page_of_the_form(face: str) -> str:
    """The page from which a form was sent, where it is one of the face; else the first page."""
    came = parts_of(request.referrer or "")
    return inside(urlunsplit(("", "", came.path, came.query, "")) if came.netloc == request.host else None, face)
