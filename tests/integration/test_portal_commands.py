"""Codes, replies and open data from the command line, each act in the name of a person."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from service.accounts import enter_with_code
from service.cli.commands import main
from service.platform import Actor, Database, Role
from service.repairs.replies.usecases import say
from tests.builders import repair_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.builders.repair_town import Fined

    Run = Callable[..., Result]

BY = ("--as", "LI")


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def cinema(database: Database) -> Fined:
    return repair_town.fined(database)


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output.strip()


def entered(database: Database, output: str) -> str:
    """Enter with the code that a command printed; the secret of the browser."""
    code = output.splitlines()[0]
    assert re.fullmatch(r"([2-9A-Z]{4}-){3}[2-9A-Z]{4}", code)
    return enter_with_code(database, code=code, agent="tests", address="192.0.2.1")


def test_a_code_is_issued_listed_without_being_told_again_and_ended(
    run: Run, database: Database, cinema: Fined, tmp_path: Path
) -> None:
    first = said(run("code", "issue", cinema.key, "--identified", "营业执照原件", *BY))
    letter = re.search(r"letter: (N-\S+)", first)
    assert letter is not None
    assert "LI" in said(run("notice", "show", letter[1], "--lang", "zh"))
    own = run("notice", "served", letter[1], "--way", "electronic", "--on", "2026-01-01", *BY)
    assert (own.exit_code, "notice_own_code" in own.output) == (1, True)
    assert entered(database, first)
    assert "notice_carries_no_code" in run("code", "with-notice", letter[1], *BY).output
    file = tmp_path / "notice.json"
    facts = {"decision_no": "京文执罚〔2026〕12 号", "decided_on": "2026-05-20", "content": "罚款"}
    file.write_text(json.dumps({"kind": "repair_notice", "entity": cinema.key, "facts": facts}), "utf-8")
    notice = said(run("notice", "make", file, *BY))
    second = said(run("code", "with-notice", notice, *BY))
    told = said(run("code", "list", cinema.key))
    lines = told.splitlines()
    assert [line.split()[2] for line in lines] == ["standing", "used"]
    assert notice in lines[0]
    assert "营业执照原件" in lines[1]
    assert not {first.splitlines()[0], second.splitlines()[0]} & set(told.split())
    assert said(run("code", "end", cinema.key, lines[0].split()[0], *BY))
    assert said(run("code", "list", cinema.key)).splitlines()[0].split()[2] == "ended"
    assert "visitor_code_unknown" in run("code", "end", cinema.key, "nothing", *BY).output
    assert "entity_not_found" in run("code", "list", "own:nobody").output
    assert run("code", "issue", cinema.key, *BY).exit_code == 2


def test_a_reply_is_listed_refused_on_a_ground_and_another_one_let_through(
    run: Run, database: Database, cinema: Fined
) -> None:
    day = database.clock.now().date().isoformat()
    said(run("publicity", "act", cinema.record, "publish", "--place", "site", "--on", day, *BY))
    one = reply(database, cinema, "第一句\n第二句")
    listed = said(run("reply", "list"))
    assert listed.startswith(f"{one}  ")
    assert "    第二句" in listed
    assert "insult" in said(run("reply", "grounds", "--lang", "en"))
    opinion = run("reply", "refuse", one, "--ground", "opinion", "--reason", "不同意", *BY)
    assert (opinion.exit_code, "reply_ground" in opinion.output) == (1, True)
    said(run("reply", "refuse", one, "--ground", "insult", "--reason", "辱骂", *BY))
    assert said(run("reply", "list")) == ""
    two = reply(database, cinema, "另写一份")
    said(run("reply", "accept", two, *BY))
    assert "reply_done" in run("reply", "accept", two, *BY).output
    assert said(run("reply", "list", "--json")) == "[]"


def reply(database: Database, cinema: Fined, words: str) -> int:
    speaker = Actor("token", "cinema", Role.ENTITY, subject=cinema.key)
    with database.unit_of_work(speaker) as uow:
        return say(uow, about="record", reference=str(cinema.record), said=words)


def test_open_data_is_built_when_something_changed_and_listed(run: Run, cinema: Fined) -> None:
    assert cinema
    assert "none was built" in said(run("open-data", "list"))
    assert "built" in said(run("open-data", "build"))
    assert "nothing has changed" in said(run("open-data", "build"))
    head, *files = said(run("open-data", "list")).splitlines()
    assert re.search(r"sha256:[0-9a-f]{64}", head)
    assert any("records.csv" in line for line in files)
