"""The engine of a cluster: Spark reads the files and has them rated by its `mapInArrow`; the driver writes the answers.

Spark hands each file over as it is (``binaryFile``): reading Parquet itself it makes rows of all events and back again.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import pyspark.sql.pandas.functions as checked
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from service.national.batches import ANSWERS_IN_SQL, rated_batches
from service.national.layout import MANIFEST
from service.national.output import local_folder
from service.national.partition import Answer
from service.national.shipping import ship
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from service.national.manifest import EvidenceFile
    from service.national.partition import Question

SETTINGS: Final = {
    "spark.sql.files.openCostInBytes": "0",  # so that a task gets as many bytes as we say
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1",  # a batch is a file, so that memory stays that of one
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}
STARTING: Final = {"spark.ui.showConsoleProgress": "false", "spark.python.worker.reuse": "true"}
FILES_AT_ONCE: Final = 400
"""So many files are one job, of whose answers the driver holds the bytes at a time: some 300 MB."""
TASKS_A_CORE: Final = 4
"""Few, since each costs a third of a second of its own; some, so that cores end together and a lost one is little."""
NO_CONNECTOR: Final = ("No FileSystem for scheme", "FileSystem not found", "ClassNotFoundException")


class SparkEngine:
    """Rates on the cluster of a session what lies at a place that all its machines, and this one, reach."""

    def __init__(self, session: SparkSession, place: str) -> None:
        self.place = place
        self._session = session
        scheme = place.partition("://")[0] if "://" in place else "file"
        self._folder = local_folder(place).absolute() if scheme == "file" else None
        self._address = place.rstrip("/") if self._folder is None else f"file://{self._folder}"  # Hadoop quotes nothing
        if scheme == "s3":  # as Hadoop calls its connector
            self._address = f"s3a{self._address.removeprefix('s3')}"
        for name, value in SETTINGS.items():
            session.conf.set(name, value)

    def manifest(self) -> bytes:
        """The manifest of the folder.

        Raises:
            Problem: ``national_not_evidence``, ``national_no_connector``.
        """
        try:
            if self._folder is not None:
                return (self._folder / MANIFEST).read_bytes()
            with self._told():
                (row,) = self._files([MANIFEST]).collect()
            return bytes(row.content)
        except OSError as error:
            raise Problem("national_not_evidence", place=self.place, fault=str(error)) from error

    def missing(self, files: Sequence[EvidenceFile]) -> EvidenceFile | None:
        """The first of some files that is not there, where this machine can tell."""
        if self._folder is None:
            return None
        return next((one for one in files if not (self._folder / one.name).is_file()), None)

    def answers(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """The answers, in the order of the questions: some hundred files are one job of the cluster.

        Raises:
            Problem: ``national_no_connector``, ``national_unreachable``, ``national_engine_failed``.
        """
        for _, some in groupby(enumerate(questions), key=lambda pair: pair[0] // FILES_AT_ONCE):
            asked = {question.file: question for _, question in some}
            tasks = TASKS_A_CORE * self._session.sparkContext.defaultParallelism
            bytes_a_task = 1 + sum(each.bytes for each in asked.values()) // tasks
            self._session.conf.set("spark.sql.files.maxPartitionBytes", str(bytes_a_task * 21 // 20))
            with self._told(), without_pandas():
                files = self._files(list(asked))
                rows = files.mapInArrow(_work(asked), ANSWERS_IN_SQL).collect()
            answered = {row.file: row for row in rows}
            for name in asked:
                yield _answer(answered[name])

    def _files(self, names: Sequence[str]) -> Any:  # noqa: ANN401 - a data frame
        paths = [f"{self._address}/{name}" for name in names]
        return self._session.read.format("binaryFile").load(paths).select("path", "content")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong in Spark, said in our words."""
        try:
            yield
        except (PySparkException, Py4JJavaError) as error:
            text = str(error)
            if any(each in text for each in NO_CONNECTOR):
                scheme = self._address.partition("://")[0]
                raise Problem("national_no_connector", scheme=scheme, place=self.place) from error
            if "PATH_NOT_FOUND" in text or "FileNotFoundException" in text:
                raise Problem("national_unreachable", place=self.place, fault=_reason(text)) from error
            raise Problem("national_engine_failed", fault=_reason(text)) from error


def _work(asked: Mapping[str, Question]) -> Any:  # noqa: ANN401 - a function of batches
    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return rated_batches(asked, batches)

    return work


def _answer(row: Any) -> Answer:  # noqa: ANN401 - a row of Spark
    told = {name: getattr(row, name) for name in ("file", "sha256", "first", "last", "code", "fault")}
    return Answer(content=bytes(row.content), tally=json.loads(row.tally), **told)


def _reason(text: str) -> str:
    """What an error of Spark says in the end: the last cause that it names, else its first line."""
    causes = re.findall(r"^(?:Caused by: )?([\w.]*(?:Error|Exception): .+)$", text, re.MULTILINE)
    first = next((line for line in text.splitlines() if line.strip()), "")
    return (causes[-1] if causes else first).strip()[:300]


@contextmanager
def without_pandas() -> Iterator[None]:
    """PySpark asks for pandas before every function of batches, also where only Arrow is used: here it is not."""
    name = "require_minimum_pandas_version"
    asks = getattr(checked, name, None)
    if asks is None:
        yield
        return
    setattr(checked, name, lambda: None)
    try:
        yield
    finally:
        setattr(checked, name, asks)


@contextmanager
def spark_session(master: str | None, settings: Mapping[str, str]) -> Iterator[SparkSession]:
    """A session on a cluster, with what the cluster needs of this project; it ends with the block.

    Raises:
        Problem: ``national_no_master``, ``national_engine_failed``.
    """
    builder = SparkSession.builder.appName("xinjian national rate")
    for name, value in {**STARTING, **settings}.items():
        builder = builder.config(name, value)
    try:
        session = (builder if master is None else builder.master(master)).getOrCreate()
    except (PySparkException, Py4JJavaError) as error:
        code = "national_no_master" if "master URL" in str(error) else "national_engine_failed"
        raise Problem(code, fault=_reason(str(error))) from error
    try:
        with TemporaryDirectory() as folder:
            session.sparkContext.addPyFile(str(ship(Path(folder))))
            yield session
    finally:
        session.stop()
