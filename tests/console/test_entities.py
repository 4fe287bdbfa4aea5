"""The first page, and an entity found and explained: what a member of staff sees of a rated cinema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.platform import job_actor, seal
from service.ratings import drain
from tests.builders.entities import entered
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform import web
    from tests.console.conftest import Browser


@pytest.fixture
def cinema(assembly: web.Assembly) -> str:
    """One cinema with one fine, rated: its key."""
    town.found(assembly.database)
    (number,) = town.people(assembly.database, 1)
    town.punish(assembly.database, number)
    drain(database=assembly.database)
    return town.key_of(assembly.database, number)


def test_the_first_page_counts_the_tiers(staff: Callable[..., Browser], cinema: str) -> None:
    page = staff("handler").get("/console/")
    assert page.status_code == 200
    assert "等级分布" in page.text
    assert "tier-D" in page.text
    assert cinema not in page.text  # nothing about it is due


def test_an_entity_that_nobody_rated_yet_is_found_without_a_tier(
    staff: Callable[..., Browser], cinema: str, assembly: web.Assembly
) -> None:
    (number,) = town.people(assembly.database, 1)
    page = staff("handler").get("/console/entities")
    assert page.status_code == 200
    for key in (cinema, town.key_of(assembly.database, number)):
        assert f'href="/console/entities/{key}"' in page.text


def test_an_entity_is_found_by_its_code_and_leads_to_its_page(staff: Callable[..., Browser], cinema: str) -> None:
    page = staff("handler").get("/console/entities", q=cinema)
    assert f'href="/console/entities/{cinema}"' in page.text
    assert "tier-D" in page.text


def test_live_search_is_answered_with_the_results_alone(staff: Callable[..., Browser], cinema: str) -> None:
    signed_in = staff("handler")
    signed_in.headers["HX-Request"] = "true"
    page = signed_in.get("/console/entities", q=cinema)
    assert cinema in page.text
    assert "<html" not in page.text


def test_a_search_that_finds_nobody_says_what_to_do(staff: Callable[..., Browser], cinema: str) -> None:
    assert "没有符合条件的监管对象" in staff("handler").get("/console/entities", q="没有这一家").text
    assert cinema


def test_what_no_name_has_is_looked_for_in_addresses(
    staff: Callable[..., Browser], assembly: web.Assembly, cinema: str
) -> None:
    entered(assembly.database, job_actor("tests"), "own:E7", name="示例书店", address="建国路12号")
    found = staff("handler").get("/console/entities", q="建國路")
    assert 'href="/console/entities/own:E7"' in found.text
    assert "以下是地址符合的" in found.text
    by_name = staff("approver").get("/console/entities", q="书店")
    assert "建国路12号" in by_name.text
    assert "以下是地址符合的" not in by_name.text
    assert "没有符合条件的监管对象" in staff("auditor").get("/console/entities", q="书店", address="长安街").text
    assert "建国路12号" in staff("inspector").get("/console/entities/own:E7").text
    assert cinema not in found.text


@pytest.mark.parametrize(("language", "start"), [("zh", "起评分"), ("en", "Starts with")])
def test_a_tier_is_explained_to_the_last_point(
    staff: Callable[..., Browser], cinema: str, language: str, start: str
) -> None:
    page = staff("handler", language=language).get(f"/console/entities/{cinema}")
    assert page.status_code == 200
    assert start in page.text
    assert 'data-points="-2000"' in page.text
    assert "tier large tier-D" in page.text


def test_a_past_day_is_shown_with_its_clock_and_a_wrong_one_is_told(staff: Callable[..., Browser], cinema: str) -> None:
    signed_in = staff("handler")
    past = signed_in.get(f"/console/entities/{cinema}", as_of="2026-05-01")
    assert 'value="2026-05-01"' in past.text
    wrong = signed_in.get(f"/console/entities/{cinema}", as_of="2026-13-01")
    assert wrong.status_code == 422
    assert "as_of" in wrong.text


def test_who_may_not_see_an_entity_is_told_so_on_a_page(staff: Callable[..., Browser], cinema: str) -> None:
    page = staff("handler", regions=["110118"]).get(f"/console/entities/{cinema}")
    assert page.status_code in {403, 404}
    assert "<h1>" in page.text


def test_the_hour_of_a_look_back_is_that_of_who_looks(
    staff: Callable[..., Browser], cinema: str, assembly: web.Assembly
) -> None:
    seal(assembly.database)
    handler = staff("handler", authority=town.AUTHORITY)
    shown = handler.get(f"/console/entities/{cinema}", known_at="2026-06-01T12:00:00")
    assert (shown.status_code, 'type="datetime-local"' in shown.text) == (200, True)
    assert 'value="2026-06-01T12:00:00"' in shown.text
    assert handler.get(f"/console/entities/{cinema}", known_at="2026-06-01T12:00:00Z").status_code == 409, "8 h later"
    assert handler.get(f"/console/entities/{cinema}", known_at="noon").status_code == 422
