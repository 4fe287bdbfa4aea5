"""What pages load besides themselves, all of it from here: styles, scripts and the libraries they stand on."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory, url_for

FOR_GOOD = 365 * 24 * 3600
blueprint = Blueprint("pages", __name__, template_folder="templates")


@blueprint.get("/static/<path:name>")
def asset(name: str) -> Response:
    """A file; kept for good by whoever names the version that it has."""
    folder = str(files("service.pages").joinpath("static"))
    kept = request.args.get("v") == version(name)
    return send_from_directory(folder, name, max_age=FOR_GOOD if kept else 0)


@blueprint.app_template_global("asset")
def address(name: str) -> str:
    """The address of a file in the version that it has now."""
    return url_for("pages.asset", name=name, v=version(name))


def version(name: str) -> str | None:
    """The first characters of the file's SHA-256, or None where there is none of that name."""
    return _versions().get(name)


@cache
def _versions() -> dict[str, str]:
    """Of every file, read once for each process: what callers name is looked up and never remembered."""
    folder = Path(str(files("service.pages").joinpath("static")))
    found = (each for each in folder.rglob("*") if each.is_file())
    return {each.relative_to(folder).as_posix(): sha256(each.read_bytes()).hexdigest()[:12] for each in found}
