"""Studies over HTTP: asked for, worked off, read, cancelled; one at a time of each person."""

from __future__ import annotations

import tracemalloc
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text as sql

from service.bootstrap import assemble
from service.platform import Settings, seal
from service.studio.runs import left_lying, work_off
from service.studio.runs.working import MOST_TRIES
from service.studio.stock import build_stock
from tests.api.at_once import at_once
from tests.api.conftest import NOW
from tests.builders.fillings import filled
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from service.platform import Database, FixedClock, web
    from tests.builders.fillings import Filling

SENSITIVITY, MONOTONE = "/v1/studies/sensitivity", "/v1/studies/monotone"
REWARDING = (
    town.EDITION.replace('"town.2025"', '"town.draft"')
    + """
[[rating.outcome]]
clause = "2"
reason = "between"
text = { zh = "五十至七十分为甲", en = "From fifty to seventy is A" }
grade = "A"
total_from = 50
total_to = 70
"""
)
HARSHER = town.EDITION.replace("points = -20", "points = -5").replace('"town.2025"', '"town.draft"')


def four(database: Database) -> None:
    town.found(database)
    fined, *_ = town.people(database, 4)
    town.punish(database, fined, on=date(2026, 3, 1))
    seal(database)


@pytest.fixture
def filling() -> Filling:
    return filled(NOW, four)


@pytest.fixture
def assembly(database_url: str, clock: FixedClock, tmp_path: Path) -> Iterator[web.Assembly]:
    """A town of four cinemas, one of them fined, and its stock."""
    built = assemble(Settings(database_url=database_url, stock_folder=tmp_path / "stock"), clock=clock)
    build_stock(database=built.database, folder=tmp_path / "stock", keep=1)
    yield built
    built.notes.close()
    built.database.close()


@pytest.fixture
def work(assembly: web.Assembly) -> Callable[..., None]:
    def done(study: int, **how: Callable[[], bool]) -> None:
        work_off(database=assembly.database, folder=assembly.settings.stock_folder, study=study, **how)

    return done


def test_a_study_is_asked_for_worked_off_and_read_by_those_whom_it_concerns(
    caller: Callable[..., FlaskClient], work: Callable[..., None], assembly: web.Assembly
) -> None:
    editor = caller("rulebook_editor")
    made = editor.post(SENSITIVITY, json={"edition": "town.2025"})
    said = made.get_json()
    here = made.headers["Location"]
    assert (made.status_code, said["state"], said["edition_id"]) == (202, "waiting", "town.2025")
    assert said["stock_digest"]
    assert editor.get(f"{here}/result").get_json()["code"] == "study_without_result"
    again = editor.post(MONOTONE, json={"edition": "town.2025"})
    assert (again.status_code, again.get_json()["code"]) == (409, "study_under_way")
    with assembly.database.reader() as session:
        assert left_lying(session) == said["study"]
    work(said["study"])
    with assembly.database.reader() as session:
        assert left_lying(session) is None
    ended = editor.get(here).get_json()
    assert (ended["state"], ended["done"], ended["whole"]) == ("done", 4, 4)
    result = editor.get(f"{here}/result").get_json()
    moves = {one["written"]: (one["up"].get("tiers"), one["down"].get("tiers")) for one in result["parameters"]}
    assert result["entities"] == 4
    assert moves == {"100": (0, 0), "12": (0, 0), "90": (0, 0), "-20": (0, 0)}
    assert [one["idle"] for one in result["parameters"] if one["written"] == "-20"] == [False]
    assert caller("auditor").get(f"{here}/result").get_json() == result
    elsewhere = caller("auditor", regions=["310000"])
    assert elsewhere.get(here).get_json()["code"] == "study_not_found"
    assert elsewhere.get("/v1/studies").get_json() == {"items": []}
    assert [one["study"] for one in editor.get("/v1/studies").get_json()["items"]] == [said["study"]]


def test_a_draft_that_rewards_a_second_fine_is_found_out_in_words(
    caller: Callable[..., FlaskClient], work: Callable[..., None]
) -> None:
    """Who was fined once has 80 points, D; another fine leads to 60, which this law calls A."""
    editor = caller("rulebook_editor")
    found = {}
    for text in (HARSHER, REWARDING):
        study = editor.post(MONOTONE, json={"text": text}).get_json()["study"]
        work(study)
        found[text] = editor.get(f"/v1/studies/{study}/result").get_json()
    sound, rewarding = found[HARSHER], found[REWARDING]
    assert (sound["edition"], sound["monotone"], sound["counter_examples"]) == ("town.draft", True, 0)
    assert [one["entities"] for one in sound["parts"]] == [4]
    tried = [row for part in rewarding["parts"] for row in part["tried"]]
    assert (rewarding["monotone"], sum(one["counter_example"] is not None for one in tried)) == (False, 2)
    example = rewarding["parts"][0]["tried"][0]["counter_example"]
    assert (example["entities"], example["before"]["tier"], example["after"]["tier"]) == (1, "D", "A")
    assert example["entity"].startswith("own:T-")
    assert len(example["after"]["explanation"]["lines"]) == 2
    assert "From fifty to seventy is A" in " ".join(example["after"]["words"]["en"])


def test_a_draft_for_a_kind_that_nobody_holds_is_tried_on_histories_made_up_from_its_words(
    caller: Callable[..., FlaskClient], work: Callable[..., None]
) -> None:
    editor = caller("rulebook_editor")
    words = REWARDING.replace('kinds = ["cinema"]', 'kinds = ["net_cafe"]')
    study = editor.post(MONOTONE, json={"text": words}).get_json()["study"]
    work(study)
    found = editor.get(f"/v1/studies/{study}/result").get_json()
    assert (found["parts"], found["entities"], found["monotone"]) == ([], 0, False)
    example = next(one["counter_example"] for one in found["made_up"][0]["tried"] if one["counter_example"])
    assert example["entity"].startswith("made-up:")
    assert example["after"]["explanation"]["total"] < example["before"]["explanation"]["total"]


def test_who_acts_for_one_authority_learns_of_its_own_entities_alone(
    caller: Callable[..., FlaskClient], work: Callable[..., None], assembly: web.Assembly, tmp_path: Path
) -> None:
    """An edition of a district's own name would rate the cinemas of all districts."""
    with assembly.database.unit_of_work(town.OPERATOR) as uow:
        town.entity(uow.session, audit_id=uow.audit("test.registered", "other", {}), authority="bj-culture-110102")
    seal(assembly.database)
    build_stock(database=assembly.database, folder=tmp_path / "stock", keep=1)
    words = HARSHER.replace('authority = "bj-culture"', f'authority = "{town.AUTHORITY}"')
    past = {"text": words, "first": "2025-06-01", "last": "2025-08-01", "horizon": 3, "knowledge": "decided"}
    entities, stood = {}, []
    for who in (caller("rulebook_editor", authority=town.AUTHORITY), caller("rulebook_editor")):
        study = who.post("/v1/studies/back-test", json=past).get_json()["study"]
        work(study)
        told = who.get(f"/v1/studies/{study}/result").get_json()
        stood.append(sum(told["steadiness"][-1]["entities"].values()))
        study = who.post(SENSITIVITY, json={"text": words}).get_json()["study"]
        work(study)
        entities[study] = who.get(f"/v1/studies/{study}/result").get_json()["entities"]
    assert stood == list(entities.values()) == [4, 5]
    auditor = caller("auditor", authority=town.AUTHORITY)
    assert [one["study"] for one in auditor.get("/v1/studies").get_json()["items"]] == [
        min(entities),
        min(entities) - 1,
    ]
    assert auditor.get(f"/v1/studies/{max(entities)}").get_json()["code"] == "study_not_found"


def test_of_two_studies_asked_for_in_one_moment_one_is_refused(
    caller: Callable[..., FlaskClient],
) -> None:
    editor = caller("rulebook_editor")
    twins = [editor.application.test_client() for _ in range(4)]
    for one in twins:
        one.environ_base = editor.environ_base
    answers = at_once(lambda client: client.post(SENSITIVITY, json={"edition": "town.2025"}), twins)
    assert sorted(one.status_code for one in answers) == [202, 409, 409, 409]


def test_a_list_of_studies_reads_none_of_their_texts(
    caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    editor = caller("rulebook_editor")
    here = editor.post(SENSITIVITY, json={"text": HARSHER}).headers["Location"]
    with assembly.database.bookkeeping() as session:
        session.execute(
            sql(
                "INSERT INTO study (kind, options, edition_regions, person, asked_at, audit_id)"
                " SELECT kind, jsonb_build_object('text', repeat('x', 2000000)), edition_regions, person, asked_at,"
                " audit_id FROM study, generate_series(1, 10)"
            )
        )
    tracemalloc.start()
    try:
        assert len(editor.get("/v1/studies").get_json()["items"]) == 11
        assert editor.get(here).get_json()["options"] == {}
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_body"),
        ({"edition": "town.2025", "text": HARSHER}, "invalid_body"),
        ({"edition": "town.1999"}, "edition_unknown"),
        ({"text": "base = 1"}, "edition_invalid"),
        ({"edition": "town.2025", "day": "2026-05-31"}, "dry_run_before_stock"),
    ],
)
def test_what_cannot_be_studied_is_refused_at_once(
    caller: Callable[..., FlaskClient], body: dict[str, str], code: str
) -> None:
    editor = caller("rulebook_editor")
    assert editor.post(SENSITIVITY, json=body).get_json()["code"] == code
    assert editor.get("/v1/studies").get_json() == {"items": []}
    beyond = caller("rulebook_editor", regions=["310000"]).post(SENSITIVITY, json={"edition": "town.2025"})
    assert beyond.get_json()["code"] == "out_of_scope"


def test_a_cancelled_study_stops_and_another_may_be_asked_for(
    caller: Callable[..., FlaskClient], work: Callable[..., None]
) -> None:
    editor = caller("rulebook_editor")
    study = editor.post(SENSITIVITY, json={"edition": "town.2025"}).get_json()["study"]
    here = f"/v1/studies/{study}"

    def cancelled_at_the_first_look() -> bool:
        editor.post(f"{here}/cancellation")
        return False

    work(study, stopping=cancelled_at_the_first_look)
    told = editor.get(here).get_json()
    assert (told["state"], told["done"]) == ("cancelled", 0)
    assert editor.post(f"{here}/cancellation").get_json()["code"] == "study_ended"
    assert editor.post(SENSITIVITY, json={"edition": "town.2025"}).status_code == 202


def test_what_ends_in_between_is_begun_anew_but_not_for_ever(
    caller: Callable[..., FlaskClient], work: Callable[..., None]
) -> None:
    editor = caller("rulebook_editor")
    study = editor.post(SENSITIVITY, json={"edition": "town.2025"}).get_json()["study"]
    here = f"/v1/studies/{study}"
    work(study, stopping=lambda: True)
    assert editor.get(here).get_json()["state"] == "waiting", "told to stop: no try"

    def killed() -> bool:
        raise KeyboardInterrupt

    for _ in range(MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            work(study, stopping=killed)
        assert editor.get(here).get_json()["state"] == "running"
    work(study)
    told = editor.get(here, headers={"Accept-Language": "en"}).get_json()
    assert (told["state"], told["problem"]["code"]) == ("failed", "study_given_up")
    assert "3 times" in told["problem"]["detail"]
    assert editor.get(f"{here}/result").get_json()["code"] == "study_given_up"


def test_a_stock_that_has_given_way_is_told(
    caller: Callable[..., FlaskClient], work: Callable[..., None], assembly: web.Assembly
) -> None:
    editor = caller("rulebook_editor")
    study = editor.post(SENSITIVITY, json={"edition": "town.2025"}).get_json()["study"]
    database: Database = assembly.database
    assert assembly.settings.stock_folder is not None
    build_stock(database=database, folder=assembly.settings.stock_folder, keep=1, day=date(2026, 6, 2))
    work(study)
    assert editor.get(f"/v1/studies/{study}").get_json()["problem"]["code"] == "study_stock_gone"


def test_a_back_test_is_read_as_json_and_as_a_page_and_says_that_nobody_was_visited(
    caller: Callable[..., FlaskClient], work: Callable[..., None]
) -> None:
    editor = caller("rulebook_editor")
    asked = {"first": "2025-06-01", "last": "2025-08-01", "horizon": 3}
    study = editor.post("/v1/studies/back-test", json=asked).get_json()["study"]
    work(study)
    told = editor.get(f"/v1/studies/{study}/result").get_json()
    assert (told["rulebook"], told["origins"]) == ("town", ["2025-06-01", "2025-07-01", "2025-08-01"])
    assert {"decided", "none"} <= {one["code"] for one in told["warnings"]}
    page = editor.get(f"/v1/studies/{study}/report", headers={"Accept-Language": "en"})
    assert (page.status_code, "No random visit follows an origin" in page.text) == (200, True)
    late = editor.post("/v1/studies/back-test", json={"last": "2026-03-01"}).get_json()["study"]
    work(late)
    assert editor.get(f"/v1/studies/{late}").get_json()["problem"]["code"] == "back_test_too_late"
