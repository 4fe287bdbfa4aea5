"""What each partner sees of each topic: the fields that the catalogue names, of entities in its scope, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from service.notices.webhooks import store
from service.notices.webhooks.fanning import fan_out, new_inbox
from service.notices.webhooks.topics import topics
from tests.builders.partners import ADMINISTRATOR, partner, rows
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform import Database

ENTITY, ROOM = "the entity", 100
BESIDE = {"score": "71.50", "reasons": ["迟报"], "name": "某影院", "person": "token:77", "note": "密"}
"""What a payload may hold for others, and no partner hears."""
NEVER = ("71.50", "迟报", "某影院", "token:77", "密", "f00d")
WAS = {"state": "rated", "reason": None, "grade": "A", "tier": "A"}
IS = {"state": "provisional", "reason": None, "grade": "B", "tier": "B", "proposed": "D", "due_on": "2026-07-01"}
SHOWN = {"place": "site", "done_on": "2026-06-01", "state": "public"}
RECORD = {"case": "110000R202600001", "record": 7}
LIFTED = {"measures": [3], "since": "2026-06-01"}
NOTED = {"record": 7, "on": "2026-06-01"}
BOUND = {**NOTED, "measure": 3, "kind": "key_supervision"}
TOLD: Mapping[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "tier.changed": (
        ENTITY,
        {"kind": "cinema", "old": {**WAS, **BESIDE, "digest": "f00d"}, "new": {**IS, **BESIDE}, "fell": True},
        {"kind": "cinema", "old": WAS, "new": IS},
    ),
    "inspections.visit_published": ("V-1", {"entity": ENTITY, "result": "1"}, {"result": "1", "number": "V-1"}),
    "inspections.plan_published": ("P-1", {"authority": "bj", "year": 2026}, {"authority": "bj", "year": 2026}),
    "inspections.plan_amended": ("P-1", {"n": 2}, {"n": 2}),
    "inspections.draw_committed": ("D-1", {"task": "T-1", "digest": "ab"}, {"task": "T-1", "digest": "ab"}),
    "inspections.draw_void": ("D-1", {"task": "T-1", "reason": "x"}, {"task": "T-1", "reason": "x"}),
    "edition.in_force": ("e.1", {"digest": "ab", "from": "2026-01-01"}, {"digest": "ab", "from": "2026-01-01"}),
    **{
        f"publication.{done}": ("7", {"entity": ENTITY, **SHOWN}, {**SHOWN, "number": "7"})
        for done in ("published", "updated", "withdrawn")
    },
    "repair.effects": (
        ENTITY,
        {**RECORD, **LIFTED, "effects": ["zero_points"]},
        {**RECORD, **LIFTED, "effects": ["zero_points"]},
    ),
    "repair.effects_undone": (ENTITY, {**RECORD, **LIFTED}, {**RECORD, **LIFTED}),
    **{f"objection.{end}": (ENTITY, RECORD, RECORD) for end in ("mark", "uphold", "correct")},
    **{f"record.{end}": (ENTITY, NOTED, NOTED) for end in ("annulled", "corrected", "withdrawn")},
    **{
        f"record.{end}": (ENTITY, {**NOTED, "reference": "court/9", "reason": "迟报"}, NOTED)
        for end in ("repaired", "repair_revoked")
    },
    **{
        f"measure.{end}": (ENTITY, {**BOUND, "cause": "order", "until": None}, {**BOUND, **told})
        for end, told in (
            ("imposed", {"until": None}),
            ("lifted", {"cause": "order"}),
            ("suspended", {"until": None, "cause": "order"}),
            ("restored", {"cause": "order"}),
        )
    },
}
OPEN = {name for name, topic in topics().items() if topic.entity is None}


@pytest.fixture
def key(database: Database) -> str:
    town.found(database)
    return town.key_of(database, town.people(database, 1)[0])


def told(database: Database, key: str, **partners: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """Publish every topic once, each with things beside it; by partner and topic the messages that leave."""
    for code, said in partners.items():
        partner(
            database, code, "http://127.0.0.1:9/hook", **{"topics": list(topics()), "purpose": f"for {code}", **said}
        )
    with database.unit_of_work(ADMINISTRATOR) as uow:
        uow.audit("tests.told", "outbox", {})
        for topic, (subject, payload, _) in TOLD.items():
            about = {**BESIDE, **payload, **({"entity": key} if "entity" in payload else {})}
            uow.publish(topic, key if subject == ENTITY else subject, about)
    fan_out(database, new_inbox())
    found: dict[str, dict[str, dict[str, Any]]] = {code: {} for code in partners}
    ended: list[store.Ended] = []
    while taken := store.turn(database, ended, dict.fromkeys(partners, ROOM), ()):
        for due in taken:
            said = topics()[due.topic].message(
                number=due.number, subject=due.subject, payload=due.payload, at=due.recorded_at, source="s"
            )
            assert not [word for word in NEVER if word in said.decode()], due.topic
            found[due.partner][due.topic] = orjson.loads(said)
        ended = [store.Ended(due, database.clock.now(), "delivered", 204, 1) for due in taken]
    return found


def test_of_every_topic_a_partner_is_told_what_the_catalogue_names_and_for_its_purpose(
    database: Database, key: str
) -> None:
    assert TOLD.keys() == topics().keys(), "a topic without its audience: add a row above"
    found = told(database, key, one={})["one"]
    for topic, (subject, _, data) in TOLD.items():
        about_entity = topics()[topic].entity is not None
        assert found[topic]["data"] == data, topic
        assert found[topic]["subject"] == (key if about_entity else subject), topic
        assert found[topic].keys() == {
            *("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data")
        }, topic  # fmt: skip
    noted = "SELECT DISTINCT actor_id, purpose, count(*) OVER () FROM query_log WHERE actor_kind = 'partner'"
    assert rows(database, noted) == [("one", "for one", len(TOLD))]


def test_scope_and_filters_narrow_what_is_told_and_open_matters_stay_open(database: Database, key: str) -> None:
    found = told(
        database,
        key,
        there={"authority": "bj-culture-110105"},
        region={"authority": town.AUTHORITY, "regions": ["110105"]},
        kinds={"kinds": ["net_cafe"]},
        tiers={"tiers": ["C", "D"]},
        asked={"topics": ["publication.withdrawn"]},
        abroad={"topics": ["publication.withdrawn"], "authority": "bj-culture-110105"},
    )
    everything = set(TOLD)
    assert {code: set(said) for code, said in found.items()} == {
        "there": OPEN,
        "region": OPEN,
        "kinds": everything - {"tier.changed"},
        "tiers": everything - {"tier.changed"},
        "asked": {"publication.withdrawn"},
        "abroad": set(),
    }
