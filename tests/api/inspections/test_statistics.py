"""Statistics of a year over HTTP, out of a real draw and its visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from service.platform import FixedClock
from tests.api.inspections.test_draws import done, refused
from tests.builders import drawing, visited
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

    Caller = Callable[..., FlaskClient]

YEAR = {"year": 2023, "authority": drawing.HERE}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


@pytest.fixture
def auditor(caller: Caller) -> FlaskClient:
    return caller("auditor", authority=drawing.HERE)


@pytest.fixture
def bad(assembly: web.Assembly) -> list[str]:
    """Keys of the four cinemas of the district that are in tier D."""
    ids = visited.district(assembly.database, 40, fined=4)
    return [town.key_of(assembly.database, number) for number in ids[:4]]


@pytest.fixture
def draw(assembly: web.Assembly, bad: list[str]) -> str:
    """All of tier D and eight of the 36 others are drawn, in two strata."""
    assert bad
    return visited.sent_out(assembly.database)


def asked(client: FlaskClient, place: str, **said: Any) -> Any:  # noqa: ANN401 the answer's own
    return done(client.get(f"/v1/statistics/{place}", query_string={**YEAR, **said}))


def test_the_rate_of_the_frame_is_told_from_the_visits_of_a_draw(
    assembly: web.Assembly, auditor: FlaskClient, caller: Caller, bad: list[str], draw: str
) -> None:
    before = asked(auditor, "findings")
    assert (before["draws"], before["drawn"], before["answered"]) == ([draw], 12, 0)
    assert (before["rates"][0]["rate"], before["silent"]) == (None, 40)

    others = iter([visited.PROBLEM, visited.NO_PROBLEM, visited.NO_PROBLEM, visited.NO_PROBLEM, visited.UNREACHABLE])
    visited.visited(assembly.database, draw, lambda key: visited.PROBLEM if key in bad else next(others, None))
    told = asked(auditor, "findings")
    assert (told["answered"], told["silent"], told["year"], told["on"]) == (9, 0, 2023, "2023-09-05")
    rates = {(one["dimension"], one["group"]): one for one in told["rates"]}
    whole = rates["all", "all"]
    # Five of 36 answered: each stands for 7.2; four of them could be inspected, one had a problem. All of D were seen.
    assert whole["rate"] == pytest.approx((4 + 7.2) / (4 + 4 * 7.2), rel=1e-5)
    assert (whole["inspected"], whole["found"]) == (8, 5)
    assert whole["entities"] == pytest.approx(32.8)
    assert whole["low"] < whole["rate"] < whole["high"]
    assert (rates["tier", "D"]["rate"], rates["tier", "D"]["low"], rates["tier", "A"]["rate"]) == (1, 1, 0.25)
    assert told["others"] == []
    refused(auditor.get("/v1/statistics/findings?authority=bj-culture-110105"), "out_of_scope")
    refused(auditor.get("/v1/statistics/findings?year=2024"), "statistics_year_to_come")
    refused(caller("inspector").get("/v1/statistics/findings"), "forbidden")
    refused(caller("auditor").get("/v1/statistics/findings?authority=nowhere"), "entity_authority_unknown")
