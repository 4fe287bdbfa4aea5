"""Where there is no network: the service worker, how things stand for whoever is online again, and acts sent later."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import orjson
from flask import Response, render_template, request, url_for

from service.console.visits.blueprint import SCRIPTS, blueprint, path_of
from service.console.visits.findings import BYTES
from service.console.visits.mine import MOST
from service.pages import RefusedError, ask, form_secret, takes_file
from service.pages.assets import address, version
from service.platform import Problem, web

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
_SHELL: Final = ("xinjian.css", "visits.css", "icon.svg", "vendor/htmx-2.0.11.min.js", "visits-guard.js", *SCRIPTS)
_FILES: Final = "files"
_SENT_TO: Final = {"scan": "scan", "entry": "entry", "off-site": "off-site", "findings": "sync", _FILES: "files"}
"""Acts that may be sent later, by what the queue calls them, with the interface's name."""


@blueprint.after_request
def name_account(response: Response) -> Response:
    """Say whose page it is, for the service worker to keep it for nobody else."""
    if web.actor().kind == "account":
        response.headers["Visits-Account"] = web.actor().id
    return response


@blueprint.get("/worker.js")
def worker() -> Response:
    """The service worker with what it keeps; another version of anything makes it another worker."""
    shell = [url_for("console_visits.offline"), *(address(name) for name in _SHELL)]
    kept = {"version": "-".join(str(version(name)) for name in (*_SHELL, "visits-worker.js")), "shell": shell}
    text = f"self.KEPT = {_json(kept)};\nimportScripts({_json(address('visits-worker.js'))});\n"
    headers = {"Service-Worker-Allowed": "/console/visits", "Cache-Control": "no-cache"}
    return Response(text, mimetype="text/javascript", headers=headers)


@blueprint.get("/offline")
def offline() -> Response:
    """What is shown where there is no network and no page was kept: the same for everybody, in both languages."""
    return Response(render_template("console/visits/offline.html"), mimetype="text/html")


@blueprint.get("/state")
def state() -> Response:
    """Who is signed in, the secret that forms hold now, and the pages that are worth keeping."""
    found = ask("GET", "/v1/visits", query={"open_only": True, "limit": MOST}).body["items"]
    pages = [url_for("console_visits.mine"), *(url_for("console_visits.one", number=one["number"]) for one in found)]
    return _answer({"account": web.actor().id, "csrf": form_secret("console"), "keep": pages})


@blueprint.post("/<number>/sync/<kind>")
@takes_file
def sync(number: str, kind: str) -> Response:
    """One act of the queue, under a key of its own (`X-Once`): sent again it is answered again and done once."""
    if kind not in _SENT_TO:
        raise Problem("not_found", path=kind[:80])
    said: dict[str, Any] = {"once": request.headers.get("X-Once") or None}
    if kind == _FILES:
        said |= {"stream": BytesIO(request.get_data()), "content_type": BYTES}
    else:
        said["json"] = web.json_body()
    try:
        return _answer(ask("POST", f"{path_of(number)}/{_SENT_TO[kind]}", **said).body or {})
    except RefusedError as refused:
        return _answer(refused.document, status=refused.status)


def _answer(document: Mapping[str, Any], *, status: int = HTTPStatus.OK) -> Response:
    media_type = JSON if status < HTTPStatus.BAD_REQUEST else PROBLEM
    return Response(orjson.dumps(document), status=status, mimetype=media_type)


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
