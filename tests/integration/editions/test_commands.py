"""`xinjian edition` from a file to the law, as docs/editions.md walks through it."""

from __future__ import annotations

import re
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from service.cli import main
from service.platform import Database
from tests.integration.editions.test_adoption import CASES, HARSHER, RIVAL
from tests.integration.ratings import town

if TYPE_CHECKING:
    import pytest

PAGE = (Path(__file__).parents[3] / "docs" / "editions.md").read_text(encoding="utf-8")


def test_a_file_becomes_law_by_the_commands(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with closing(Database(database_url)) as database:
        town.found(database)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    file, cases = tmp_path / "new.toml", tmp_path / "cases.toml"
    file.write_text(re.sub("2026-07-01", "2999-07-01", HARSHER), "utf-8")
    cases.write_text(CASES.replace("2026", "2999"), "utf-8")

    def run(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, ["edition", *words])
        assert done.exit_code == code, done.output
        return done.output

    why = ("--reason", "试行")
    foreign = tmp_path / "gbk.toml"
    foreign.write_bytes(HARSHER.encode("gb18030"))
    assert "no UTF-8 from byte" in run("check", str(foreign), "--cases", str(cases), code=2)
    windows = tmp_path / "windows.toml"
    windows.write_bytes(RIVAL.replace("110000", "310000").replace("\n", "\r\n").encode())
    put = run("put", str(windows), "--reason", "种子").split()
    assert put[-1] == sha256(windows.read_bytes()).hexdigest(), "as the file has it"
    change = "-20 → -10, from 2999-07-01"
    assert change in run("diff", str(file), "--lang", "en")
    assert "holds: One fine" in run("check", str(file), "--cases", str(cases), "--lang", "en")
    said = run("propose", str(file), "--cases", str(cases), *why, "--as", "0101", "--lang", "en")
    number = said.splitlines()[-1].split()[0]
    assert change in run("show", number, "--lang", "en")
    assert run("proposals").split() == [number, "town.2026", "2999-07-01", "waiting"]
    run("approve", number, *why, "--as", "0101", code=1)
    assert run("approve", number, *why, "--as", "0202").split()[:2] == ["town.2026", "approved"]
    assert [line.split()[0] for line in run("list").splitlines()] == ["rival.2026", "town.2025", "town.2026"]
    begun = run("rerate").split()
    assert begun[1:5] == ["town.2026", "2999-07-01", "staging", "0/?"]
    run("rerate", begun[0], "--cancel", code=2)
    assert run("rerate", begun[0], "--cancel", *why, "--as", "0202").split()[3] == "cancelled"
    run("rerate", begun[0], "--cancel", *why, "--as", "0202", code=1)
    run("rerate", begun[0], "--cancel", "--restart", *why, "--as", "0202", code=2)
    again = run("rerate", begun[0], "--restart", *why, "--as", "0202").split()
    assert (int(again[0]) > int(begun[0]), again[3]) == (True, "staging")
    run("rerate", "9", code=1)
    assert run("withdraw", number, *why, "--as", "0101").split()[:2] == ["town.2026", "withdrawn"]
    listed = {line.split()[0]: line.split()[-1] for line in run("list").splitlines()}
    assert (listed["town.2025"], listed["town.2026"]) == ("in_force", "withdrawn")
    run("refuse", number, *why, "--as", "0202", code=1)


def test_the_page_names_every_command() -> None:
    named = set(re.findall(r"xinjian edition (\w+)", PAGE))
    assert {"diff", "check", "propose", "show", "approve", "rerate", "withdraw", "put", "list"} <= named
