"""Anyone asks whether an entity was in the frame of a draw and what became of it: once the draw was opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from service.inspections import draws
from service.platform import FixedClock
from tests.builders import draw_life, drawing

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from service.platform import Database, web
    from tests.builders.fillings import Filling


@pytest.fixture
def filling() -> Filling:
    return drawing.standing


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


def opened(database: Database, **said: Any) -> str:  # noqa: ANN401 fields of the task
    number = draw_life.prepared(database, **said)
    draw_life.dispatched(database, number)
    draw_life.act(database, draws.attest, drawing.CUSTODIAN, draw=number, custodian="AU-01")
    draw_life.act(database, draws.open_draw, draw=number)
    return number


def test_each_row_of_the_public_file_is_told_to_whoever_asks_for_it(
    assembly: web.Assembly, anonymous: FlaskClient
) -> None:
    number = opened(assembly.database)
    file = anonymous.get(f"/v1/draws/{number}/transcript").json["parts"][0]
    drawn = {code for code, *_ in file["drawn"]}
    ranks = {code: rank for _, rank, code, *_ in file["reserves"]}
    assert drawn
    assert ranks
    for code, _, stratum, *_ in file["frame"]:
        (told,) = anonymous.get(f"/v1/draws/{number}/rows/{code}").json["items"]
        became = "drawn" if code in drawn else "reserve" if code in ranks else "not_drawn"
        assert (told["stratum"], told["became"], told["rank"]) == (stratum, became, ranks.get(code))
        assert told["visited"] == (code in drawn)
    key = draw_life.key_of(assembly.database, number, min(drawn))
    assert anonymous.get(f"/v1/draws/{number}/rows/{key}").json["items"][0]["code"] == min(drawn)
    for wrong in ("91110000600037341L", "own:nobody"):
        assert anonymous.get(f"/v1/draws/{number}/rows/{wrong}").json["code"] == "draw_code_unknown"


def test_nothing_is_told_before_the_opening_or_where_the_rows_stay_closed(
    assembly: web.Assembly, anonymous: FlaskClient
) -> None:
    number = draw_life.prepared(assembly.database)
    early = anonymous.get(f"/v1/draws/{number}/rows/X-1")
    assert (early.status_code, early.json["code"]) == (409, "draw_not_opened")
    assert anonymous.get("/v1/draws/110101-2023-99999/rows/X-1").json["code"] == "draw_not_found"


def test_a_draw_with_closed_rows_tells_of_none(assembly: web.Assembly, anonymous: FlaskClient) -> None:
    custodians = [{"id": "AU-01", "organisation": "市审计局"}, {"id": "AU-02", "organisation": "市司法局"}]
    number = opened(assembly.database, rows="none", custodians=custodians)
    closed = anonymous.get(f"/v1/draws/{number}/rows/X-1")
    assert (closed.status_code, closed.json["code"]) == (409, "draw_rows_not_open")


def order_of(client: FlaskClient, number: str, **asked: str) -> dict[str, Any]:
    """A stratum with every place of it, page after page."""
    place, found = f"/v1/draws/{number}/order", {}
    query: dict[str, str] | None = {**asked, "limit": "3"}
    while place:
        answer = client.get(place, query_string=query)
        assert answer.status_code == 200, answer.json
        found = {**answer.json, "items": [*found.get("items", []), *answer.json["items"]]}
        place, query = answer.headers.get("Link", "").partition(">")[0].removeprefix("<"), None
    return found


def test_the_order_of_a_stratum_is_told_ticket_by_ticket(assembly: web.Assembly, anonymous: FlaskClient) -> None:
    number = opened(assembly.database)
    file = anonymous.get(f"/v1/draws/{number}/transcript").json["parts"][0]
    found = order_of(anonymous, number)
    for stratum in found["strata"]:
        told = order_of(anonymous, number, stratum=stratum["stratum"])
        ranks = {code: rank for name, rank, code, *_ in file["reserves"] if name == stratum["stratum"]}
        assert [one["place"] for one in told["items"]] == [*range(1, stratum["size"] + 1)]
        assert [one["became"] for one in told["items"]].count("drawn") == stratum["draw"]
        assert {one["code"]: one["rank"] for one in told["items"] if one["rank"]} == ranks
        tickets = [int(one["ticket"], 16) for one in told["items"]]
        assert tickets == sorted(tickets), "equal chances: the lowest are drawn, the next are the reserves"
        for one in told["items"]:
            assert one["now"] == {"drawn": "visited", "reserve": "waiting", "not_drawn": "none"}[one["became"]]
    assert any(ranks for ranks in (one["reserves"] for one in found["strata"]))
    unknown = anonymous.get(f"/v1/draws/{number}/order", query_string={"stratum": "Z"})
    assert (unknown.status_code, unknown.json["code"]) == (404, "draw_stratum_unknown")


def test_the_order_tells_who_was_replaced_and_which_step_of_the_ladder_was_taken(
    assembly: web.Assembly, anonymous: FlaskClient
) -> None:
    database, name = assembly.database, "never_inspected"
    number = draw_life.prepared(database)
    draw_life.dispatched(database, number)
    part = draw_life.full(database, number)["parts"][0]
    stratum_of = {row[0]: row[2] for row in part["frame"]}
    gone = next(code for (code,) in part["drawn"] if stratum_of[code] == name)
    first, second = [code for stratum, _, code in part["reserves"] if stratum == name][:2]
    for kind, subject, reason in (("replace", gone, "unreachable"), ("extend", name, "step")):
        event = {"kind": kind, "part": "P1", "subject": subject, "reason": reason, "seat": 0}
        said = {"draw": number, "event": {**event, "evidence": drawing.EVIDENCE}}
        proposal = draw_life.act(database, draws.propose_event, **said)
        decided = {"draw": number, "proposal": proposal, "approved": True}
        draw_life.act(database, draws.decide_event, drawing.APPROVER, **decided)
    draw_life.act(database, draws.attest, drawing.CUSTODIAN, draw=number, custodian="AU-01")
    draw_life.act(database, draws.open_draw, draw=number)
    told = order_of(anonymous, number, stratum=name)
    by_code = {one["code"]: (one["now"], one["replaces"], one["step"]) for one in told["items"]}
    assert by_code[gone] == ("replaced", None, None)
    assert by_code[first] == ("visited", gone, None)
    assert by_code[second] == ("visited", None, 1)
    assert next(one for one in told["strata"] if one["stratum"] == name)["taken"] == 1


def test_no_order_is_told_before_the_opening(assembly: web.Assembly, anonymous: FlaskClient) -> None:
    number = draw_life.prepared(assembly.database)
    early = anonymous.get(f"/v1/draws/{number}/order")
    assert (early.status_code, early.json["code"]) == (409, "draw_not_opened")
