"""Who could have a record repaired now, or when, and what is missing: as pages, as CSV, by district, on the command."""

from __future__ import annotations

import csv
import io
import json
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner
from sqlalchemy import event

from service import insight
from service.cli.commands import main
from service.register.tables import Entity
from tests.builders.partners import rows
from tests.builders.repair_town import DECIDED, ELIGIBLE
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest
    from flask.testing import FlaskClient

    from service.platform import Database
    from tests.api.repairs.conftest import Town

LIST = "/v1/statistics/repairable"
PAID = date(2026, 3, 20)


def fined(place: Town, **said: Any) -> str:  # noqa: ANN401 - parts of an event
    """Another cinema with a fine; its key."""
    (number,) = town.people(place.database, 1)
    town.punish(place.database, number, **{"on": DECIDED, "severity": "general", **said})
    return town.key_of(place.database, number)


def person(place: Town) -> str:
    """A self-employed cinema with a fine that is paid."""
    key = fined(place, performed_on=PAID)
    with place.database.unit_of_work(town.OPERATOR) as uow:
        row = uow.session.query(Entity).filter_by(public_key=key).one()
        row.natural_person, row.body = True, {**row.body, "natural_person": True}
        uow.audit("test.person", key, {})
    return key


def told(client: FlaskClient, **asked: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401 - arguments of the query
    answer = client.get(LIST, query_string=asked)
    assert answer.status_code == 200, answer.json
    return {one["entity"]: one for one in answer.json["items"]}


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def keep(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", keep)
    yield sent
    event.remove(database.engine, "before_cursor_execute", keep)


def test_each_record_is_told_as_an_application_for_it_would_be(early: Town, caller: Callable[..., FlaskClient]) -> None:
    unpaid, self_employed = fined(early), person(early)
    gone = fined(early, performed_on=PAID, attributes={"penalty_kinds": "revocation"})
    found = told(early.handler)
    assert list(found) == sorted(found), "by key"
    first = found[early.key]
    assert (first["standing"], first["from_day"], first["missing"]) == ("waits", "2026-06-16", [])
    refused = early.apply()
    assert refused.json["code"] == "repair_not_yet_eligible"
    assert "2026-06-16" in refused.text, "the refusal names the same day"
    assert (found[unpaid]["standing"], found[unpaid]["missing"]) == ("to_do", ["performed_on"])
    assert (found[unpaid]["from_day"], found[unpaid]["waits_until"]) == (None, "2026-06-16")
    assert (found[gone]["standing"], found[gone]["from_day"], found[gone]["waits_until"]) == ("never", None, None)
    assert [one["standing"] for one in told(early.handler, on="2026-06-16").values()].count("now") == 2

    early.clock.advance(ELIGIBLE - early.clock.now())
    number = early.opened()
    now = told(early.handler, standing="now")
    assert {key: one["case"] for key, one in now.items()} == {early.key: number, self_employed: None}
    assert now[self_employed]["papers"] == ["commitment"]
    assert told(early.handler, region="110105") == {}
    assert told(early.handler, region="110000", standing="now") == now
    asked = "SELECT DISTINCT subject FROM query_log WHERE purpose = 'outreach'"
    assert rows(early.database, asked) == [(self_employed,)], "who is a person is noted before the answer"

    assert told(caller("auditor", authority="bj-culture-110105")) == {}
    for query, code in {
        "authority=bj-culture-110105": "out_of_scope",
        "region=999999": "entity_region_unknown",
        "standing=soon": "invalid_query",
    }.items():
        for form in ("", ".csv", "-by-district"):
            assert early.handler.get(f"{LIST}{form}?{query}").json["code"] == code, (form, query)
    assert caller("auditor").get(f"{LIST}?authority=nowhere").json["code"] == "entity_authority_unknown"
    assert caller("partner").get(LIST).json["code"] == "forbidden"


def test_many_are_read_in_one_pass_and_told_in_pages_as_csv_and_by_district(
    place: Town, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    with place.database.reader() as session, counted(place.database) as few:
        assert len(list(insight.outreach(session, town.OPERATOR, insight.Outreach(), now=ELIGIBLE))) == 1
    keys = sorted([place.key, *(fined(place, performed_on=PAID) for _ in range(30))])
    with place.database.reader() as session, counted(place.database) as many:
        found = list(insight.outreach(session, town.OPERATOR, insight.Outreach(), now=ELIGIBLE))
    assert (len(found), len(many) <= len(few)) == (31, True), "no more statements for thirty than for one"
    town.punish(place.database, place.entity_id, on=DECIDED, performed_on=PAID)

    listed: list[tuple[str, int]] = []
    url = f"{LIST}?limit=7"
    while url:
        page = place.handler.get(url)
        listed += [(one["entity"], one["record"]) for one in page.json["items"]]
        url = page.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert len(listed) == len(set(listed)) == 32
    assert {key for key, _ in listed} == set(keys)
    text = place.handler.get(f"{LIST}.csv").get_data(as_text=True).removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [(one["entity"], int(one["record"])) for one in lines] == listed
    assert {one["standing"] for one in lines} == {"now"}
    districts = place.handler.get(f"{LIST}-by-district").json["items"]
    assert districts == [{"region": town.REGION, "now": 32, "waits": 0, "to_do": 0, "never": 0, "no_law": 0}]

    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    said = CliRunner().invoke(main, ["repair", "outreach", "--region", "110000"])
    assert said.exit_code == 0, said.output
    again = list(csv.DictReader(io.StringIO(said.output.removeprefix("\ufeff"))))
    assert [(one["record"], one["standing"]) for one in again] == [(one["record"], "now") for one in lines]
    said = CliRunner().invoke(main, ["repair", "outreach", "--by", "2026-06-15"])
    assert said.output.splitlines() == ["\ufeff" + ",".join(insight.OUTREACH_COLUMNS)]
    said = CliRunner().invoke(main, ["repair", "outreach", "--by-district"])
    assert json.loads(said.output) == districts
