"""Visits on pages: two inspectors, each by their own account, from the door to both signatures."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from service.platform import job_actor
from service.register import change_entity
from tests.builders import planning, visiting
from tests.console.conftest import PASSWORD
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from service.platform import FixedClock, web
    from tests.builders.fillings import Filling
    from tests.console.conftest import Browser

VISIT_DAY = datetime(2026, 6, 8, 2, tzinfo=UTC)
PHOTO = b"\xff\xd8\xff\xe0 a photograph"
ENTRY = "findings/CINEMA-1/minors"
NOTED = "2026-06-08T02:00:00+00:00"


class Team(NamedTuple):
    """Two inspectors of a visit, one of another; the visit's address, the key of its cinema, the other visit's."""

    lead: Browser
    second: Browser
    other: Browser
    visit: str
    key: str
    elsewhere: str


@pytest.fixture
def filling() -> Filling:
    return visiting.standing(2)


@pytest.fixture
def team(staff: Callable[..., Browser], assembly: web.Assembly, clock: FixedClock) -> Team:
    clock.advance(VISIT_DAY - clock.now())
    keys = [town.key_of(assembly.database, number) for number in town.ids(assembly.database)]
    task = visiting.task(assembly.database)
    others = {"members": (("DC-03", 0), ("DC-04", 1))}
    first = visiting.opened(assembly.database, task, keys[0]).opened[keys[0]]
    second = visiting.opened(assembly.database, task, keys[1], **others).opened[keys[1]]
    people = [staff("inspector", login=f"i{n}", authority=planning.HERE, person=f"DC-0{n}") for n in (1, 2, 3)]
    return Team(*people, f"/console/visits/{first}", keys[0], f"/console/visits/{second}")


def test_the_address_of_its_entity_stands_on_the_visit_and_in_the_list(team: Team, assembly: web.Assembly) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        change_entity(uow, key=team.key, change={"address": "东城区示例街 1 号"})
    for path in (team.visit, "/console/visits"):
        assert "东城区示例街 1 号" in team.lead.get(path).text


def at_door(team: Team, way: str = "scan", **typed: Any) -> TestResponse:  # noqa: ANN401 fields as a browser sends them
    here = {"inspectors[]": ["DC-01", "DC-02"], "code": team.key, "reason": ""}
    return team.lead.send(team.lead.get(team.visit), f"{team.visit}/door", **here, way=way, **typed)


def answered(browser: Browser, team: Team, result: str, **typed: Any) -> TestResponse:  # noqa: ANN401 same
    fields = {f"{ENTRY}/{name}": value for name, value in {"result": result, **typed}.items()}
    return browser.send(browser.get(team.visit), f"{team.visit}/findings", noted_at=NOTED, **fields)


def recorded(team: Team, result: str = "1") -> str:
    """Close the visit; returns the digest that is signed."""
    closed = team.lead.send(team.lead.get(team.visit), f"{team.visit}/record", result=result, remark="")
    assert closed.status_code == 303, closed.text
    found = re.search(r'name="sha256" value="([0-9a-f]{64})"', team.lead.get(team.visit).text)
    assert found is not None
    return found[1]


def state(browser: Browser, team: Team) -> str:
    """The state of the visit as its page shows it."""
    found = re.search(r'<span class="mark-state[^"]*">([^<]*)</span>', browser.get(team.visit).text)
    assert found is not None
    return found[1]


def test_a_visit_goes_from_the_door_to_two_signatures(team: Team) -> None:
    listed = team.lead.get("/console/visits")
    assert f'href="{team.visit}"' in listed.text
    assert f"示例影院 {team.key}" in listed.text
    assert "双随机抽查 · 现场检查" in listed.text
    entered = at_door(team)
    assert (entered.status_code, entered.location) == (303, f"{team.visit}?done=entered")
    photo = (BytesIO(PHOTO), "hall.jpg")
    assert answered(team.second, team, "fail", severity="serious", note="三号厅两名", files=photo).status_code == 303
    page = team.lead.get(team.visit).text
    assert "三号厅两名" in page
    digest = sha256(PHOTO).hexdigest()
    assert team.lead.get(f"{team.visit}/files/{digest}").data == PHOTO

    assert "未发现问题</option>" in page
    signed = recorded(team, "5")
    assert "待签名" in state(team.lead, team)
    for browser in (team.lead, team.second):
        answer = browser.send(browser.get(team.visit), f"{team.visit}/signature", sha256=signed)
        assert (answer.status_code, answer.location) == (303, f"{team.visit}?done=signed")
    assert state(team.lead, team) == "待审核"
    assert "没有需要您办理的检查" in team.lead.get("/console/visits").text
    assert team.visit in team.second.get("/console/visits/before").text


def test_no_answer_is_chosen_beforehand_and_nothing_is_recorded_without_one(team: Team) -> None:
    at_door(team)
    page = team.lead.get(team.visit)
    assert page.text.count('type="radio"') == 5, "three answers and the two severities of the entry"
    assert "checked" not in page.text
    refused = team.lead.send(page, f"{team.visit}/findings", noted_at=NOTED)
    assert refused.status_code == 422
    assert "尚未作答" in refused.text
    early = team.lead.send(page, f"{team.visit}/record", result="1", remark="")
    assert early.status_code == 422
    assert 'href="#f-findings-CINEMA-1-minors"' in early.text


def test_what_was_typed_is_kept_with_its_photograph_and_the_fault_stands_at_its_entry(team: Team) -> None:
    at_door(team)
    refused = answered(team.lead, team, "fail", note="柜台旁", files=(BytesIO(PHOTO), "a.jpg"))
    assert refused.status_code == 422
    assert f'value="{sha256(PHOTO).hexdigest()}"' in refused.text, "the photograph need not be taken again"
    assert "柜台旁</textarea>" in refused.text
    assert re.search(r'value="fail" checked', refused.text)
    assert 'id="f-findings-CINEMA-1-minors-severity"' in refused.text
    kept = {f"{ENTRY}/files[]": sha256(PHOTO).hexdigest(), f"{ENTRY}/severity": "minor", f"{ENTRY}/result": "fail"}
    assert team.lead.send(refused, f"{team.visit}/findings", noted_at=NOTED, **kept).status_code == 303
    assert sha256(PHOTO).hexdigest()[:16] in team.lead.get(team.visit).text


def test_what_is_no_photograph_is_refused_beside_its_field(team: Team) -> None:
    at_door(team)
    refused = answered(team.lead, team, "pass", files=(BytesIO(b"MZ a program"), "a.jpg"))
    assert refused.status_code == 422
    assert 'id="f-findings-CINEMA-1-minors-files"' in refused.text
    assert "0 / 1" in team.lead.get(team.visit).text


def test_a_form_sent_twice_is_one_finding(team: Team) -> None:
    at_door(team)
    page = team.lead.get(team.visit)
    typed = {"noted_at": NOTED, f"{ENTRY}/result": "pass"}
    for _ in range(2):
        assert team.lead.send(page, f"{team.visit}/findings", **typed).status_code == 303
    assert team.lead.get(team.visit).text.count("记下检查情况") == 1


@pytest.mark.parametrize("typed", [{"code": "91110000101623741K"}, {"inspectors[]": ["DC-01"]}])
def test_another_code_or_one_alone_does_not_enter(team: Team, typed: dict[str, Any]) -> None:
    here = {"inspectors[]": ["DC-01", "DC-02"], "code": team.key, "reason": ""} | typed
    refused = team.lead.send(team.lead.get(team.visit), f"{team.visit}/door", way="scan", **here)
    assert refused.status_code == 422
    assert 'class="fault"' in refused.text
    assert f'value="{here["code"]}"' in refused.text
    assert state(team.lead, team) == "待进入"


def test_the_entity_scans_the_code_and_is_told_who_comes(team: Team, browser: Browser) -> None:
    shown = at_door(team, "entry-code")
    address = re.search(r'<p class="digest code">([^<]+)</p>', shown.text)
    assert address is not None
    page = browser.get("/portal/visit-entry", code=address[1])
    assert state(team.lead, team) == "待进入", "to look at the page is not to confirm"
    told = browser.send(page, "/portal/visit-entry", code=address[1])
    assert told.status_code == 200
    assert "检查员一" in told.text
    assert "回避" in told.text
    assert state(team.lead, team) == "现场检查中"
    wrong = browser.send(page, "/portal/visit-entry", code="nothing")
    assert (wrong.status_code, "检查码无效" in wrong.text) == (422, True)


def test_where_nothing_can_be_scanned_they_enter_for_a_reason(team: Team) -> None:
    refused = at_door(team, "entry")
    assert refused.status_code == 422
    page = team.lead.get(team.visit)
    typed = {"inspectors[]": ["DC-01", "DC-02"], "code": "", "reason": "执照挂得太高"}
    assert team.lead.send(page, f"{team.visit}/door", way="entry", **typed).status_code == 303
    assert "执照挂得太高" in team.lead.get(team.visit).text


def test_what_two_found_differently_is_settled_by_the_leader(team: Team) -> None:
    at_door(team)
    answered(team.lead, team, "pass")
    answered(team.second, team, "fail", severity="minor")
    assert "两人所记不同" in team.second.get(team.visit).text
    assert f"{ENTRY}/settles" not in team.second.get(team.visit).text
    assert f"{ENTRY}/settles" in team.lead.get(team.visit).text
    assert answered(team.lead, team, "fail", severity="minor", settles="on").status_code == 303
    assert "两人所记不同" not in team.lead.get(team.visit).text


def test_one_person_never_signs_twice(team: Team) -> None:
    at_door(team)
    answered(team.lead, team, "pass")
    digest = recorded(team)
    page = team.lead.get(team.visit)
    for login, password in (("i1", PASSWORD), ("i3", PASSWORD), ("i2", "wrong")):
        typed = {"sha256": digest, "login": login, "password": password}
        refused = team.lead.send(page, f"{team.visit}/countersignature", **typed)
        assert refused.status_code == 422, login
        assert f'value="{password}"' not in refused.text
        assert f'value="{login}"' in refused.text
    for _ in range(2):
        team.lead.send(page, f"{team.visit}/signature", sha256=digest)
    assert team.lead.get(team.visit).text.count("mark-state good") == 1
    assert state(team.lead, team) == "待签名"


def test_the_other_signs_on_the_same_phone_by_their_own_password_for_this_act_alone(team: Team) -> None:
    at_door(team)
    answered(team.lead, team, "pass")
    digest = recorded(team)
    team.lead.send(team.lead.get(team.visit), f"{team.visit}/signature", sha256=digest)
    page = team.lead.get(team.visit)
    typed = {"sha256": digest, "login": "i2", "password": PASSWORD}
    assert team.lead.send(page, f"{team.visit}/countersignature", **typed).status_code == 303
    assert state(team.lead, team) == "待审核"
    assert "i2" not in team.lead.get("/console/account/browsers").text
    mine = team.lead.get(team.visit).text
    assert "您的工作已经完成" in mine, "who was signed in still is"


def test_a_record_that_changed_meanwhile_is_not_signed(team: Team) -> None:
    at_door(team)
    answered(team.lead, team, "pass")
    recorded(team)
    refused = team.lead.send(team.lead.get(team.visit), f"{team.visit}/signature", sha256="0" * 64)
    assert refused.status_code == 422
    assert "mark-state good" not in team.lead.get(team.visit).text


def test_another_team_s_visit_is_not_there(team: Team) -> None:
    assert team.lead.get(team.elsewhere).status_code == 404
    page = team.lead.get(team.visit)
    for act in ("door", "findings", "record", "signature"):
        forged = team.lead.send(page, f"{team.elsewhere}/{act}", way="entry", reason="x", result="1", sha256="0" * 64)
        assert forged.status_code in {404, 422}, act
    assert state(team.other, team._replace(visit=team.elsewhere)) == "待进入"


def test_a_form_that_another_site_made_is_refused(team: Team) -> None:
    forged = team.lead.client.post(f"{team.visit}/door", data={"way": "scan", "code": team.key, "csrf": "0" * 64})
    assert forged.status_code in {400, 403}
    assert state(team.lead, team) == "待进入"


def test_only_inspectors_have_visits_of_their_own(staff: Callable[..., Browser], team: Team) -> None:
    handler = staff("handler", authority=planning.HERE)
    assert "/console/visits" not in handler.get("/console/").text
    assert handler.get("/console/visits").status_code == 403
    assert handler.get(team.visit).status_code == 403


def test_it_is_all_said_in_english_too(staff: Callable[..., Browser], team: Team) -> None:
    reader = staff("inspector", login="en", language="en", authority=planning.HERE, person="DC-02")
    assert "To be made now" in reader.get("/console/visits").text
    at_door(team)
    page = reader.get(team.visit).text
    assert "A minor was admitted" in page
    assert "Does not apply" in page


def test_an_inspector_without_a_staff_code_is_told_so(staff: Callable[..., Browser]) -> None:
    nobody = staff("inspector", login="nobody", authority=planning.HERE)
    assert "没有检查人员编码" in nobody.get("/console/visits").text
