"""From a plan to a verified draw in the browser: who does what, what is refused, what anyone can check at the end."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from scoring.sampling.verify import verify
from service.platform import FixedClock
from tests.builders import drawing
from tests.builders.draws import material

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from tests.builders.fillings import Filling
    from tests.console.conftest import Browser

PLAN = {
    "authority": drawing.HERE,
    "year": "2023",
    "names/zh": "2023年度专项抽查计划",
    "names/en": "Special plan for 2023",
    "special": "on",
    "reason": "暑期",
}
TASK: dict[str, Any] = {
    "title/zh": "影院双随机抽查",
    "title/en": "Random inspection of cinemas",
    "channel": "random",
    "items[]": ["CINEMA-1"],
    "kinds[]": ["cinema"],
    "lead": drawing.HERE,
    "basis/0/title": "北京市优化营商环境条例",
    "basis/0/article": "第六十七条",
    "method": "on_site",
    "cut_off_day": "2023-08-23",
    "first_day": "2023-09-01",
    "last_day": "2023-11-30",
    "deadline": "2023-12-15",
    "contact": "监管科",
    "seats/0/authority": "*",
    "seats/0/skills": "leader",
    "seats/1/authority": "*",
    "reserve_ratio/0": "1",
    "reserve_ratio/1": "1",
    "steps": "1",
    "sources/0/kind": "drand",
    "sources/0/chain": material.DRAND["chain"],
    "holder": "OP-09",
    "custodians/0/id": "AU-01",
    "custodians/0/organisation": "市审计局",
}


def hour(second: int) -> str:
    """An instant as a form has it, where the authority is."""
    return datetime.fromtimestamp(second, ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M:%S")


TERMS = {
    "close_at": hour(drawing.CLOSING - 200),
    "result_by": hour(drawing.INSTANT + 90_000),
    "publish_by": hour(drawing.INSTANT + 864_000),
    "attempts/0/instant": hour(drawing.INSTANT),
    "attempts/0/deadline": hour(drawing.INSTANT + 3_600),
    "attempts/0/use/0": "on",
}


@pytest.fixture
def filling() -> Filling:
    return drawing.standing


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


@pytest.fixture
def handler(staff: Callable[..., Browser]) -> Browser:
    return staff("handler", authority=drawing.HERE)


@pytest.fixture
def approver(staff: Callable[..., Browser]) -> Browser:
    return staff("approver", authority=drawing.HERE)


def done(answer: TestResponse) -> str:
    """Where an act leads."""
    assert answer.status_code == 303, re.findall(r'class="(?:refusal|fault)".*', answer.text) or answer.text
    return answer.location.partition("?")[0]


def act(browser: Browser, path: str, **typed: Any) -> TestResponse:  # noqa: ANN401 fields as a browser sends them
    """Open the page of an act and send its form."""
    return browser.send(browser.get(path), path, **typed)


def published(handler: Browser, approver: Browser) -> tuple[str, str]:
    """A plan with one task, drafted by one and approved by the other; the addresses of both."""
    plan = done(act(handler, "/console/plans/new", **PLAN))
    done(act(handler, f"{plan}/tasks/new", **TASK))
    done(act(handler, f"{plan}/steps/submission"))
    done(act(approver, f"{plan}/steps/decision", approved="yes", reason="合乎清单"))
    done(act(handler, f"{plan}/steps/publication"))
    return plan, f"{plan}/tasks/{plan.rpartition('/')[2]}-T01"


def move(clock: FixedClock, second: int, *browsers: tuple[Browser, str]) -> None:
    """Let it be this second; who was signed in hours ago signs in again."""
    clock.advance(drawing.at(second) - clock.now())
    for browser, login in browsers:
        assert browser.sign_in(login).status_code == 303


def shows_the_order(browser: Browser, draw: str) -> None:
    """The page of the order, and that of its strata that holds reserves."""
    first = browser.get(f"{draw}/order").text
    strata = re.findall(rf'href="({draw}/order\?[^"]*)"', first)
    shown = first + "".join(browser.get(one.replace("&amp;", "&")).text for one in strata)
    assert ("抽中" in shown, "备用，尚未用到" in shown, "未抽中" in shown) == (True, True, True)


def test_a_plan_becomes_a_draw_that_anyone_verifies(
    handler: Browser, approver: Browser, staff: Callable[..., Browser], clock: FixedClock
) -> None:
    plan, task = published(handler, approver)
    load = handler.get(f"{task}/load").text
    assert "应查对象" in load
    assert "从未检查" in load
    new = f"/console/draws/new?task={task.rpartition('/')[2]}"
    draw = done(act(handler, new, **TERMS))
    waiting = approver.get(draw).text
    assert f"第 {material.DRAND['round']} 轮" in waiting
    assert "审批人，且不是准备人" in waiting
    assert draw.rpartition("/")[2] in approver.get("/console/draws").text
    assert "须由另一人冻结" in handler.get(draw).text

    done(act(approver, f"{draw}/steps/commitment"))
    committed = handler.get(draw).text
    assert re.search("承诺值</dt><dd><code>[0-9a-f]{64}", committed)
    secret = re.search("<code>([0-9a-f]{64})</code>", handler.get(f"{draw}/secret").text)
    assert secret is not None
    custodian = staff("handler", login="custodian", authority="bj-culture-110105")
    done(act(custodian, f"{draw}/steps/custody", custodian="AU-01", value=secret[1]))
    wall = handler.get(f"{draw}/room").text
    assert 'hx-trigger="every 2s"' in wall
    assert "data:image/svg+xml" in wall
    early = act(handler, f"{draw}/steps/closing")
    assert early.status_code == 422
    assert "时间未到" in early.text
    assert re.search(r"最早在 2023年\d+月\d+日 \d\d:\d\d:\d\d \(UTC\+08:00\) 进行", early.text)

    move(clock, drawing.CLOSING, (handler, "handler"))
    done(act(handler, f"{draw}/steps/closing"))
    move(clock, drawing.INSTANT + 60, (handler, "handler"), (approver, "approver"), (custodian, "custodian"))
    wrong = act(handler, f"{draw}/steps/entropy", **{"values/0": "00" * 48})
    assert wrong.status_code == 422
    assert "00" * 48 in wrong.text, "what was typed is kept"
    done(act(handler, f"{draw}/steps/entropy", **{"values/0": material.SIGNATURE}))
    done(act(handler, f"{draw}/steps/secret"))
    done(act(handler, f"{draw}/steps/result"))
    done(act(custodian, f"{draw}/steps/attests", custodian="AU-01"))
    assert handler.get(f"{draw}/names").text.count('scope="row"') == 4
    wall = handler.get(f"{draw}/room").text
    assert "抽取号已定" in wall
    assert "抽中 4 家" not in wall, "names are public from the dispatch on"
    done(act(approver, f"{draw}/steps/dispatch"))
    assert "抽中 4 家" in handler.get(f"{draw}/room").text
    done(act(handler, f"{draw}/steps/opening"))

    opened = handler.get(draw).text
    assert "公开抽取记录" in opened
    assert "handler <code>ACCOUNT-" in opened, "who did it is told by name and code"
    shows_the_order(handler, draw)
    assert material.SIGNATURE in opened
    assert verify(handler.get(f"{draw}/files/public").data).failed() == []
    assert verify(staff("auditor").get(f"{draw}/files/full").data).failed() == []
    assert "已全部公开" in handler.get(plan).text


def test_whoever_had_a_hand_in_it_is_told_so_and_refused_if_forged(handler: Browser, approver: Browser) -> None:
    plan = done(act(handler, "/console/plans/new", **PLAN))
    done(act(handler, f"{plan}/tasks/new", **TASK))
    mine = handler.get(plan).text
    assert "（您本人）" in mine
    assert "steps/decision" not in mine
    done(act(handler, f"{plan}/steps/submission"))
    forged = act(handler, f"{plan}/steps/decision", approved="yes", reason="mine")
    assert forged.status_code == 403
    assert "steps/decision" in approver.get(plan).text
    without = approver.client.post(f"{plan}/steps/decision", data={"approved": "yes", "reason": "forged"})
    assert without.status_code == 403
    assert "待审批" in handler.get(plan).text


def test_a_refused_task_keeps_what_was_typed_with_each_fault_beside_its_field(handler: Browser) -> None:
    plan = done(act(handler, "/console/plans/new", **PLAN))
    typed = TASK | {"last_day": "2023-08-30", "title/zh": '<b>影"院</b>' + "长" * 160, "contact": ""}
    refused = act(handler, f"{plan}/tasks/new", **typed)
    assert refused.status_code == 422
    assert re.search(r'id="f-contact-fault"', refused.text)
    assert "&lt;b&gt;影&#34;院&lt;/b&gt;" in refused.text
    assert re.search(r'name="kinds\[\]" value="cinema" checked', refused.text)
    assert re.search(r'name="last_day"[^>]*value="2023-08-30"', refused.text)
    again = act(handler, f"{plan}/tasks/new", **(TASK | {"items[]": ["NOPE"]}))
    assert again.status_code == 422
    assert "NOPE" in again.text
    assert "还没有任务" in handler.get(plan).text


def test_a_form_sent_twice_acts_once_and_a_page_from_before_the_decision_changes_nothing(
    handler: Browser, approver: Browser
) -> None:
    page = handler.get("/console/plans/new")
    first, second = (handler.send(page, "/console/plans/new", **PLAN) for _ in range(2))
    assert done(first) == done(second)
    plan = done(first)
    done(act(handler, f"{plan}/tasks/new", **TASK))
    done(act(handler, f"{plan}/steps/submission"))
    before = approver.get(f"{plan}/steps/decision")
    done(approver.send(before, f"{plan}/steps/decision", approved="no", reason="少一项依据"))
    late = approver.send(before, f"{plan}/steps/decision", approved="yes", reason="or not")
    assert late.status_code == 422
    assert "已退回" in handler.get(plan).text
    edited = act(handler, f"{plan}/tasks/{plan.rpartition('/')[2]}-T01/edit", **(TASK | {"contact": "监管二科"}))
    assert "监管二科" in handler.get(f"{done(edited)}/tasks/{plan.rpartition('/')[2]}-T01").text


def test_a_published_plan_changes_by_an_amendment_that_another_reads_and_approves(
    handler: Browser, approver: Browser
) -> None:
    plan, task = published(handler, approver)
    change = f"{plan}/amendment?task={task.rpartition('/')[2]}"
    refused = act(handler, change, **(TASK | {"reason": "场馆检修", "kinds[]": ["nothing"]}))
    assert refused.status_code == 422
    assert re.search('id="f-kinds".*?', refused.text)
    done(act(handler, change, **(TASK | {"reason": "场馆检修", "last_day": "2023-12-01"})))
    assert "须由另一人审批" in handler.get(f"{plan}/amendments/1").text
    assert "2023年12月1日" in approver.get(f"{plan}/amendments/1").text
    done(act(approver, f"{plan}/amendments/1", approved="yes", reason="同意"))
    assert "2023年12月1日" in handler.get(task).text
    done(act(handler, f"{task}/dropping", reason="不再需要"))
    done(act(approver, f"{plan}/amendments/2", approved="no", reason="仍需要"))
    assert "未批准" in handler.get(plan).text


def test_the_same_in_english_and_not_for_an_inspector(staff: Callable[..., Browser], approver: Browser) -> None:
    handler = staff("handler", authority=drawing.HERE, language="en")
    plan, task = published(handler, approver)
    draw = done(act(handler, f"/console/draws/new?task={task.rpartition('/')[2]}", **TERMS))
    pages = ["/console/plans", plan, task, f"{task}/load", f"{plan}/amendment", "/console/draws", draw, f"{draw}/room"]
    for address in [*pages, f"{draw}/steps/void-proposals", "/console/plans/new", f"{draw}/steps/witnesses"]:
        page = handler.get(address)
        assert page.status_code == 200, address
        said = re.sub("<title>.*?</title>|<footer>.*?</footer>", "", page.text, flags=re.DOTALL)
        own = re.sub(
            '监管科|市审计局|北京市优化营商环境条例|第六十七条|影院双随机抽查|暑期|合乎清单|lang="zh-CN">中文|>信<',
            "",
            said,
        )
        assert re.findall("[一-龥]+", own) == [], address
    assert "Where it stands and what is next" in handler.get(draw).text
    inspector = staff("inspector", authority=drawing.HERE)
    assert [inspector.get(one).status_code for one in (plan, draw, "/console/draws")] == [403, 403, 403]
