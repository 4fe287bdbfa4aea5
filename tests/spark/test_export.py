"""The stock of a town as Parquet: rated, it says under the public keys what the heads say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from scoring.edition import parse
from scoring.kernel.points import format_points
from service import register
from service.cli.commands import main
from service.national.exporting import export_stock
from service.national.local import LocalEngine
from service.national.rating import rate_evidence
from service.platform import Database, FixedClock, Problem, seal
from service.studio.stock import build_stock, newest_stock
from tests.integration.ratings import town
from tests.integration.studio.test_stock_of_a_town import NOW, TO_PARENT, heads, populate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, clock=FixedClock(NOW))
    try:
        yield opened
    finally:
        opened.close()


@pytest.mark.parametrize("together", [False, True], ids=["separate", "to_parent"])
def test_rated_from_parquet_as_the_heads_say(database: Database, tmp_path: Path, *, together: bool) -> None:
    text = TO_PARENT if together else town.EDITION
    populate(database, edition=text)
    build_stock(database=database, folder=tmp_path / "stock", keep=1)
    with database.reader() as session:
        stock = newest_stock(tmp_path / "stock")
        for joined in (False, True):
            out = tmp_path / f"evidence-{joined}"
            export_stock(session=session, stock=stock, out=out, with_branches=joined, entities_a_file=2)
    engine = LocalEngine(str(tmp_path / f"evidence-{together}"), 1)
    found = rate_evidence(engine=engine, editions=[parse(text)], as_of=None, out=tmp_path / "out")
    assert rows(tmp_path / "out") == expected(database)
    assert json.loads(found.manifest)["evidence"]["position"] == stock.position
    other = LocalEngine(str(tmp_path / f"evidence-{not together}"), 1)
    with pytest.raises(Problem) as refused:
        rate_evidence(engine=other, editions=[parse(text)], as_of=None, out=tmp_path / "other")
    assert refused.value.code == "national_branches"


def rows(folder: Path) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """By region, key and kind what was rated."""
    return {
        (file.parent.name, row["entity"], row["kind"]): (
            row["state"],
            None if row["total"] is None else format_points(row["total"]),
            row["grade"],
            row["tier"],
        )
        for file in folder.rglob("*.parquet")
        for row in pq.read_table(file).to_pylist()
    }


def expected(database: Database) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """The heads of the cinemas: the edition rates no other kind."""
    said = heads(database)
    with database.reader() as session:
        facts = register.facts(session, sorted({entity for entity, _ in said}), position=None)
    return {
        (f"region={facts[entity].region}", facts[entity].key, kind): standing
        for (entity, kind), standing in said.items()
        if kind == "cinema"
    }


def test_from_the_command_line(
    database: Database, database_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "STOCK_FOLDER": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    town.found(database)
    town.people(database, 3)
    seal(database)
    build_stock(database=database, folder=tmp_path, keep=1)
    asked = ["national", "export", "--out", (tmp_path / ".out").as_uri()]
    answer = CliRunner().invoke(main, asked)
    assert answer.exit_code == 0, answer.stderr
    said = json.loads((tmp_path / ".out" / "manifest.json").read_bytes())
    assert json.loads(answer.stdout) == {"position": said["position"], "day": said["day"], "kinds": ["cinema"]}
    assert sum(one["entities"] for region in said["regions"].values() for one in region["files"]) == 3
    assert "national_out_exists" in CliRunner().invoke(main, asked).stderr
