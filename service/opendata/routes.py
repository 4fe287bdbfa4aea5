"""The open data over HTTP."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, request
from werkzeug.wsgi import FileWrapper

from service.opendata.building import PIECE, newest
from service.opendata.legend import legend
from service.opendata.reading import ArchiveFile
from service.opendata.schemas import OpenDataSchema
from service.platform import Problem, web

if TYPE_CHECKING:
    from service.opendata.tables import OpenDataArchive

blueprint = web.Blueprint("open_data", __name__, url_prefix="/v1", description="Everything that is public, in one file")
ARCHIVE = "/v1/open-data/archive.zip"
NAME = "xinjian-open-data"
SECONDS = 300
"""For which whoever stands between may keep it."""


@blueprint.get("/open-data")
@blueprint.response(200, OpenDataSchema)
def about() -> Response:
    """The archive that is served: of which day, with which files, and what their columns mean."""
    return jsonify(_told(_served()))


@blueprint.get("/open-data/archive.zip")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
@blueprint.alt_response(206, description="The part asked for by `Range`")
@blueprint.alt_response(304, description="The caller already holds this archive")
def archive() -> Response:
    """The archive: CSV files with a legend and a version; a part of it by `Range`."""
    found = _served()
    content = io.BufferedReader(ArchiveFile(web.database(), found.id, found.size), PIECE)
    answer = Response(FileWrapper(content), mimetype="application/zip", direct_passthrough=True)
    answer.content_length = found.size
    answer.headers["Content-Disposition"] = f'attachment; filename="{NAME}-{found.as_of.isoformat()}.zip"'
    answer.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    answer.set_etag(found.sha256.hex())
    answer.last_modified = found.built_at
    answer.make_conditional(request.environ, accept_ranges=True, complete_length=found.size)
    return answer


def _served() -> OpenDataArchive:
    with web.reader() as session:
        found = newest(session)
    if found is None:
        raise Problem("open_data_not_built")
    return found


def _told(found: OpenDataArchive) -> dict[str, Any]:
    return {
        "schema": found.schema_version,
        "as_of": found.as_of.isoformat(),
        "position": found.position,
        "built_at": found.built_at.isoformat(),
        "sha256": found.sha256.hex(),
        "bytes": found.size,
        "archive": ARCHIVE,
        "files": [one | _meant(one["name"]) for one in found.files],
    }


def _meant(name: str) -> dict[str, Any]:
    """What a file and its columns are; the legend explains itself."""
    found = next((one for one in legend().files if one.name == name), None)
    if found is None:
        return {"zh": "各文件各列的含义", "en": "What the columns of the files mean", "columns": []}
    return {"zh": found.zh, "en": found.en, "columns": [one._asdict() for one in found.columns]}
