"""What a phone without network stands on: the worker, how things stand, acts sent later and sent again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.console.test_visits import NOTED, PHOTO, filling, state, team

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.console.conftest import Browser
    from tests.console.test_visits import Team

__all__ = ["filling", "team"]

FINDING = {"client_id": "c1", "item": "CINEMA-1", "entry": "minors", "result": "pass", "noted_at": NOTED}


def sent(browser: Browser, visit: str, kind: str, body: Any, once: str = "k1", **headers: str) -> TestResponse:  # noqa: ANN401 JSON, or bytes
    """An act of the queue, as the script of the page sends it."""
    said = {"X-Csrf": browser.get("/console/visits/state").json["csrf"], "X-Once": once} | browser.headers | headers
    if isinstance(body, bytes):
        said["Content-Type"] = "application/octet-stream"
        return browser.client.post(f"{visit}/sync/{kind}", data=body, headers=said)
    return browser.client.post(f"{visit}/sync/{kind}", json=body, headers=said)


def entered(team: Team) -> TestResponse:
    return sent(team.lead, team.visit, "scan", {"inspectors": ["DC-01", "DC-02"], "code": team.key, "noted_at": NOTED})


def test_an_act_sent_again_under_its_key_is_done_once_and_answered_again(team: Team) -> None:
    assert [entered(team).status_code for _ in range(2)] == [200, 200]
    for _ in range(2):
        assert sent(team.lead, team.visit, "files", PHOTO, "k2").json["media_type"] == "image/jpeg"
        assert sent(team.lead, team.visit, "findings", {"findings": [FINDING]}, "k3").status_code == 200
    page = team.lead.get(team.visit).text
    assert [page.count(act) for act in ("进入现场 ·", "附上文件", "记下检查情况")] == [1, 1, 1]


def test_a_refused_act_is_told_in_words_with_what_to_do(team: Team) -> None:
    refused = sent(team.lead, team.visit, "findings", {"findings": [FINDING]})
    assert (refused.status_code, refused.mimetype) == (409, "application/problem+json")
    assert refused.json["code"] == "visit_not_entered"
    assert refused.json["next"]


def test_acts_are_taken_from_the_team_s_own_pages_alone(team: Team) -> None:
    body = {"findings": [FINDING]}
    assert sent(team.other, team.visit, "findings", body).json["code"] == "visit_inspector_not_assigned"
    assert sent(team.lead, team.elsewhere, "findings", body).json["code"] == "visit_inspector_not_assigned"
    assert sent(team.lead, team.visit, "findings", body, **{"X-Csrf": "0" * 64}).status_code in {400, 403}
    assert sent(team.lead, team.visit, "findings", body, Origin="https://elsewhere.example").status_code in {400, 403}
    assert sent(team.lead, team.visit, "signature", {"sha256": "0" * 64}).status_code == 404, "nobody signs unseen"
    assert state(team.lead, team) == "待进入"


def test_how_things_stand_names_the_account_and_the_pages_worth_keeping(team: Team, browser: Browser) -> None:
    told = team.lead.get("/console/visits/state")
    assert told.json["keep"] == ["/console/visits", team.visit]
    assert told.headers["Visits-Account"] == told.json["account"]
    assert told.json["account"] != team.second.get("/console/visits/state").json["account"]
    assert browser.get("/console/visits/state").status_code == 401


def test_the_worker_reaches_visits_alone_and_keeps_nothing_of_anybody(browser: Browser) -> None:
    worker = browser.get("/console/visits/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/console/visits"
    assert worker.mimetype == "text/javascript"
    assert "worker-src 'self'" in worker.headers["Content-Security-Policy"]
    for kept in re.findall(r'"(/[^"]+)"', worker.text):
        answer = browser.get(kept)
        assert answer.status_code == 200, kept
        assert "Set-Cookie" not in answer.headers
        assert "csrf" not in answer.text or ".js?" in kept
        answer.close()


def test_signing_out_has_the_browser_forget_all(team: Team) -> None:
    left = team.lead.send(team.lead.get("/console/visits"), "/console/sign-out")
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
