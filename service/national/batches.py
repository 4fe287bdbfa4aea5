"""The function of the cluster: Arrow batches of files in, Arrow batches of answers out, nothing of pandas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import pyarrow as pa

from service.national.partition import Answer, rate_partition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.national.partition import Question

ANSWERS: Final = pa.schema(
    [
        ("file", pa.string()),
        ("content", pa.binary()),
        ("sha256", pa.string()),
        ("tally", pa.string()),
        ("first", pa.string()),
        ("last", pa.string()),
        ("code", pa.string()),
        ("fault", pa.string()),
    ]
)
"""A row for each file of evidence: the file of ratings, or what is wrong."""
ANSWERS_IN_SQL: Final = (
    "file string, content binary, sha256 string, tally string, first string, last string, code string, fault string"
)


def rated_batches(questions: Mapping[str, Question], batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The answers to batches of files, each with its ``path`` and ``content``; questions by the name of the file."""
    for batch in batches:
        paths, contents = batch.column("path"), batch.column("content")
        for path, content in zip(paths, contents, strict=True):
            name = name_of(path.as_py())
            yield _row(rate_partition(questions[name], content.as_buffer()))


def name_of(path: str) -> str:
    """The name of a file within the folder: that of its region's folder and its own."""
    return "/".join(unquote(path).rsplit("/", 2)[-2:])


def _row(answer: Answer) -> pa.RecordBatch:
    said = {
        "file": answer.file,
        "content": answer.content,
        "sha256": answer.sha256,
        "tally": json.dumps(answer.tally),
        "first": answer.first,
        "last": answer.last,
        "code": answer.code,
        "fault": answer.fault,
    }
    return pa.RecordBatch.from_pylist([said], schema=ANSWERS)
