"""Files of inspectors and items from the command line: the worked example of the page, refused and mended."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from service import register
from service.cli.commands import main
from service.platform import Database
from tests.builders.inspecting import item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Run = Callable[..., Result]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "register.md"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    return lambda *words: CliRunner().invoke(main, ["import", *words])


def told(result: Result) -> dict[str, Any]:
    """The report, printed after what is said while it is made."""
    assert result.stdout, result.output
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found


def example() -> str:
    (found,) = re.findall(r"```\n(人员编码.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(found)


def test_the_example_of_the_page_is_checked_refused_mended_and_stored(
    run: Run, database: Database, tmp_path: Path
) -> None:
    file, errors = tmp_path / "roster.csv", tmp_path / "errors.csv"
    file.write_text(example(), "utf-8")
    checked = run("inspectors", str(file), "--dry-run", "--errors", str(errors), "--json")
    assert checked.exit_code == 1
    report = told(checked)
    assert (report["state"], report["created"], report["refused"]) == ("checked", 2, 1)
    (remark,) = report["remarks"]
    assert (remark["row"], remark["pointer"], remark["code"]) == (4, "/authority", "entity_authority_unknown")
    assert remark["zh"] != remark["en"]
    assert errors.read_text("utf-8-sig").splitlines()[1].startswith("4,/authority,entity_authority_unknown,")
    plain = run("inspectors", str(file))
    assert (plain.exit_code, "state: refused" in plain.output) == (1, True)
    assert "4 /authority entity_authority_unknown" in plain.output
    with database.reader() as session:
        assert not register.inspectors(session)
    good = told(run("inspectors", str(file), "--keep", "good", "--json"))
    assert (good["state"], good["created"], good["refused"]) == ("stored", 2, 1)
    file.write_text(example().replace("1101O5", "110105"), "utf-8")
    assert told(run("inspectors", str(file), "--json"))["created"] == 1
    assert told(run("inspectors", str(file), "--json"))["unchanged"] == 3
    with database.reader() as session:
        assert [row.skills for row in register.inspectors(session)] == [("fire", "leader"), (), ()]


def test_items_are_read_from_lines_of_json(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "items.ndjson"
    rows = [item("ITEM-8"), item("ITEM-9", kinds=["nothing"])]
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    refused = run("items", str(file), "--json")
    assert [(one["row"], one["pointer"]) for one in told(refused)["remarks"]] == [(2, "/kinds/0")]
    file.write_text(json.dumps(rows[0]), "utf-8")
    assert told(run("items", str(file), "--json"))["created"] == 1
    unknown = run("items", str(tmp_path / "items.pdf"))
    assert unknown.exit_code == 2


def test_a_name_that_tells_no_format_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "roster.txt"
    file.write_text("code\n", "utf-8")
    refused = run("inspectors", str(file))
    assert (refused.exit_code, ".xlsx" in refused.output) == (2, True)
