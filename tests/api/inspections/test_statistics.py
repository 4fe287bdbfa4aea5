"""Statistics of a year over HTTP, out of a real draw and its visits."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from click.testing import CliRunner

from service import insight
from service.accounts import open_account
from service.app import create_app
from service.bootstrap import assemble
from service.cli.commands import main
from service.platform import Database, FixedClock, Role, Settings, last_position, seal
from service.register import registered_scope
from service.studio.backtest.outcomes import outcomes_of
from tests.api.inspections.test_draws import done, refused
from tests.builders import drawing, visited
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    Caller = Callable[..., FlaskClient]

YEAR = {"year": 2023, "authority": drawing.HERE}
DECEMBER = datetime(2023, 12, 20, 4, tzinfo=UTC)


class World(NamedTuple):
    """A district, its draw, and the keys of the cinemas that were in tier D when it was drawn.

    All of tier D and eight of the 36 others are drawn, in two strata. Those of D are visited, each with a problem; of
    the others one with a problem, three without, one cannot be met, three are not visited.
    """

    url: str
    draw: str
    bad: list[str]
    before: insight.Findings


@pytest.fixture(scope="module")
def world(new_database: Callable[[], str]) -> World:
    url = new_database()
    database = Database(url, clock=FixedClock(drawing.at(drawing.FREEZING)))
    ids = visited.district(database, 40, fined=4)
    bad = [town.key_of(database, number) for number in ids[:4]]
    draw = visited.sent_out(database)
    with database.reader() as session:
        year = insight.asked(session, town.OPERATOR, authority=drawing.HERE, year=None, now=database.clock.now())
        before = insight.findings_of(session, year)
    others = iter([visited.PROBLEM, *[visited.NO_PROBLEM] * 3, visited.UNREACHABLE])
    visited.visited(database, draw, lambda key: visited.PROBLEM if key in bad else next(others, None))
    database.close()
    return World(url, draw, bad, before)


@pytest.fixture
def database_url(world: World) -> str:
    return world.url


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(visited.VISIT_DAY)


@pytest.fixture
def auditor(caller: Caller) -> FlaskClient:
    return caller("auditor", authority=drawing.HERE)


def asked(client: FlaskClient, place: str, **said: Any) -> Any:  # noqa: ANN401 the answer's own
    return done(client.get(f"/v1/statistics/{place}", query_string={**YEAR, **said}))


def opened_account(world: World, person: str) -> str:
    """The id of a new account of an inspector."""
    database = Database(world.url, clock=FixedClock(visited.VISIT_DAY))
    with database.unit_of_work(town.OPERATOR) as uow:
        scope = {"authority": drawing.HERE, "person": person}
        made = open_account(
            uow=uow, registered=registered_scope, login=person, name=person, role=Role.INSPECTOR, **scope
        )
    database.close()
    return made.id


def signed_in(world: World, account: str) -> None:
    """What signing in leaves in the ledger."""
    database = Database(world.url, clock=FixedClock(visited.VISIT_DAY))
    with database.unit_of_work(town.OPERATOR) as uow:
        uow.audit("accounts.signed_in", f"account:{account}", {})
    database.close()


def test_the_rate_of_the_frame_is_told_from_the_visits_of_a_draw(world: World, auditor: FlaskClient) -> None:
    before = world.before
    assert (before.draws, before.drawn, before.answered, before.silent) == ([world.draw], 12, 0, 40)
    assert before.rates["all", "all"].rate is None

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


def test_a_back_test_reads_the_same_visits_each_with_its_chance(world: World) -> None:
    database = Database(world.url, clock=FixedClock(visited.VISIT_DAY))
    seal(database)
    with database.reader() as session:
        told = outcomes_of(session, position=last_position(session))
        never = outcomes_of(session, position=0)
    database.close()
    # All four of D were seen; of the others eight of 36 were drawn, four of whom could be inspected.
    assert sorted(zip(told.probability.tolist(), told.found.tolist(), strict=True)) == [
        *((8 / 36, False),) * 3, (8 / 36, True), *((1.0, True),) * 4,
    ]  # fmt: skip
    assert sorted(told.drawn.tolist()) == [4, 8]
    assert sorted(told.visits.weight.tolist()) == pytest.approx([1] * 4 + [9] * 4)
    assert set(told.day.tolist()) == {visited.VISIT_DAY.date().toordinal()}
    assert len(set(told.entity.tolist())) == 8
    assert len(never.day) == 0


@pytest.mark.parametrize("year", [999, 3000])
def test_a_year_of_which_no_day_is_kept_is_refused_alike_here_and_by_the_program(
    auditor: FlaskClient, database_url: str, monkeypatch: pytest.MonkeyPatch, year: int
) -> None:
    told = auditor.get(f"/v1/statistics/findings?year={year}", headers={"Accept-Language": "en"}).json
    assert (told["code"], told["pointer"]) == ("day_out_of_years", "/year")
    monkeypatch.setenv("DATABASE_URL", database_url)
    done = CliRunner().invoke(main, ["statistics", "findings", "--year", str(year)])
    assert (done.exit_code, told["detail"] in done.output) == (1, True)


def test_questions_that_cannot_be_asked(auditor: FlaskClient, caller: Caller) -> None:
    refused(auditor.get("/v1/statistics/findings?authority=bj-culture-110105"), "out_of_scope")
    refused(auditor.get("/v1/statistics/findings?year=2024"), "statistics_year_to_come")
    refused(auditor.get("/v1/statistics/unvisited?year=2023"), "invalid_query")
    refused(auditor.get("/v1/statistics/unvisited?tier=D&cursor=x"), "invalid_cursor")
    refused(caller("inspector").get("/v1/statistics/findings"), "forbidden")
    refused(caller("auditor").get("/v1/statistics/key-figures?authority=nowhere"), "entity_authority_unknown")


def test_coverage_counts_the_tiers_of_the_day_and_lists_who_was_left_out(
    world: World, auditor: FlaskClient, caller: Caller
) -> None:
    told = asked(auditor, "coverage")
    tiers = {one["tier"]: one for one in told["tiers"]}
    assert {tier: (one["entities"], one["inspected"], one["never"]) for tier, one in tiers.items()} == {
        "A": (35, 3, 32),
        "D": (5, 5, 0),
    }, "the cinema at which something was found has fallen to D"
    assert (tiers["A"]["not_inspected"], tiers["A"]["rate"], tiers["D"]["rate"]) == (
        32,
        pytest.approx(3 / 35, rel=1e-5),
        1,
    )
    assert (told["out"], told["on"]) == (0, "2023-09-05")
    last_year = {one["tier"]: one["inspected"] for one in asked(auditor, "coverage", year=2022)["tiers"]}
    assert last_year == {"A": 4}, "all four were inspected that year and fined in the next"

    listed: list[dict[str, Any]] = []
    place = f"/v1/statistics/unvisited?year=2023&authority={drawing.HERE}&tier=A&limit=20"
    while place:
        page = auditor.get(place)
        listed += done(page)["items"]
        place = page.headers.get("Link", "").partition(">")[0].removeprefix("<")
    keys = [one["entity"] for one in listed]
    assert (len(keys), len(set(keys)), keys == sorted(keys), set(keys) & set(world.bad)) == (32, 32, True, set())
    assert (listed[0]["kinds"], listed[0]["last_inspected_on"]) == (["cinema"], None)
    lines = auditor.get("/v1/statistics/unvisited.csv?year=2023&tier=A").get_data(as_text=True).splitlines()
    assert lines[0] == "\ufeffentity,name,tier,kinds,authority,region,last_inspected_on"
    assert [line.split(",")[0] for line in lines[1:]] == keys
    assert asked(caller("auditor"), "coverage", authority="bj-culture-110105")["tiers"] == []
    assert (
        done(caller("auditor", authority=drawing.HERE, regions=("110105",)).get("/v1/statistics/coverage"))["tiers"]
        == []
    )


def test_key_figures_show_what_stands_above_and_below_the_line(
    world: World, auditor: FlaskClient, caller: Caller
) -> None:
    caller("inspector", authority=drawing.HERE, person="DC-01")
    elsewhere = {"source": "old", "source_ref": "1", "entity": world.bad[0], "type": "routine", "held_on": "2023-02-01"}
    done(caller("handler", authority=drawing.HERE).post("/v1/occasions", json=elsewhere), 201)
    now = counts(asked(auditor, "key-figures"))
    assert now["item_entry"][0] == now["item_entry"][1] > 0, "the list that ships"
    owed = (
        "事项编码,事项名称,监管部门,设定依据,生效日期,失效日期\n"
        f"CINEMA-1,电影院检查,{drawing.ABOVE},电影产业促进法|第四条,2022-01-01,\n"
        f"CINEMA-9,放映许可检查,{drawing.ABOVE},,2022-01-01,\n"
        f"CINEMA-8,已取消,{drawing.ABOVE},,2020-01-01,2021-01-01\n"
    )
    place = "/v1/imports/owed-items?format=csv"
    above = caller("handler", authority=drawing.ABOVE)
    report = done(above.post(place, data=owed.encode(), content_type="application/octet-stream"))
    assert (report["state"], report["created"]) == ("stored", 3)
    refused = caller("handler", authority=drawing.HERE).post(
        place, data=owed.encode(), content_type="application/octet-stream"
    )
    assert refused.json["refused"] == 3, "the list of the authority above is not the district's to write"
    assert len(done(auditor.get("/v1/owed-items?on=2023-09-01"))["items"]) == 2
    assert counts(asked(auditor, "key-figures"))["item_entry"] == (1, 2), "one of two that are owed is entered"
    assert (now["mobile_accounts"], now["mobile_use"]) == ((0, 6), (9, 10)), "a token is no account"
    account = opened_account(world, "DC-01")
    assert counts(asked(auditor, "key-figures"))["mobile_accounts"] == (0, 6), "an account that nobody uses"
    signed_in(world, account)
    assert counts(asked(auditor, "key-figures"))["mobile_accounts"] == (1, 6)
    assert (now["completion"], now["publication"], now["correction"]) == ((0, 0), (0, 0), (0, 0)), "nothing is due yet"

    built = assemble(Settings(database_url=world.url), clock=FixedClock(DECEMBER))
    client = create_app(built).test_client()
    client.environ_base.update(auditor.environ_base)
    told = done(client.get("/v1/statistics/key-figures", query_string=YEAR, headers={"Accept-Language": "en"}))
    built.notes.close()
    built.database.close()
    later = counts(told)
    assert (later["completion"], later["publication"], later["correction"]) == ((9, 12), (0, 9), (0, 5))
    (completion,) = [one for one in told["figures"] if one["code"] == "completion"]
    assert (completion["rate"], completion["target"], completion["reached"]) == (0.75, 1, False)
    assert completion["denominator_is"].startswith("Targets of draws whose deadline is over")


def test_scores_about_thresholds_are_for_approvers_and_auditors(auditor: FlaskClient, caller: Caller) -> None:
    told = asked(auditor, "thresholds")
    assert (told["items"][0]["inspector"], told["items"][0]["scores"]) == (None, 8), "all but the one that was not met"
    assert sum(one["scores"] for one in told["items"][1:]) == 16, "each counts for both who were there"
    assert {one["verdict"] for one in told["items"]} == {"too_few"}
    assert (told["items"][0]["told"], told["warnings"]) == ("临界值附近的分数过少，无法检验。", [])
    lines = auditor.get("/v1/statistics/thresholds.csv?year=2023").get_data(as_text=True).splitlines()
    assert lines[0].startswith("\ufeffinspector,scores,just_short")
    assert len(lines) == len(told["items"]) + 1
    refused(caller("handler").get("/v1/statistics/thresholds"), "forbidden")


def test_the_same_is_told_on_the_command_line(
    world: World, auditor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", world.url)
    monkeypatch.delenv("REDIS_URL", raising=False)

    def run(*words: str) -> str:
        result = CliRunner().invoke(main, ["statistics", *words])
        assert result.exit_code == 0, result.output
        return result.output

    year = ("--year", "2023", "--authority", drawing.HERE)
    assert json.loads(run("findings", *year))["rates"] == asked(auditor, "findings")["rates"]
    told = json.loads(run("coverage", *year))
    assert (told["on"], sum(one["entities"] for one in told["tiers"])) == ("2023-12-31", 40)
    assert (
        len(json.loads(run("unvisited", "A", *year))) == len(run("unvisited", "A", "--csv", *year).splitlines()) - 1 > 0
    )
    assert len(json.loads(run("key-figures", *year))["figures"]) == 6
    assert json.loads(run("thresholds", *year))["items"][0]["scores"] == 8
    assert run("thresholds", "--csv", *year).startswith("\ufeffinspector,")
    fairness = json.loads(run("fairness", world.draw, "--seeds", "99", "--lang", "en"))
    assert (fairness["parts"][0]["seeds"], fairness["warnings"]) == (99, [])
    shown = fairness["parts"][0]["seeds_show"]
    assert (shown["least_p"], "p cannot come below 0.01, which is not 0.001" in shown["told"]) == (0.01, True)
    assert "With 1000 seeds or more" in shown["told"]
    assert run("fairness", world.draw, "--seeds", "9", "--csv").startswith("\ufeffpart,dimension,group")
    missing = CliRunner().invoke(main, ["statistics", "fairness", "0"])
    assert (missing.exit_code, "draw_not_found" in missing.output) == (1, True)


def counts(told: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {one["code"]: (one["numerator"], one["denominator"]) for one in told["figures"]}
