"""What a visit says may be decided of it is what is taken, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.inspections.visiting import audited, enter, failed, people, signed, sync
from tests.builders import visiting
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web
    from tests.api.inspections.visiting import People
    from tests.builders.fillings import Filling

REASON = {"reason": "as the file says"}
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "audit": ("audit", {"accepted": True, **REASON}),
    "publication": ("publication", {"reference": "portal"}),
    "register_proposal": ("register-proposal", {"accepted": True, **REASON}),
    "cancellation": ("cancellation", REASON),
    "recusal": ("recusals", {"inspector": "DC-01", **REASON}),
}


@pytest.fixture
def filling() -> Filling:
    return visiting.standing(1)


@pytest.fixture
def who(caller: Callable[..., FlaskClient], anonymous: FlaskClient) -> People:
    return people(caller, anonymous)


@pytest.fixture
def key(assembly: web.Assembly, clock: FixedClock) -> str:
    (entity,) = town.ids(assembly.database)
    clock.advance(datetime(2026, 6, 8, 2, tzinfo=UTC) - clock.now())
    return town.key_of(assembly.database, entity)


@pytest.fixture
def number(assembly: web.Assembly, key: str) -> str:
    return visiting.opened(assembly.database, visiting.task(assembly.database), key).opened[key]


def told(who: People, number: str) -> list[str]:
    decisions: list[str] = who.handler.get(f"/v1/visits/{number}").json["decisions"]
    return decisions


def refused_but(who: People, number: str, *decided: str) -> None:
    """Everything that is not told of is refused for the state of the visit; what is told of is what is expected."""
    assert told(who, number) == list(decided)
    for name, (path, said) in ASKED.items():
        if name not in decided:
            answer = who.handler.post(f"/v1/visits/{number}/{path}", json=said)
            assert answer.json["code"] in {"visit_wrong_state", "visit_proposal_decided", "visit_audited"}, (name, path)


def test_from_its_dispatch_to_its_publication(who: People, number: str) -> None:
    refused_but(who, number, "cancellation", "recusal")
    enter(who, number)
    refused_but(who, number, "cancellation", "recusal")
    assert sync(who.lead, number, failed()).status_code == 200
    digest = who.lead.post(f"/v1/visits/{number}/record", json={"result": "5", "remark": None}).json
    refused_but(who, number)
    for client in (who.lead, who.second):
        assert client.post(f"/v1/visits/{number}/signature", json=digest).status_code == 204
    refused_but(who, number, "audit")
    order = audited(who, number)["order"]
    refused_but(who, number, "publication", "closure")
    assert who.handler.post(f"/v1/visits/{number}/publication", json={"reference": "portal"}).status_code == 204
    assert told(who, number) == ["closure"]
    said = {"outcome": "performed", "on": "2026-06-08", "basis": "photographs"}
    assert who.handler.post(f"/v1/rectification-orders/{order}/closure", json=said).status_code == 204
    assert told(who, number) == []


def test_what_a_result_proposes_to_the_register_waits_until_it_is_decided(who: People, number: str) -> None:
    enter(who, number)
    signed(who, number, result="7", remark="shutters down")
    audited(who, number)
    refused_but(who, number, "publication", "register_proposal")
    said = {"accepted": False, **REASON}
    assert who.approver.post(f"/v1/visits/{number}/register-proposal", json=said).status_code == 204
    refused_but(who, number, "publication")


def test_one_that_was_joined_to_another_is_called_off_until_the_other_begins(
    who: People, number: str, key: str, assembly: web.Assembly
) -> None:
    task = visiting.task(assembly.database, items=["CINEMA-2"])
    other = visiting.opened(assembly.database, task, key, source="draw:2").opened[key]
    (proposal,) = who.handler.get("/v1/visit-worklist").json["merge_proposals"]
    assert told(who, number) == told(who, other) == ["cancellation", "merge", "recusal"]
    merge = who.approver.post(f"/v1/visit-merges/{proposal['proposal']}", json={"accepted": True, **REASON})
    assert merge.status_code == 204
    assert told(who, number) == ["cancellation", "recusal"]
    assert told(who, other) == ["cancellation"]
    enter(who, number)
    refused_but(who, other)
