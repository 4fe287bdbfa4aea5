"""The sheet of double publicity, what is refused of it, and comparisons with recipients."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from service.accounts import issue_token
from service.cli.publishing import publicity_command
from service.platform import Role
from service.register import registered_scope
from tests.builders import publishing
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient

    from service.platform import Database, web
    from tests.builders.fillings import Filling

ASKED = {"since": "2026-05-01", "until": "2026-05-31"}
WHOLE = {
    "decision_no": "示例罚字〔2026〕1号",
    "violation_kind": "示例",
    "facts": "示例事实",
    "basis": "示例条款",
    "penalty_kinds": "warning fine",
    "penalty_content": "罚款",
}


@pytest.fixture
def filling() -> Filling:
    return publishing.standing


@pytest.fixture
def database(assembly: web.Assembly) -> Database:
    return assembly.database


@pytest.fixture
def handler(database: Database, caller: Callable[..., FlaskClient]) -> FlaskClient:
    assert database
    return caller("handler", authority=town.AUTHORITY)


def registered(database: Database, key: str, **changes: object) -> int:
    """A cinema under a key of its own."""
    with database.unit_of_work(town.OPERATOR) as uow:
        number = town.entity(uow.session, audit_id=uow.audit("test.registered", key, {}), **changes)
        body = f'{{"key": "{key}"}}'
        statement = "UPDATE entity SET public_key = :key, body = body || CAST(:body AS jsonb) WHERE id = :id"
        uow.session.execute(text(statement), {"key": key, "body": body, "id": number})
    return number


def punished(database: Database, entity: int, **attributes: str) -> int:
    said = {"severity": "general", "attributes": WHOLE | attributes}
    return town.punish(database, entity, on=date(2026, 5, 25), **said)


def sheet(client: FlaskClient) -> list[dict[str, str]]:
    answer = client.get("/v1/double-publicity.csv", query_string=ASKED)
    assert answer.status_code == 200, answer.json
    return list(csv.DictReader(StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def test_the_sheet_holds_what_the_law_shows_and_is_without_fault(handler: FlaskClient, database: Database) -> None:
    firm = registered(database, "uscc:91110000600037341L", name="示例影院甲")
    single = registered(database, "uscc:92110105MA00000000", name="示例影院乙")
    person = registered(database, "own:P-1", name="张三丰", natural_person=True)
    events = [punished(database, one, legal_representative="李四") for one in (firm, single, person)]
    punished(database, firm, procedure="summary")
    punished(database, firm, secret="yes")
    misnamed = punished(database, firm, counterpart_name="示例影院甲 ")
    unsaid = punished(database, firm, facts="")
    town.punish(database, firm, on=date(2026, 4, 30), severity="general", attributes=WHOLE)
    rows = sheet(handler)
    names = ("行政相对人名称", "行政相对人类别", "统一社会信用代码", "法定代表人", "失信程度")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("示例影院甲", "法人及非法人组织", "91110000600037341L", "李四", "一般"),
        ("示例影院乙", "个体工商户", "92110105MA00000000", "李四", "一般"),
        ("张**", "自然人", "", "", "一般"),
    ]
    assert {row["处罚类别"] for row in rows} == {"警告、罚款"}
    assert {row["处罚决定日期"] for row in rows} == {"2026-05-25"}
    assert {row["处罚机关"] for row in rows} == {"北京市东城区文化市场综合执法大队"}
    told = handler.get("/v1/double-publicity", query_string=ASKED, headers={"Accept-Language": "en"}).json
    assert told["good"] == len(events)
    found = {one["event"]: [(fault["code"], fault["pointer"]) for fault in one["errors"]] for one in told["refused"]}
    assert found == {
        misnamed: [("publication_name_differs", "/name")],
        unsaid: [("publication_field_missing", "/facts")],
    }
    assert "1001" in told["refused"][0]["errors"][0]["detail"]


def test_a_sheet_needs_two_days_in_order_and_holds_the_callers_scope(
    handler: FlaskClient, caller: Callable[..., FlaskClient], database: Database
) -> None:
    firm = registered(database, "uscc:91110000600037341L")
    punished(database, firm)
    assert len(sheet(handler)) == 1
    assert sheet(caller("handler", authority="bj-culture-110105")) == []
    reversed_days = {"since": ASKED["until"], "until": ASKED["since"]}
    refused = handler.get("/v1/double-publicity", query_string=reversed_days).json
    assert refused["errors"][0]["code"] == "publication_days_reversed"


def test_what_a_recipient_shows_is_held_against_what_it_should(
    handler: FlaskClient, caller: Callable[..., FlaskClient], database: Database
) -> None:
    firm = town.people(database, 1)[0]
    kept, gone, annulled, never, elsewhere = (punished(database, firm) for _ in range(5))

    def act(event: int, what: str, place: str = "credit-platform", **said: str) -> None:
        body = {"act": what, "place": place, "done_on": "2026-06-01", **said}
        assert handler.post(f"/v1/events/{event}/publication-acts", json=body).status_code == 201

    for event in (kept, gone, annulled):
        act(event, "publish")
    act(elsewhere, "publish", "site")
    act(gone, "withdraw", reason="double")
    publishing.act(database, annulled, "annulment", date(2026, 6, 1), reason="review")
    partner = caller("partner", places=["credit-platform"])

    def compared(*events: int) -> Any:  # noqa: ANN401 - an answer
        body = {"place": "credit-platform", "compared_on": "2026-06-01", "events": events}
        answer = partner.post("/v1/publication-comparisons", json=body)
        assert answer.status_code == 201, answer.json
        return answer.json

    told = compared(gone, annulled, never, elsewhere, 10**9)
    assert told["missing"] == [kept]
    assert {one["event"]: one["why"] for one in told["surplus"]} == {
        gone: "taken_down",
        annulled: "annulled",
        never: "never_published_there",
        elsewhere: "never_published_there",
        10**9: "unknown_in_scope",
    }
    assert (compared(kept)["missing"], compared(kept)["surplus"]) == ([], [])
    listed = handler.get("/v1/publication-comparisons?place=credit-platform&limit=1")
    assert listed.json["items"][0]["missing"] == [kept]
    assert "next" in listed.headers["Link"]


def test_the_command_line_shows_lists_records_and_exports(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    firm = registered(database, "uscc:91110000600037341L")
    event, file = punished(database, firm), tmp_path / "sheet.csv"

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(publicity_command, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    assert '"state": "due"' in run("show", "91110000600037341L", "--as-of", "2026-06-01")
    assert '"duty": "publish"' in run("worklist")
    assert run("recipients").strip() == "[]"
    with database.unit_of_work(town.OPERATOR) as uow:
        issue_token(uow=uow, registered=registered_scope, role=Role.PARTNER, label="p", places=("site",))
    assert '"place": "site"' in run("recipients")
    made = run("act", str(event), "publish", "--place", "site", "--on", "2026-06-01", "--as", "7")
    assert made.strip().isdigit()
    assert run("export", "--since", "2026-05-01", "--until", "2026-05-31", "--to", str(file)).strip() == "1 / 1"
    assert "91110000600037341L" in file.read_text("utf-8")
