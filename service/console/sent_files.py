"""A file as a form sends it: what it is by its name, and a key of this sending of this very file."""

from __future__ import annotations

from hashlib import file_digest, sha256
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from flask import request

from service.platform import Problem

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

    from service.pages import Form

FORMATS: Final = {".csv": "csv", ".json": "ndjson", ".jsonl": "ndjson", ".ndjson": "ndjson", ".xlsx": "xlsx"}
"""What a file holds, by its name without `.gz`."""


def sent_file() -> FileStorage:
    """The file of the form.

    Raises:
        Problem: `file_empty`: none was chosen.
    """
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Problem("file_empty", pointer="/file")
    return sent


def format_of(sent: FileStorage) -> str | None:
    """What the file holds, by its name; None where the name tells nothing that is read."""
    return FORMATS.get(PurePath((sent.filename or "").lower().removesuffix(".gz")).suffix)


def once_of(form: Form, sent: FileStorage) -> str:
    """A key of this sending of this very file."""
    digest = file_digest(sent.stream, "sha256").digest()  # type: ignore[arg-type] # a file, whether in memory or on disk
    sent.stream.seek(0)
    return sha256(form.once.encode() + digest).hexdigest()
