"""Partners and notices from the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from service.cli.commands import main
from service.notices.webhooks import store
from service.notices.webhooks.fanning import fan_out, new_inbox
from tests.builders.entities import entered
from tests.builders.partners import ADMINISTRATOR, OPEN, tell
from tests.builders.receiving import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from service.platform import Database

    Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("WEBHOOK_NETWORKS", LOOPBACK)
    monkeypatch.setenv("ENCRYPTION_KEY", bytes(range(32)).hex())
    monkeypatch.delenv("REDIS_URL", raising=False)
    return lambda *words: CliRunner().invoke(main, list(words))


def written(folder: Path, said: object) -> str:
    file = folder / "said.json"
    file.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    return str(file)


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output.strip()


def test_a_partner_is_registered_given_up_and_told_again(run: Run, database: Database, tmp_path: Path) -> None:
    body = {"code": "credit", "name": "P", "url": "http://127.0.0.1:9/hook", "topics": [OPEN], "purpose": "tests"}
    first = said(run("webhook", "add", written(tmp_path, body)))
    assert first.startswith("whsec_")
    refused = run("webhook", "add", written(tmp_path, {**body, "url": "http://10.0.0.1/"}))
    assert (refused.exit_code, "webhook_address_forbidden" in refused.output) == (1, True)
    assert said(run("webhook", "rotate", "credit", "--overlap-hours", "1")) != first
    tell(database, "P1")
    fan_out(database, new_inbox())
    (due,) = store.turn(database, (), {"credit": 1}, ())
    long_ago = due._replace(since=due.since - timedelta(days=4))
    store.turn(database, [store.Ended(long_ago, due.since, "refused", 500, 1)], {}, ())
    assert f"{due.number}  {OPEN}  P1  1 × 500" in said(run("webhook", "dead", "credit"))
    assert "dead 1" in said(run("webhook", "list"))
    assert said(run("webhook", "redeliver", "credit", "--reason", "mended", "--message", str(due.number))) == "1"
    assert said(run("webhook", "dead", "credit")) == ""
    for step in ("pause", "resume", "end"):
        assert "Done" in said(run("webhook", step, "credit", "--reason", "x"))
    assert run("webhook", "pause", "credit", "--reason", "x").exit_code == 1


def test_a_notice_is_made_shown_printed_and_served(run: Run, database: Database, tmp_path: Path) -> None:
    entered(database, ADMINISTRATOR, "own:E1")
    facts = {"case": "R-1", "papers": ["承诺书"], "supply_by": "2030-01-01"}
    file = written(tmp_path, {"kind": "missing_papers", "entity": "own:E1", "facts": facts})
    number = said(run("notice", "make", file, "--as", "H1"))
    assert number in said(run("notice", "list", "--unserved"))
    assert "承诺书" in said(run("notice", "show", number, "--lang", "zh"))
    assert json.loads(said(run("notice", "show", number, "--json")))["facts"] == {**facts, "note": None, "after": None}
    pdf = tmp_path / "notice.pdf"
    said(run("notice", "show", number, "--pdf", str(pdf)))
    assert pdf.read_bytes().startswith(b"%PDF-")
    today = (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
    served = ("notice", "served", number, "--way", "mail", "--on", today, "--as", "H1")
    assert "notice_receipt_missing" in run(*served).output
    said(run(*served, "--failed", "moved"))
    assert number in said(run("notice", "list", "--unserved"))
    said(run(*served, "--recipient", "张某"))
    assert said(run("notice", "list", "--unserved")) == ""
