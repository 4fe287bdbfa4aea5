"""A face: pages under one address, looked at by people who signed in to it."""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, g, request

from service.pages.asking import RefusedError
from service.pages.browser import browser_secret, form_secret, sent_from_here
from service.pages.refusals import show_refusal
from service.platform import Problem, most_bytes, web

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec, TypeVar

    from flask import Response

    from service.platform import Actor

    Said = ParamSpec("Said")
    Answered = TypeVar("Answered")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
    " connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_FILES = "takes_file"
_BULK = "takes_bulk_file"
_FORM_BYTES = 1 << 16
"""Room for the other fields of a form with a file."""
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


def takes_file(handler: Callable[Said, Answered]) -> Callable[Said, Answered]:
    """Mark a handler whose form bears a file: from who is signed in, as much is taken as a file may have."""
    setattr(handler, _FILES, True)
    return handler


def takes_bulk_file(handler: Callable[Said, Answered]) -> Callable[Said, Answered]:
    """The same for a file that is worked off row by row, of which the interface takes far more."""
    setattr(handler, _BULK, True)
    return handler


class PageBlueprint(Blueprint):
    """Pages of one face (`console` or `portal`), under its address, with its session, its refusals shown as pages."""

    def __init__(self, name: str, import_name: str, *, face: str, url_prefix: str | None = None) -> None:
        super().__init__(name, import_name, template_folder="templates", url_prefix=url_prefix or f"/{face}")
        self.face = face
        self.before_request(self._refuse_forged)
        self.before_request(_look_at_one_snapshot)
        self.after_request(_guard)
        self.teardown_request(_look_no_more)
        self.register_error_handler(RefusedError, lambda error: show_refusal(error.document, face))

    def looking(self) -> Actor | None:
        """Who looks: the one signed in to this face."""
        g.face = self.face
        secret = browser_secret(self.face)
        if secret is None:
            return None
        agent, address = request.user_agent.string, str(request.remote_addr)
        return web.assembly().authenticate_browser(self.face, secret, agent, address)

    def shown(self, problem: Problem) -> Response:
        """A problem as a page of this face."""
        g.face = self.face
        return show_refusal(problem.document(web.language()), self.face)

    def _refuse_forged(self) -> None:
        """Before each act: the form was made by this face for this browser.

        A request with a token of its own needs no such proof: no other site can make a browser send one.

        Raises:
            Problem: `page_expired`.
        """
        g.face = self.face
        if request.method in _READS or "Authorization" in request.headers:
            return
        if self._takes(_FILES):
            request.max_content_length = most_bytes() + _FORM_BYTES
        if self._takes(_BULK):
            web.allow_bulk_body()
        sent = request.form.get("csrf") or request.headers.get("X-Csrf") or ""
        if not sent_from_here() or not compare_digest(sent.encode(), form_secret(self.face).encode()):
            raise Problem("page_expired")

    def _takes(self, mark: str) -> bool:
        view = current_app.view_functions.get(request.endpoint or "")
        return getattr(view, mark, False) and self.looking() is not None


def _look_at_one_snapshot() -> None:
    """Whatever a page asks while it is looked at is told of one and the same state; an act sees what it did itself."""
    if request.method in _READS:
        g.snapshot = web.Snapshot()


def _look_no_more(_error: BaseException | None) -> None:
    snapshot = g.pop("snapshot", None)
    if snapshot is not None:
        snapshot.close()


def _guard(response: Response) -> Response:
    """Nothing but what this service serves runs in a page, and nobody else keeps or frames it."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers.setdefault("Cache-Control", "no-store")
    response.vary.update(("Accept-Language", "Cookie"))
    return response
