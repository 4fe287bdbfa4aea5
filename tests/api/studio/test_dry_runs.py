"""Dry runs over HTTP: what is counted of a town that one can count by hand, who is shown it, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.platform import seal
from service.ratings import put_edition_in_force
from service.studio.dry_run import schemas
from service.studio.stock import build_stock
from tests.integration.editions.test_adoption import CASES, HARSHER
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient

    from service.platform import web

    Caller = Callable[..., FlaskClient]

RUNS = "/v1/dry-runs"
BOUND, FINE = "/rating/grade/0/at_least", "/rating/event/0/points"
LENIENT = town.EDITION.replace("at_least = 90", "at_least = 80")
CHEAP = town.EDITION.replace("2020-01-01", "2020-01-01\nforce_to = 2026-02-01").replace("points = -20", "points = -5")
OFFER = {"text": HARSHER, "cases": CASES, "reason": "太严"}


def cells(found: dict[str, Any]) -> dict[tuple[str | None, str | None], int]:
    return {(one["before"], one["after"]): one["entities"] for one in found["tiers"]}


@pytest.mark.usefixtures("stocked")
def test_a_run_is_kept_with_everyone_who_moves_and_why(caller: Caller) -> None:
    editor = caller("rulebook_editor")
    made = editor.post(RUNS, json={"text": LENIENT})
    said = made.get_json()
    cinema = said["kinds"]["cinema"]
    assert schemas.DryRunSchema().validate(said) == {}
    assert (made.status_code, said["day"], said["replaces"]) == (201, "2026-06-01", ["town.2025"])
    assert (cells(cinema), cinema["moved"], cinema["better"]) == ({("A", "A"): 4, ("D", "A"): 2, ("D", "D"): 1}, 2, 2)
    by = {name: {one["value"]: cells(one) for one in found} for name, found in cinema["by"].items()}
    assert by["region"] == {"110101": {("A", "A"): 4, ("D", "A"): 1, ("D", "D"): 1}, "110102": {("D", "A"): 1}}
    assert by["attribute:employees"]["10–99"] == {("D", "A"): 1}
    assert by["attribute:employees"]["<10"] == {("A", "A"): 1}
    near = {one["from"]: (one["before"], one["after"]) for one in cinema["distances"]}
    assert {place: pair for place, pair in near.items() if any(pair)} == {"-10.00": (2, 0), "0.00": (0, 2)}
    assert editor.get(made.headers["Location"]).get_json() == said
    found = editor.get(f"{made.headers['Location']}/entities", headers={"Accept-Language": "en"}).get_json()["items"]
    assert schemas.DryRunEntitiesSchema().validate({"items": found}) == {}
    assert [(one["name"][:1], one["region"], one["margin"]) for one in found] == [
        ("示", "110101", "0.00"),
        ("张", "110102", "0.00"),
    ]
    assert found[1]["name"] == "张**"
    for one in found:
        assert [one[side]["tier"] for side in ("before", "after")] == ["D", "A"]
        assert [one[side]["explanation"]["edition_digest"] for side in ("before", "after")][1] == said["edition_digest"]
        assert "Credit grade: D." in one["before"]["told"]
        assert "Credit grade: A." in one["after"]["told"]
    page = editor.get(f"{made.headers['Location']}.html", headers={"Accept-Language": "en"})
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    shown = page.get_data(as_text=True)
    assert all(
        part in shown for part in (said["stock_digest"], "Clause 2: ", "<title>From tier to tier</title>", ">2</text>")
    )
    assert "<script" not in shown
    lines = editor.get(f"{made.headers['Location']}.csv").get_data(as_text=True).split("\r\n")
    assert lines[1:4] == ["cinema,whole,,tier,A,A,4", "cinema,whole,,tier,D,A,2", "cinema,whole,,tier,D,D,1"]


@pytest.mark.usefixtures("stocked")
def test_entities_come_in_pages_and_as_they_are_asked_for(caller: Caller) -> None:
    editor = caller("approver")
    editor.post(RUNS, json={"text": LENIENT, "within": 21})
    here = f"{RUNS}/1/entities"

    def numbers(**query: str) -> list[int]:
        return [one["n"] for one in editor.get(here, query_string=query).get_json()["items"]]

    assert numbers() == [1, 7]
    assert numbers(near="true") == [1, 2, 3, 4, 5, 6, 7]
    assert numbers(near="true", from_tier="D", to_tier="D") == [2]
    assert (numbers(region="110100"), numbers(region="110102"), numbers(region="310000")) == ([1, 7], [7], [])
    assert (numbers(kind="cinema", authority=town.AUTHORITY), numbers(kind="net_cafe")) == ([1, 7], [])
    assert numbers(to_tier="-") == []
    sheet = editor.get(f"{here}.csv", query_string={"region": "110102"}).get_data(as_text=True).split("\r\n")
    key = editor.get(here, query_string={"region": "110102"}).get_json()["items"][0]["entity"]
    assert sheet[1:] == [f"{key},cinema,110102,{town.AUTHORITY},D,A,D,A,80.00,80.00,0.00", ""]
    below = editor.get(f"{here}.csv", query_string={"near": "true", "from_tier": "D", "to_tier": "D"})
    assert below.get_data(as_text=True).split("\r\n")[1].endswith(",60.00,60.00,-20.00")
    first = editor.get(here, query_string={"limit": "1"})
    following = editor.get(first.headers["Link"].split(">")[0][1:])
    assert [one["n"] for page in (first, following) for one in page.get_json()["items"]] == [1, 7]
    assert "Link" not in following.headers


@pytest.mark.usefixtures("stocked")
def test_changed_clauses_are_tried_alone_and_left_out(caller: Caller) -> None:
    editor = caller("rulebook_editor")

    def causes(points: str, bound: str) -> dict[str, Any]:
        changes = [{"place": FINE, "value": points}, {"place": BOUND, "value": bound}]
        said: dict[str, Any] = editor.post(RUNS, json={"edition": "town.2025", "changes": changes}).get_json()["causes"]
        found = {one["clause"]: (one["alone"], one["without"]) for one in said["clauses"]}
        return {**found, **{name: said[name] for name in ("moved", "unexplained", "by_succession")}}

    # each undoes the other: three would rise by the fine alone, none does
    assert causes("-5", "96") == {"1": (3, 0), "2": (0, 3), "moved": 0, "unexplained": 0, "by_succession": 0}
    # neither does it alone: 85 points are reached by a fine of 15 and a bound of 85
    assert causes("-15", "85") == {"1": (0, 2), "2": (0, 2), "moved": 2, "unexplained": 2, "by_succession": 0}


@pytest.mark.parametrize("law", [CHEAP])
@pytest.mark.usefixtures("stocked")
def test_what_the_succession_moves_is_no_clauses_doing(assembly: web.Assembly, caller: Caller) -> None:
    """Fines of January cost five points, those of February and later twenty: were that law to begin in January, …."""
    later = town.EDITION.replace('id = "town.2025"', 'id = "town.2026"\npredecessor = "town.2025"')
    dear = later.replace("2020-01-01", "2026-02-01")
    with assembly.database.unit_of_work(town.OPERATOR) as uow:
        put_edition_in_force(uow=uow, words=dear, reason="test")
    sooner = dear.replace("town.2026", "town.2027").replace("2026-02-01", "2026-01-01")
    lower = sooner.replace("at_least = 90", "at_least = 89")
    said = caller("rulebook_editor").post(RUNS, json={"text": lower}).get_json()["causes"]
    assert (said["edition"], said["moved"], said["by_succession"], said["unexplained"]) == ("town.2026", 1, 1, 0)
    assert [(one["clause"], one["alone"], one["without"]) for one in said["clauses"]] == [("2", 0, 0)]


@pytest.mark.usefixtures("stocked")
def test_a_number_is_changed_and_nothing_is_kept(caller: Caller, anonymous: FlaskClient) -> None:
    editor = caller("rulebook_editor")
    stated = {one["place"]: one for one in anonymous.get("/v1/editions/town.2025/numbers").get_json()["items"]}
    assert (stated[BOUND]["written"], stated[BOUND]["clause"], stated[FINE]["written"]) == ("90", "2", "-20")
    assert stated[BOUND]["told"]["en"] == "rating, grade A (A), at least"
    assert schemas.EditionNumberSchema(many=True).validate(list(stated.values())) == {}
    for bound, expected in (("80", {("D", "A"): 2, ("D", "D"): 1}), ("60", {("D", "A"): 3}), ("90", {("D", "D"): 3})):
        tried = editor.post(
            f"{RUNS}/trial", json={"edition": "town.2025", "changes": [{"place": BOUND, "value": bound}]}
        )
        assert schemas.DryRunFoundSchema().validate(tried.get_json()) == {}
        assert cells(tried.get_json()["kinds"]["cinema"]) == {("A", "A"): 4, **expected}
    wrong = editor.post(f"{RUNS}/trial", json={"edition": "town.2025", "changes": [{"place": "/rating", "value": "1"}]})
    assert (wrong.status_code, wrong.get_json()["errors"][0]["pointer"]) == (422, "/rating")
    assert editor.get(RUNS).get_json() == {"items": []}


@pytest.mark.usefixtures("stocked")
def test_runs_of_a_proposal_are_attached_to_it_and_compared(assembly: web.Assembly, caller: Caller) -> None:
    editor, approver = caller("rulebook_editor"), caller("approver")
    proposal = editor.post("/v1/edition-proposals", json=OFFER).get_json()["proposal"]
    assert approver.get(RUNS, query_string={"proposal": proposal}).get_json() == {"items": []}
    first = editor.post(RUNS, json={"proposal": proposal}).get_json()
    second = editor.post(RUNS, json={"text": LENIENT, "day": first["day"]}).get_json()
    attached = approver.get(RUNS, query_string={"proposal": proposal}).get_json()["items"]
    assert [(one["run"], one["edition"], one["day"]) for one in attached] == [(first["run"], "town.2026", "2026-07-01")]
    told = approver.get(f"{RUNS}/{first['run']}/against/{second['run']}").get_json()
    assert schemas.DryRunComparisonSchema().validate(told) == {}
    assert told["comparable"] is True
    one, other = (cells(each["kinds"]["cinema"]) for each in (first, second))
    assert (
        {(cell["before"], cell["after"]): (cell["run"], cell["against"]) for cell in told["kinds"]["cinema"]["tiers"]}
        == {
            cell: (one.get(cell, 0), other.get(cell, 0))
            for cell in {*one, *other}
            if one.get(cell, 0) != other.get(cell, 0)
        }
        != {}
    )
    with assembly.database.reader() as session:
        actions = session.execute(text("SELECT count(*) FROM audit WHERE action = 'dry_run.kept'")).scalar_one()
    assert actions == 2


@pytest.mark.usefixtures("stocked")
def test_a_narrow_scope_tries_its_own_and_sees_no_wider_run(caller: Caller) -> None:
    wide, narrow = caller("rulebook_editor"), caller("rulebook_editor", regions=("110102",))
    assert wide.post(RUNS, json={"text": LENIENT}).status_code == 201
    own = narrow.post(RUNS, json={"text": LENIENT}).get_json()
    assert (cells(own["kinds"]["cinema"]), own["regions"]) == ({("D", "A"): 1}, ["110102"])
    pages = [wide.get(f"{RUNS}/{run}.html", headers={"Accept-Language": "en"}).get_data(as_text=True) for run in (1, 2)]
    assert ["<dt>Tried on</dt><dd>Xicheng</dd>" in page for page in pages] == [False, True]
    assert [one["run"] for one in narrow.get(RUNS).get_json()["items"]] == [2]
    assert [one["run"] for one in wide.get(RUNS).get_json()["items"]] == [2, 1]
    assert [one["run"] for one in wide.get(RUNS, query_string={"limit": "1"}).get_json()["items"]] == [2]
    hidden = [narrow.get(f"{RUNS}/1{part}") for part in ("", ".csv", "/entities", "/entities.csv", "/against/2")]
    assert [one.get_json()["code"] for one in hidden] == ["dry_run_not_found"] * 5
    assert [one["region"] for one in narrow.get(f"{RUNS}/2/entities").get_json()["items"]] == ["110102"]
    assert caller("handler").post(RUNS, json={"text": LENIENT}).status_code == 403
    assert caller("auditor").post(f"{RUNS}/trial", json={"text": LENIENT}).status_code == 403


@pytest.mark.usefixtures("stocked")
def test_a_proposal_is_tried_by_those_who_may_read_it(caller: Caller) -> None:
    proposal = caller("rulebook_editor").post("/v1/edition-proposals", json=OFFER).get_json()["proposal"]
    here, beside = (caller("rulebook_editor", regions=(region,)) for region in ("110102", "310000"))
    assert cells(here.post(RUNS, json={"proposal": proposal}).get_json()["kinds"]["cinema"]) == {("D", "A"): 1}
    for address in (RUNS, f"{RUNS}/trial"):
        answer = beside.post(address, json={"proposal": proposal})
        assert (answer.status_code, answer.get_json()["code"]) == (404, "edition_proposal_not_found")


@pytest.mark.usefixtures("stocked")
def test_who_tries_an_edition_on_a_day_that_is_not_its_own_is_told_so(caller: Caller) -> None:
    editor = caller("rulebook_editor")

    def refused(words: str, day: str) -> dict[str, Any]:
        said: dict[str, Any] = editor.post(RUNS, json={"text": words, "day": day}).get_json()
        return said

    early = refused(HARSHER, "2026-06-30")
    assert (early["code"], early["pointer"]) == ("dry_run_not_in_force", "/day")
    assert "2026-07-01 –" in early["detail"]
    ending = LENIENT.replace("force_from = 2020-01-01", "force_from = 2020-01-01\nforce_to = 2026-07-01")
    assert refused(ending, "2026-07-01")["code"] == "dry_run_not_in_force"
    assert "kinds" in refused(ending, "2026-06-30")


def test_an_older_stock_is_chosen_by_its_position_or_by_the_day(
    assembly: web.Assembly, stocked: Path, caller: Caller
) -> None:
    editor = caller("rulebook_editor")
    first = editor.get("/v1/stocks").get_json()["items"][0]
    town.punish(assembly.database, town.ids(assembly.database)[3])
    seal(assembly.database)
    build_stock(database=assembly.database, folder=stocked, keep=2)
    kept = editor.get("/v1/stocks").get_json()["items"]
    assert kept[1] == first
    asked: list[dict[str, Any]] = [{}, {"position": first["position"]}]
    tried = [editor.post(f"{RUNS}/trial", json={"text": LENIENT, **each}).get_json() for each in asked]
    assert [one["position"] for one in tried] == [kept[0]["position"], first["position"]]
    assert [cells(one["kinds"]["cinema"])["D", "A"] for one in tried] == [3, 2]
    refused = [
        editor.post(f"{RUNS}/trial", json={"text": LENIENT, **asked}).get_json()["code"]
        for asked in ({"position": 10**6}, {"day": "2026-05-31"})
    ]
    assert refused == ["stock_not_kept", "dry_run_before_stock"]


@pytest.mark.usefixtures("stocked")
def test_what_cannot_be_tried_is_refused(assembly: web.Assembly, caller: Caller) -> None:
    editor = caller("rulebook_editor")

    def code(**asked: object) -> tuple[int, str]:
        answer = editor.post(RUNS, json=asked)
        return answer.status_code, answer.get_json()["code"]

    assert code() == code(text=LENIENT, edition="town.2025") == (422, "dry_run_one_text")
    assert code(text=LENIENT, changes=[{"place": BOUND, "value": "1"}]) == (422, "dry_run_one_text")
    assert code(text="id = 1") == (422, "edition_invalid")
    words = {"text": LENIENT.replace("base = 100", 'base = "many"')}
    faulty = editor.post(RUNS, json=words, headers={"Accept-Language": "en"}).get_json()
    assert faulty["detail"] == "The text of edition town.2025 has 1 fault(s); nothing was changed."
    assert [one["pointer"] for one in faulty["errors"]] == ["/rating/base"]
    assert code(proposal=7) == (404, "edition_proposal_not_found")
    assert code(edition="nowhere") == (404, "edition_unknown")
    with assembly.database.reader() as session:
        person = editor.get("/v1/whoami").get_json()
        held = "SELECT pg_advisory_xact_lock(hashtextextended('dry_run.' || :person, 0))"
        session.execute(text(held), {"person": f"token:{person['id']}"})
        assert code(text=LENIENT) == (409, "dry_run_under_way")
        assert caller("approver").post(RUNS, json={"text": LENIENT}).status_code == 201
    assert editor.post(RUNS, json={"text": LENIENT}).status_code == 201


def test_without_a_folder_of_stocks_there_is_nothing_to_try_on(assembly: web.Assembly, caller: Caller) -> None:
    town.found(assembly.database)
    answer = caller("rulebook_editor").post(RUNS, json={"text": LENIENT})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "stock_no_folder")
    assert caller("auditor").get("/v1/stocks").get_json() == {"items": []}
