"""On a real cluster of two workers the ratings are, byte for byte, those of one machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from hashlib import sha256
from threading import Thread
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.cluster import SETTINGS, Cluster, environment
from service.national import spark as rating_on_spark
from service.national.local import LocalEngine
from service.national.rating import Engine, rate_evidence
from service.national.spark import SparkEngine, spark_session
from service.platform import Problem
from tests.spark import city

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyspark.sql import SparkSession

QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""The seconds of a test go into starting: what would be fast after minutes is not made."""
HERE = {
    **SETTINGS,
    "spark.driver.extraJavaOptions": QUICK,
    "spark.executor.extraJavaOptions": QUICK,
    "spark.executor.memory": "600m",
    "spark.driver.memory": "600m",
    "spark.sql.codegen.wholeStage": "false",
}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    started = Cluster(tmp_path_factory.mktemp("cluster"), QUICK)
    try:
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="module")
def session(cluster: Cluster) -> Iterator[SparkSession]:
    with pytest.MonkeyPatch.context() as patched:
        for name, value in environment().items():
            patched.setenv(name, value)
        with spark_session(cluster.master, HERE) as opened:
            yield opened


@pytest.fixture(scope="module")
def expected(evidence: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one machine writes."""
    return rated(LocalEngine(str(evidence), 2), tmp_path_factory.mktemp("local") / "out")


def rated(engine: Engine, out: Path) -> dict[str, bytes]:
    rate_evidence(engine=engine, editions=city.editions(), as_of=None, out=out)
    return read(out)


def read(folder: Path) -> dict[str, bytes]:
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_the_bytes_are_those_of_one_machine(
    session: SparkSession, evidence: Path, expected: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rated(SparkEngine(session, evidence.as_uri()), tmp_path / "whole") == expected
    monkeypatch.setattr(rating_on_spark, "FILES_AT_ONCE", 20)
    assert rated(SparkEngine(session, str(evidence)), tmp_path / "in jobs") == expected


def test_the_manifest_binds_the_files_together(expected: dict[str, bytes]) -> None:
    said = json.loads(expected["manifest.json"])
    files = {one["name"]: one for region in said["regions"].values() for one in region["files"]}
    assert files.keys() | {"manifest.json"} == expected.keys()
    for name, one in files.items():
        assert (one["bytes"], one["sha256"]) == (len(expected[name]), sha256(expected[name]).hexdigest())
    assert [one["id"] for one in said["editions"]] == ["bj-culture.2022", "bj-culture.2026"]
    for kind in city.KINDS:
        rows = [row for row in everybody(expected) if row["kind"] == kind]
        counts = said["kinds"][kind]
        assert counts["entities"] == len(rows) == city.EACH * len(city.REGIONS)
        assert counts["total_hundredths"] == sum(row["total"] or 0 for row in rows)
        for what in ("state", "grade", "tier"):
            words = [row[what] for row in rows if row[what] is not None]
            assert {each: words.count(each) for each in set(words)} == {
                name.removeprefix(f"{what}:"): count for name, count in counts.items() if name.startswith(f"{what}:")
            }


def everybody(files: dict[str, bytes]) -> list[dict[str, Any]]:
    named = sorted(name for name in files if name.endswith(".parquet"))
    return [row for name in named for row in pq.read_table(pa.BufferReader(files[name])).to_pylist()]


def test_a_sample_is_rated_as_explain_does(expected: dict[str, bytes]) -> None:
    found = {row["entity"]: row for row in everybody(expected)}
    for region in city.REGIONS:
        for kind in city.KINDS:
            for key, verdict in city.explained(region, kind, range(0, city.EACH, 50), city.AS_OF).items():
                assert {name: found[key][name] for name in verdict} == verdict, key
    assert {row["edition"] for row in found.values()} == {"bj-culture.2026"}


def test_the_process_that_rates_knows_law_and_arrow_and_no_pandas(session: SparkSession) -> None:
    def modules(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for _ in batches:
            yield pa.RecordBatch.from_pydict(
                {"name": sorted(sys.modules), "file": [_from(each) for each in sorted(sys.modules)]}
            )

    def _from(name: str) -> str:
        return str(getattr(sys.modules[name], "__file__", ""))

    with rating_on_spark.without_pandas():
        rows = session.range(1).mapInArrow(modules, "name string, file string").collect()
    found = {row.name: row.file for row in rows}
    assert "xinjian.zip" in found["service.national.partition"]  # the process has rated, with what was shipped
    assert "xinjian.zip" in found["scoring.rating.columnar.engine"]
    assert not {"pandas", "service.platform", "sqlalchemy"} & found.keys()


@pytest.mark.parametrize("fault", ["missing", "cut", "schema"])
def test_a_faulty_partition_is_told_and_nothing_is_written(session: SparkSession, tmp_path: Path, fault: str) -> None:
    small = city.written(tmp_path / "evidence", each=20)
    file = small / "region=110105" / "part-00000.parquet"
    codes = {"missing": "partition_missing", "cut": "partition_damaged", "schema": "schema_differs"}
    if fault == "missing":
        file.unlink()
    elif fault == "cut":
        file.write_bytes(file.read_bytes()[:-1])
    else:
        pq.write_table(pq.read_table(file).drop_columns(["tie"]), file)
        sign_again(small, file)
    for engine in (SparkEngine(session, str(small)), LocalEngine(str(small), 2)):
        with pytest.raises(Problem) as refused:
            rated(engine, tmp_path / "out")
        assert refused.value.code == f"national_{codes[fault]}"
        assert "part-00000.parquet" in refused.value.text("en").detail
        assert [each.name for each in tmp_path.iterdir()] == ["evidence"]


def sign_again(folder: Path, file: Path) -> None:
    """The manifest says of the file what it now is."""
    said = json.loads((folder / "manifest.json").read_bytes())
    for one in said["regions"][file.parent.name.removeprefix("region=")]["files"]:
        one["sha256"] = sha256(file.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(said))


def test_an_object_store_without_its_connector_is_told(session: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        rated(SparkEngine(session, "s3://bucket/evidence"), tmp_path / "out")
    assert (refused.value.code, refused.value.params["scheme"]) == ("national_no_connector", "s3a")
    assert list(tmp_path.iterdir()) == []


def test_what_fails_in_the_cluster_is_told(
    session: SparkSession, evidence: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(_batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        raise ArithmeticError("no such luck")

    monkeypatch.setattr(rating_on_spark, "_work", lambda _asked: work)
    with pytest.raises(Problem) as refused:
        rated(SparkEngine(session, str(evidence)), tmp_path / "out")
    assert (refused.value.code, refused.value.params["fault"]) == (
        "national_engine_failed",
        "ArithmeticError: no such luck",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_is_killed_changes_nothing(
    cluster: Cluster, session: SparkSession, evidence: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    found: dict[str, bytes] = {}
    work = Thread(target=lambda: found.update(rated(SparkEngine(session, str(evidence)), tmp_path / "out")))
    work.start()
    stage = stage_under_way(session, work)
    cluster.kill_a_worker()
    work.join()
    seen = session.sparkContext.statusTracker().getStageInfo(stage)
    assert seen is not None
    assert seen.numFailedTasks > 0, "it was at work when it was killed"
    assert found == expected


def stage_under_way(session: SparkSession, work: Thread) -> int:
    """The stage that rates, as soon as one of its tasks is done and two are not; another comes before it."""
    tracker = session.sparkContext.statusTracker()
    while work.is_alive():
        for stage in tracker.getActiveStageIds():
            seen = tracker.getStageInfo(stage)
            listing = seen is not None and seen.name.startswith("load ")  # Spark looks which files there are
            if seen is not None and not listing and 0 < seen.numCompletedTasks <= seen.numTasks - 2:
                return int(stage)
        time.sleep(0.01)
    raise AssertionError("the job was over before it was seen")


def test_from_the_command_line(
    cluster: Cluster, session: SparkSession, evidence: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    session.stop()  # the cluster has two cores, which are now free
    cluster.mend()
    files = [tmp_path / "first.toml", tmp_path / "second.toml"]
    for file, text in zip(files, (city.FIRST, city.SECOND), strict=True):
        file.write_text(text, encoding="utf-8")
    program = [sys.executable, "-m", "service.cli", "national", "rate", "--events", evidence.as_uri()]
    asked = [f"--edition={file}" for file in files] + [f"--conf={name}={value}" for name, value in HERE.items()]
    ran = subprocess.run(
        [*program, *asked, "--out", str(tmp_path / "out"), "--master", cluster.master],
        env={**os.environ, **environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert read(tmp_path / "out") == expected
    assert json.loads(ran.stdout) == json.loads(expected["manifest.json"])["kinds"]
