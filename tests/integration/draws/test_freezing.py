"""What a draw freezes: tiers of the cut-off day, roster, recusals, terms; what does not fit leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from scoring.sampling.verify import verify
from service.inspections import draws
from service.inspections.draws import kept_secrets, store
from service.platform import Database, Problem, use_encryption_keys
from service.ratings import drain
from service.register import change_entity
from service.register.inspecting import INSPECTORS, enter_record
from tests.builders import drawing
from tests.builders.draw_life import (
    SALT_KEY,
    SECRET,
    act,
    dispatched,
    frozen,
    full,
    full_bytes,
    move,
    prepared,
    register,
    state,
)
from tests.builders.draws import material
from tests.builders.fillings import shipped
from tests.builders.inspecting import inspector
from tests.builders.owning import behind_the_back
from tests.integration.ratings import town


def code_of(refused: pytest.ExceptionInfo[Problem]) -> str:
    return refused.value.code


def test_the_tiers_are_those_that_nothing_waits_for(database: Database) -> None:
    ids = town.ids(database)
    number = prepared(database)
    town.punish(database, ids[5], on=drawing.at(drawing.FREEZING).date())
    drawing.inspected(database, ids[5], drawing.at(drawing.FREEZING - 500 * 86_400).date())
    made = frozen(database, number)
    sizes = {each["stratum"]: each["size"] for each in made["parts"][0]["strata"]}
    assert sizes == {"D": 3, "never_inspected": 9}, "the fine that waits for the drain counts"
    with database.reader() as session:
        (found,) = store.acts(session, store.draw_of(session, number), "frozen")
    assert found.body["explained"] == 1


def test_a_draw_frozen_later_has_the_tiers_of_the_cut_off_day(database: Database) -> None:
    ids = town.ids(database)
    terms = drawing.terms()
    number = prepared(database, terms=terms, cut_off_day="2023-08-21")
    town.punish(database, ids[5], on=drawing.at(drawing.FREEZING).date())
    drawing.inspected(database, ids[5], drawing.at(drawing.FREEZING - 500 * 86_400).date())
    drain(database=database)
    sizes = {each["stratum"]: each["size"] for each in frozen(database, number)["parts"][0]["strata"]}
    assert sizes == {"A": 1, "D": 2, "never_inspected": 9}, "fined two days after the cut-off"


def freezing_refused(database: Database, number: str) -> str:
    with pytest.raises(Problem) as refused:
        frozen(database, number)
    assert (state(database, number), register(database)) == ("prepared", [])
    assert all(refused.value.text(language).detail for language in ("zh", "en"))
    return code_of(refused)


def test_an_empty_frame_is_refused(database: Database) -> None:
    assert freezing_refused(database, prepared(database, regions=["310000"])) == "frame_empty"


@pytest.mark.parametrize("filling", [shipped])
def test_a_frame_of_which_everyone_is_out_is_refused(database: Database) -> None:
    (one,) = drawing.district(database, 1, fined=0)
    number = prepared(database)
    with database.unit_of_work(town.OPERATOR) as uow:
        change = {"status": "suspended", "status_on": "2023-08-01", "status_evidence": "notice/5"}
        change_entity(uow, key=town.key_of(database, one), change=change)
    assert freezing_refused(database, number) == "frame_empty"


def test_a_size_above_the_stratum_is_told_and_drawn_only_when_accepted(database: Database) -> None:
    sizes = [{"stratum": "D", "ratio": [1, 2], "at_least": 5, "clause": "decision 3"}]
    number = prepared(database, sizes=sizes)
    assert freezing_refused(database, number) == "draw_short"
    with database.reader() as session:
        task = store.draw_of(session, number).task
    accepted = drawing.terms(shortage_accepted="only two are left in tier D")
    assert act(database, draws.prepare_draw, task=task, terms=accepted) == number
    made = frozen(database, number)
    assert made["reason"] == "only two are left in tier D"
    assert {each["stratum"]: each["draw"] for each in made["parts"][0]["strata"]}["D"] == 2


@pytest.mark.parametrize("filling", [shipped])
def test_a_roster_whose_certificates_end_within_the_window_is_refused(database: Database) -> None:
    drawing.district(database, inspectors=0)
    ends = {"number": "11-1", "issuer": "110000", "valid_from": "2022-01-01", "valid_to": "2023-11-30"}
    drawing.enrol(database, "DC-01", "DC-02", certificates=[ends])
    assert freezing_refused(database, prepared(database)) == "draw_roster_empty"


@pytest.mark.parametrize("filling", [shipped])
def test_an_inspector_away_all_the_time_is_no_inspector(database: Database) -> None:
    drawing.district(database, inspectors=0)
    away = [{"first_day": "2023-09-01", "last_day": "2023-11-30", "reason": "study"}]
    drawing.enrol(database, "DC-01", leave=away)
    drawing.enrol(database, "DC-02", "DC-04")
    assert freezing_refused(database, prepared(database)) == "draw_seat_unfillable"


@pytest.mark.parametrize("filling", [shipped])
def test_an_entity_at_which_every_leader_is_recused_is_named(database: Database) -> None:
    ids = drawing.district(database, inspectors=0)
    related = [{"entity": town.key_of(database, ids[0]), "reason": "family"}]
    drawing.enrol(database, "DC-01", "DC-03", relations=related)
    drawing.enrol(database, "DC-02")
    assert freezing_refused(database, prepared(database)) == "draw_all_recused"


@pytest.mark.parametrize("filling", [shipped])
def test_recusals_are_frozen_and_kept_from_the_team(database: Database) -> None:
    ids = drawing.district(database, inspectors=2)
    key = town.key_of(database, ids[0])
    with database.unit_of_work(town.OPERATOR) as uow:
        body = inspector("DC-07", authority=drawing.HERE, relations=[{"entity": key, "reason": "family"}])
        enter_record(uow, INSPECTORS, body=body)
    number = prepared(database)
    dispatched(database, number)
    with database.reader() as session:
        visits = {visit.entity: dict(visit.team) for visit in draws.dispatched(session, number).teams}
    assert [recused for _, recused, _ in full(database, number)["parts"][0]["avoid"] if recused] == [["DC-07"]]
    assert key in visits, "tier D is drawn whole"
    assert "DC-07" not in visits[key]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"close_at": drawing.FREEZING + 3_599}, "draw_times_out_of_order"),
        ({"close_at": drawing.INSTANT - 599}, "draw_times_out_of_order"),
        ({"result_by": drawing.INSTANT}, "draw_times_out_of_order"),
        ({"publish_by": drawing.INSTANT}, "draw_times_out_of_order"),
    ],
)
def test_times_without_the_leads_of_the_protocol_are_refused(
    database: Database, terms: dict[str, Any], code: str
) -> None:
    (task,) = drawing.published(database)
    with pytest.raises(Problem) as refused:
        act(database, draws.prepare_draw, task=task, terms=drawing.terms(**terms))
    assert code_of(refused) == code
    with database.reader() as session:
        assert session.execute(text("SELECT count(*) FROM draw")).scalar_one() == 0, "no number is left behind"


def test_times_that_were_fit_at_the_preparation_and_passed_meanwhile_are_refused_at_the_freeze(
    database: Database,
) -> None:
    number = prepared(database)
    move(database, drawing.CLOSING - 200 - 3_599)
    assert freezing_refused(database, number) == "draw_times_out_of_order"


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        ({"sources": drawing.NUMBERS[:1], "instant": drawing.INSTANT}, "draw_source_weak"),
        ({"sources": drawing.NUMBERS[:1] * 3, "instant": drawing.INSTANT}, "draw_source_weak"),
        ({"sources": drawing.NUMBERS, "instant": drawing.INSTANT + 2 * 86_400}, "draw_source_known"),
        ({"sources": drawing.NUMBERS}, "draw_instant_missing"),
        ({"sources": [material.DRAND], "instant": drawing.INSTANT + 1}, "draw_instant_missing"),
        ({"sources": [{**material.DRAND, "chain": "0" * 64}]}, "draw_terms_refused"),
        ({"sources": [{"kind": "dice"}]}, "draw_terms_refused"),
    ],
)
def test_sources_that_promise_too_little_are_refused_when_prepared(
    database: Database, attempt: dict[str, Any], code: str
) -> None:
    said = {"when": "first", "instant": None, "deadline": drawing.INSTANT + 3_600, **attempt}
    with pytest.raises(Problem) as refused:
        prepared(database, terms=drawing.terms(attempts=[said]))
    assert code_of(refused) == code


def test_secrets_are_stored_encrypted_and_those_of_before_stay_readable(database: Database) -> None:
    number = prepared(database)
    use_encryption_keys([])
    assert freezing_refused(database, number) == "encryption_key_missing"
    use_encryption_keys([bytes(range(32))])
    frozen(database, number)
    with database.reader() as session:
        draw = store.draw_of(session, number)
        kept = session.execute(text("SELECT secret, salt_key FROM draw_secret")).one()
        assert (kept_secrets.secret_of(session, draw), kept_secrets.salt_key_of(session, draw)) == (SECRET, SALT_KEY)
    assert all(clear not in bytes(stored) for clear, stored in zip((SECRET, SALT_KEY), kept, strict=True))
    before = {"secret": SECRET, "salt_key": SALT_KEY}
    behind_the_back(database, "UPDATE draw_secret SET secret = :secret, salt_key = :salt_key", **before)
    with database.reader() as session:
        assert (kept_secrets.secret_of(session, draw), kept_secrets.salt_key_of(session, draw)) == (SECRET, SALT_KEY)


def test_whoever_prepared_a_draw_cannot_freeze_it(database: Database) -> None:
    number = prepared(database)
    with pytest.raises(Problem) as refused:
        act(database, draws.freeze_draw, draw=number, secret=SECRET, salt_key=SALT_KEY)
    assert code_of(refused) == "draw_own_work"


@pytest.mark.parametrize("day", ["2023-08-22", "2023-09-01"])
def test_the_freeze_has_its_days(database: Database, day: str) -> None:
    early = day < "2023-08-23"
    said = {"cut_off_day": "2023-08-24"} if early else {"cut_off_day": "2023-08-20", "first_day": "2023-08-22"}
    if early:
        assert freezing_refused(database, prepared(database, **said)) == "draw_outside_cut_off"
        return
    with pytest.raises(Problem) as refused:
        prepared(database, **said)
    assert code_of(refused) == "draw_outside_cut_off", "what can be frozen no more is not even prepared"


def test_weights_are_frozen_with_who_is_certain_and_verify(database: Database) -> None:
    ids = town.ids(database)
    for number in ids[2:]:
        drawing.inspected(database, number, drawing.at(drawing.FREEZING - 500 * 86_400).date())
    sizes = [{"stratum": "weighted", "ratio": [1, 2], "clause": "decision 5"}]
    weights = [{"tier": tier, "weight": weight, "clause": "decision 5"} for tier, weight in (("A", 1), ("D", 3))]
    number = prepared(database, order="pareto", sizes=sizes, weights=weights)
    dispatched(database, number)
    made = full(database, number)
    (stratum,) = made["commitment"]["parts"][0]["strata"]
    assert (stratum["order"], stratum["size"], stratum["draw"]) == ("pareto", 12, 6)
    assert (stratum["certain"], stratum["weight_rest"]) == (2, 10), "D comes to more than 1, A keeps 4 of 10"
    weight_of = {row[0]: row[3] for row in made["parts"][0]["frame"]}
    drawn = [weight_of[code] for (code,) in made["parts"][0]["drawn"]]
    assert sorted(drawn) == [1, 1, 1, 1, 3, 3]
    report = verify(full_bytes(database, number))
    assert report.failed() == []
    assert report.verdict("S-DRAWN") == "PASS"


def test_a_targeted_task_is_not_drawn_and_takes_its_entities_out_of_the_frame(database: Database) -> None:
    ids = town.ids(database)
    target = {"entity": town.key_of(database, ids[0]), "cause": "complaint", "basis": "letter/7"}
    targeted = drawing.task(channel="targeted", targets=[target])
    tasks = drawing.published(database, targeted, drawing.task())
    with pytest.raises(Problem) as refused:
        act(database, draws.prepare_draw, task=tasks[0], terms=drawing.terms())
    assert code_of(refused) == "draw_not_random"
    number = act(database, draws.prepare_draw, task=tasks[1], terms=drawing.terms())
    assert frozen(database, number)["parts"][0]["frame"]["out"] == [["targeted", 1]]
