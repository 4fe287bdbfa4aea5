"""Recusals, visits and what is due of them, as pages of the staff."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.builders import planning
from tests.console.test_visits import answered, at_door, filling, recorded, team

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.console.conftest import Browser
    from tests.console.test_visits import Team

    Staff = Callable[..., Browser]

__all__ = ["filling", "team"]
HERE = {"authority": planning.HERE}


@pytest.fixture
def number(team: Team) -> str:
    return team.visit.rpartition("/")[2]


def wanted(team: Team, number: str, reason: str = "其姐在隔壁影院持股") -> None:
    """The second inspector asks to be recused."""
    assert f"/console/recusals/{number}" in team.second.get(team.visit).text
    form = team.second.get(f"/console/recusals/{number}")
    assert re.search(r'value="DC-02" checked', form.text), "one asks for oneself unless one says otherwise"
    sent = team.second.send(form, f"/console/recusals/{number}", inspector="DC-02", reason=reason)
    assert sent.status_code == 303, sent.text


def test_a_recusal_is_asked_for_decided_and_told_on_the_first_page_to_whom_it_concerns(
    team: Team, number: str, staff: Staff
) -> None:
    handler, approver = staff("handler", **HERE), staff("approver", **HERE)
    assert "回避" not in team.second.get("/console/").text
    empty = team.second.send(
        team.second.get(f"/console/recusals/{number}"), f"/console/recusals/{number}", inspector="DC-02", reason=""
    )
    assert empty.status_code == 422
    wanted(team, number)
    assert "我提出的回避" in team.second.get("/console/").text
    assert "待决定" in team.second.get("/console/").text
    assert "回避" not in team.lead.get("/console/").text, "nothing of his"
    first = approver.get("/console/").text
    assert "等待决定的回避" in first
    assert 'href="/console/recusals"' in first
    assert "等待决定的回避" not in handler.get("/console/").text, "he cannot decide it"
    waits = approver.get("/console/recusals")
    assert "其姐在隔壁影院持股" in waits.text
    assert f'href="/console/inspections/{number}"' in waits.text
    forged = handler.send(form_of(handler), f"/console/recusals/{number}/grant", inspector="DC-02", reason="x")
    assert forged.status_code == 403
    untold = approver.send(waits, f"/console/recusals/{number}/refusal", inspector="DC-02", reason="")
    assert untold.status_code == 422
    decided = approver.send(waits, f"/console/recusals/{number}/refusal", inspector="DC-02", reason="持股已于去年转让")
    assert decided.status_code == 303, decided.text
    assert "等待决定的回避" not in approver.get("/console/").text
    assert "不予回避" in team.second.get("/console/").text
    assert "持股已于去年转让" in team.second.get("/console/recusals").text
    assert "持股已于去年转让" not in team.other.get("/console/recusals").text
    assert approver.send(waits, f"/console/recusals/{number}/praise", inspector="DC-02").status_code == 404


def form_of(browser: Browser) -> object:
    """Some page of this browser with a form."""
    return browser.get("/console/account/password")


def test_where_a_draw_sent_the_team_nobody_is_asked_who_comes_instead(team: Team, number: str, staff: Staff) -> None:
    other = team.elsewhere.rpartition("/")[2]
    approver = staff("approver", **HERE)
    assert team.other.get(f"/console/recusals/{other}").status_code == 200
    assert team.other.get(f"/console/recusals/{number}").status_code == 404, "not his visit"
    wanted(team, number)
    waits = approver.get("/console/recusals")
    assert 'name="successor"' not in waits.text, "a draw sent this team"


def test_staff_read_a_visit_audit_it_and_say_where_it_was_published(team: Team, number: str, staff: Staff) -> None:
    page = f"/console/inspections/{number}"
    handler, auditor = staff("handler", **HERE), staff("auditor", **HERE)
    assert "待进入" in handler.get(page).text
    assert handler.send(handler.get(page), f"{page}/audit", accepted="true", reason="x").status_code == 422
    assert "signed" not in handler.get("/console/").text
    assert at_door(team).status_code == 303
    answered(team.lead, team, "pass")
    digest = recorded(team)
    for one in (team.lead, team.second):
        assert one.send(one.get(team.visit), f"{team.visit}/signature", sha256=digest).status_code == 303
    assert f'href="{page}"' in handler.get("/console/").text
    assert "待审核的检查记录" in handler.get("/console/").text
    assert "审核检查记录" not in auditor.get(page).text
    assert auditor.send(form_of(auditor), f"{page}/audit", accepted="true", reason="x").status_code == 403
    refused = handler.send(handler.get(page), f"{page}/audit", reason="齐全")
    assert refused.status_code == 422
    assert "齐全" in refused.text, "what was typed stays"
    accepted = handler.send(handler.get(page), f"{page}/audit", accepted="true", reason="齐全")
    assert accepted.status_code == 303, accepted.text
    assert "待公示的检查结果" in handler.get("/console/").text
    told = handler.get(page)
    assert "公示在哪里" in told.text
    assert handler.send(told, f"{page}/publication", reference="site/1").status_code == 303
    assert "公示在哪里" not in handler.get(page).text
    assert staff("handler", login="far", authority="bj-culture-110118").get(page).status_code == 404
    assert team.lead.get(page).status_code == 403, "an inspector's own pages are others"


def test_on_a_timeline_a_visit_opens_for_its_team_and_its_authorities_and_for_nobody_else(
    team: Team, number: str, staff: Staff
) -> None:
    assert at_door(team).status_code == 303
    lines = f"/console/entities/{team.key}/timeline"
    handler = staff("handler", **HERE)
    assert f'href="/console/inspections/{number}"' in handler.get(lines).text
    assert f'href="{team.visit}"' in team.lead.get(lines).text
    outsider = team.other.get(lines).text.partition("<main")[2]
    assert number in outsider, "that it was is told"
    assert f"/console/visits/{number}" not in outsider
