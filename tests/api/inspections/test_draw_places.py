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
