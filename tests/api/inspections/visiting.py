"""What tests of visits over HTTP share: callers with staff codes, and a visit taken step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tests.builders import planning
from tests.builders.visiting import finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

PRESENT = ["DC-01", "DC-02"]


class People(NamedTuple):
    """Callers: two inspectors of the team, one who is not on it, a handler, an approver, the entity's staff."""

    lead: FlaskClient
    second: FlaskClient
    other: FlaskClient
    handler: FlaskClient
    approver: FlaskClient
    anyone: FlaskClient


def people(caller: Callable[..., FlaskClient], anonymous: FlaskClient) -> People:
    """Everyone who has to do with a visit in the district."""

    def inspector(code: str) -> FlaskClient:
        return caller("inspector", authority=planning.HERE, person=code)

    return People(
        inspector("DC-01"),
        inspector("DC-02"),
        inspector("DC-03"),
        caller("handler", authority=planning.HERE),
        caller("approver", authority=planning.HERE),
        anonymous,
    )


def enter(who: People, number: str) -> None:
    """Ask a code, have it scanned."""
    code = who.lead.post(f"/v1/visits/{number}/entry-code", json={"inspectors": PRESENT})
    assert code.status_code == 201, code.json
    scanned = who.anyone.post("/v1/visit-entries", json={"code": code.json["code"]})
    assert scanned.status_code == 200, scanned.json


def sync(client: FlaskClient, number: str, *findings: dict[str, Any]) -> Any:  # noqa: ANN401 the test client's answer
    """Send findings."""
    return client.post(f"/v1/visits/{number}/sync", json={"findings": list(findings)})


def signed(who: People, number: str, *, result: str = "1", remark: str | None = None) -> str:
    """Record under a result and have both sign; returns the digest."""
    recorded = who.lead.post(f"/v1/visits/{number}/record", json={"result": result, "remark": remark})
    assert recorded.status_code == 200, recorded.json
    for client in (who.lead, who.second):
        answer = client.post(f"/v1/visits/{number}/signature", json=recorded.json)
        assert answer.status_code == 204, answer.json
    digest: str = recorded.json["sha256"]
    return digest


def audited(who: People, number: str, **said: Any) -> dict[str, Any]:  # noqa: ANN401 fields of the audit
    """Have the handler accept a signed record."""
    answer = who.handler.post(f"/v1/visits/{number}/audit", json={"accepted": True, "reason": "in order", **said})
    assert answer.status_code == 200, answer.json
    told: dict[str, Any] = answer.json
    return told


def failed(client_id: str = "c1") -> dict[str, Any]:
    """A serious failure at the district's entry."""
    return finding(client_id, result="fail", severity="serious", note="two minors in hall 3")
