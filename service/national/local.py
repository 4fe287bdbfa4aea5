"""The engine of one machine: threads that read and rate a file at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import fs

from service.national.layout import MANIFEST
from service.national.output import local_folder
from service.national.partition import rate_partition
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.national.manifest import EvidenceFile
    from service.national.partition import Answer, Question


class LocalEngine:
    """Reads a folder of this machine, or one of an object store (``s3://``); ``at_once``: threads."""

    def __init__(self, place: str, at_once: int) -> None:
        """Open the folder.

        Raises:
            Problem: ``national_no_connector``, ``national_unreachable``.
        """
        self.place = place
        self._at_once = at_once
        self._files, self._folder = _opened(place)

    def manifest(self) -> bytes:
        """The manifest of the folder.

        Raises:
            Problem: ``national_not_evidence``, it cannot be read.
        """
        try:
            content: bytes = self._read(MANIFEST).to_pybytes()
        except OSError as error:
            raise Problem("national_not_evidence", place=self.place, fault=_first_line(error)) from error
        return content

    def missing(self, files: Sequence[EvidenceFile]) -> EvidenceFile | None:
        """The first of some files that is not there."""
        found = self._files.get_file_info([f"{self._folder}/{one.name}" for one in files])
        return next((one for one, info in zip(files, found, strict=True) if info.type != fs.FileType.File), None)

    def answers(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """The answers, in the order of the questions; a few more files than threads are under way."""
        waiting = iter(questions)
        with ThreadPoolExecutor(self._at_once) as pool:
            under_way = [pool.submit(self._answer, each) for each in islice(waiting, 2 * self._at_once)]
            while under_way:
                answer = under_way.pop(0).result()
                under_way += [pool.submit(self._answer, each) for each in islice(waiting, 1)]
                yield answer

    def _answer(self, question: Question) -> Answer:
        try:
            content = self._read(question.file)
        except OSError as error:
            raise Problem("national_unreachable", place=question.file, fault=_first_line(error)) from error
        return rate_partition(question, content)

    def _read(self, name: str) -> pa.Buffer:
        with self._files.open_input_file(f"{self._folder}/{name}") as source:
            return source.read_buffer()


def _opened(place: str) -> tuple[fs.FileSystem, str]:
    scheme = place.partition("://")[0] if "://" in place else "file"
    if scheme == "file":
        return fs.LocalFileSystem(), str(local_folder(place).absolute())
    if scheme != "s3":
        raise Problem("national_no_connector", scheme=scheme, place=place)
    try:
        files, folder = fs.FileSystem.from_uri(place)
    except (pa.ArrowNotImplementedError, ImportError) as error:
        raise Problem("national_no_connector", scheme=scheme, place=place) from error
    except (OSError, ValueError) as error:
        raise Problem("national_unreachable", place=place, fault=_first_line(error)) from error
    return files, folder.rstrip("/")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
