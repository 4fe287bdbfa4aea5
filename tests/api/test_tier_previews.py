"""What the tier would be with a piece of evidence: the same as is told once it is recorded, and nothing is kept."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from service.ratings import drain
from tests.integration.ratings import proposing, town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

    Caller = Callable[..., FlaskClient]

CODE = 'code = "penalty_fine"'
EDITIONS = {
    name: edition.replace('code = "fine"', CODE)
    for name, edition in {"at once": town.EDITION, "proposed": proposing.edition()}.items()
}
DAYS = ["2025-05-31", "2025-09-01", "2026-03-01", "2026-06-01", "2026-06-02"]
ACTS = ["annulment", "correction", "dispute", "dispute_closed", "performed", "rectified", "repair"]
KEPT = ("event", "event_act", "event_act_proposal", "audit", "rerate_mark", "outbox")
_numbers = count(1)


@pytest.fixture
def shop(assembly: web.Assembly) -> str:
    """One cinema without any record, rated: its key."""
    return _cinema(assembly, EDITIONS["at once"])


def _cinema(assembly: web.Assembly, edition: str) -> str:
    town.found(assembly.database, edition=edition)
    (number,) = town.people(assembly.database, 1)
    drain(database=assembly.database)
    return town.key_of(assembly.database, number)


def fined(key: str, on: str = "2026-03-01", **more: object) -> dict[str, Any]:
    reference = {"source": "cases", "source_ref": str(next(_numbers))}
    return {**reference, "entity": key, "code": "penalty_fine", "decided_on": on, **more}


def act(name: str, on: str = "2026-06-01", decided: str = "2026-03-01") -> dict[str, Any]:
    changes = {"changes": {"decided_on": decided}} if name == "correction" else {}
    reference = {"source": "cases", "source_ref": str(next(_numbers))}
    return {**reference, "act": name, "acted_on": on, "reason": "复议", **changes}


def told(client: FlaskClient, key: str) -> dict[str, Any]:
    """What is told of the entity by now, as a preview tells it."""
    tier = client.get(f"/v1/entities/{key}/tier").json
    words = client.get(f"/v1/entities/{key}/tier/words").json
    names = ("as_of", "state", "tier", "next_change_on", "disputed", "kinds")
    return {**{name: tier[name] for name in names}, "reason": words["reason"], "words": words["kinds"]}


def rows(assembly: web.Assembly) -> list[int]:
    with assembly.database.reader() as session:
        return [session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in KEPT]  # noqa: S608 - our own names


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_a_preview_is_what_is_told_after_recording(assembly: web.Assembly, caller: Caller, edition: str) -> None:
    key, system = _cinema(assembly, edition), caller("handler", sources=("cases",))
    recorded: list[int] = []

    @given(
        day=st.sampled_from(DAYS),
        moved=st.sampled_from(DAYS),
        doing=st.sampled_from([None, *ACTS]),
        place=st.integers(0, 99),
    )
    @settings(max_examples=12, deadline=None, database=None)
    def compared(day: str, moved: str, doing: str | None, place: int) -> None:
        if doing is None or not recorded:
            path, preview, body = "/v1/events", f"/v1/entities/{key}/tier/preview", fined(key, day)
        else:
            # What is drawn does not depend on what was recorded: Hypothesis tries again what it has drawn before.
            path = f"/v1/events/{recorded[place % len(recorded)]}/acts"
            preview, body = f"{path}/preview", act(doing, day, moved)
        kept, before = rows(assembly), told(system, key)
        foreseen = system.post(preview, json=body)
        assert (rows(assembly), told(system, key)) == (kept, before)
        stored = system.post(path, json=body)
        if stored.status_code != 201:
            assert (foreseen.status_code, foreseen.json["code"]) == (stored.status_code, stored.json["code"])
            return
        assert (foreseen.json["before"], foreseen.json["warnings"]) == (before, stored.json["warnings"])
        assert foreseen.json["after"] == told(system, key)
        if path == "/v1/events":
            recorded.append(stored.json["id"])

    compared()
    assert recorded


@pytest.mark.parametrize("name", ["annulment", "correction"])
def test_an_act_of_two_is_foreseen_as_confirmed(assembly: web.Assembly, shop: str, caller: Caller, name: str) -> None:
    handler = caller("handler")
    event = handler.post("/v1/events", json=fined(shop)).json["id"]
    drain(database=assembly.database)
    body = act(name, decided="2025-04-01")
    foreseen = handler.post(f"/v1/events/{event}/acts/preview", json=body).json
    assert (foreseen["takes_two"], foreseen["before"]["tier"], foreseen["after"]["tier"]) == (True, "D", "A")
    proposal = handler.post(f"/v1/events/{event}/acts", json=body).json["proposal"]
    assert told(handler, shop) == foreseen["before"]
    decision = {"outcome": "confirmed", "reason": "已核对"}
    assert caller("approver").post(f"/v1/act-proposals/{proposal}/decision", json=decision).status_code == 200
    assert told(handler, shop) == foreseen["after"]


def test_what_is_recorded_already_would_change_nothing(shop: str, caller: Caller) -> None:
    handler, body = caller("handler"), fined(shop)
    handler.post("/v1/events", json=body)
    foreseen = handler.post(f"/v1/entities/{shop}/tier/preview", json=body).json
    assert foreseen["held"]
    assert foreseen["before"] == foreseen["after"]


def test_who_may_not_record_may_not_ask_and_a_wrong_body_is_told(
    assembly: web.Assembly, shop: str, caller: Caller
) -> None:
    handler = caller("handler")
    path, event = f"/v1/entities/{shop}/tier/preview", handler.post("/v1/events", json=fined(shop)).json["id"]
    acts = f"/v1/events/{event}/acts/preview"
    kept = rows(assembly)
    assert caller("auditor").post(path, json=fined(shop)).json["code"] == "forbidden"
    assert caller("inspector").post(acts, json=act("annulment")).json["code"] == "forbidden"
    elsewhere = caller("handler", regions=("110118",))
    assert elsewhere.post(path, json=fined(shop)).json["code"] == "out_of_scope"
    assert elsewhere.post(acts, json=act("annulment")).json["code"] == "out_of_scope"
    assert handler.post(path, json=fined("own:other")).json["code"] == "tier_preview_of_another"
    assert handler.post(path, json=fined(shop, code="no_such")).json["code"] == "unknown_event_code"
    assert handler.post(acts, json={**act("annulment"), "reason": None}).json["code"] == "act_without_reason"
    assert handler.post("/v1/events/999999/acts/preview", json=act("annulment")).json["code"] == "event_not_found"
    unknown = handler.post("/v1/entities/own:nobody/tier/preview", json=fined("own:nobody"))
    assert unknown.json["code"] == "tier_entity_unknown"
    assert rows(assembly)[:3] == kept[:3]


def test_a_proposed_act_is_previewed_within_scope_until_it_is_decided(
    assembly: web.Assembly, caller: Caller, shop: str
) -> None:
    handler, approver = caller("handler", person="01"), caller("approver", person="02")
    event = handler.post("/v1/events", json=fined(shop)).json["id"]
    drain(database=assembly.database)
    proposal = handler.post(f"/v1/events/{event}/acts", json=act("annulment")).json["proposal"]
    place = f"/v1/act-proposals/{proposal}"
    before = rows(assembly)
    seen = approver.get(f"{place}/preview")
    assert (seen.status_code, seen.json["before"]["tier"], seen.json["after"]["tier"]) == (200, "D", "A")
    assert rows(assembly) == before
    assert caller("approver", regions=("440000",)).get(f"{place}/preview").json["code"] == "out_of_scope"
    assert approver.get("/v1/act-proposals/999/preview").json["code"] == "act_proposal_not_found"
    decided = {"outcome": "confirmed", "reason": "已核对"}
    assert approver.post(f"{place}/decision", json=decided).status_code == 200
    drain(database=assembly.database)
    assert told(approver, shop)["tier"] == seen.json["after"]["tier"]
    assert approver.get(f"{place}/preview").json["code"] == "act_proposal_closed"
