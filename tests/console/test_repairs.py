"""Credit repair, objections and publicity on pages: each person does a part, and nobody two that exclude each other."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from sqlalchemy import text

from tests.builders.repair_town import ELIGIBLE, PDF, found, standing
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from service.platform import FixedClock, web
    from tests.builders.fillings import Filling
    from tests.console.conftest import Browser


class Office(NamedTuple):
    """Who works on the case of the cinema; ``key`` and ``record``: of the cinema and of its fine."""

    handler: Browser
    reviewer: Browser
    decider: Browser
    key: str
    record: int


@pytest.fixture
def filling() -> Filling:
    return standing()


@pytest.fixture
def office(staff: Callable[..., Browser], assembly: web.Assembly, clock: FixedClock) -> Office:
    return opened(staff, assembly, clock)


def opened(staff: Callable[..., Browser], assembly: web.Assembly, clock: FixedClock) -> Office:
    """The office on the first day on which the fine may be repaired."""
    clock.advance(ELIGIBLE - clock.now())
    cinema = found(assembly.database)
    scope = {"authority": town.AUTHORITY}
    people = staff("handler", **scope), staff("approver", login="wang", **scope), staff("approver", login="li", **scope)
    return Office(*people, cinema.key, cinema.record)


def filed(office: Office, kind: str = "repairs", reason: str = "罚款已缴") -> str:
    """The address of a case that the handler recorded."""
    page = office.handler.get(f"/console/{kind}/new", entity=office.key, record=str(office.record))
    typed = {"entity": office.key, "record": str(office.record), "reason": reason}
    answer = office.handler.send(page, f"/console/{kind}/new", **typed)
    assert answer.status_code == 303, answer.text
    return str(answer.location.partition("?")[0])


def papered(office: Office) -> str:
    case = filed(office)
    assert sent_paper(office.handler, case, "承诺书.pdf", PDF).status_code == 303
    return case


def sent_paper(browser: Browser, case: str, name: str, content: bytes) -> TestResponse:
    typed: dict[str, Any] = {"key": "commitment", "file": (BytesIO(content), name)}
    return browser.send(browser.get(case), f"{case}/materials", **typed)


def does(browser: Browser, case: str, step: str, **typed: str) -> TestResponse:
    """Open the form of a step and send it."""
    address = f"{case}/steps/{step}"
    return browser.send(browser.get(address), address, **({"reason": "依规定办理"} | typed))


def did(browser: Browser, case: str, step: str, **typed: str) -> str:
    """The same, taken: the page that one is shown then."""
    answer = does(browser, case, step, **typed)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location).text


def words(page: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("： ", "：")


def to_decision(office: Office) -> str:
    case = papered(office)
    did(office.handler, case, "acceptance")
    did(office.reviewer, case, "verification", fit="true")
    return case


def test_a_fined_cinema_is_repaired_by_three_persons_from_its_record_to_the_effects(office: Office) -> None:
    assert "没有在办的修复案件" in office.handler.get("/console/repairs").text
    assert "现在可以申请" in office.handler.get("/console/repairs/new", entity=office.key).text
    case = filed(office)
    shown = words(office.handler.get(case).text)
    assert all(said in shown for said in ("待受理", "还有 3 个工作日", "信用承诺书：尚缺", "材料不齐"))
    assert f'{case}/steps/acceptance"' not in office.handler.get(case).text
    assert sent_paper(office.handler, case, "承诺书.pdf", b"MZ no paper").status_code == 422
    assert sent_paper(office.handler, case, "承诺书.pdf", PDF).status_code == 303
    assert "已受理，待核查" in did(office.handler, case, "acceptance")
    assert "已核查，待决定" in did(office.reviewer, case, "verification", fit="true")
    form = office.decider.get(f"{case}/steps/decision").text
    assert all(said in form for said in ("第一条", "停止公示、解除惩戒措施、不再计分", "wang 已在本案担任“核查”"))
    granted = words(did(office.decider, case, "decision", decision="grant"))
    assert all(
        said in granted for said in ("决定已作出", "效力：停止公示、解除惩戒措施、不再计分", "已修复 2026年6月16日")
    )
    digest = re.search(rf"{case}/materials/(\w+)", office.decider.get(case).text)
    assert digest is not None
    paper = office.decider.get(digest[0])
    assert (paper.data, "filename" in paper.headers["Content-Disposition"]) == (PDF, True)


def test_who_verified_is_told_that_another_decides_and_is_refused_all_the_same(office: Office) -> None:
    case = to_decision(office)
    form = office.reviewer.get(f"{case}/steps/decision")
    assert "须由他人办理，因为您参与过前面的环节" in form.text
    assert 'name="reason"' not in form.text
    forged = office.reviewer.send(form, f"{case}/steps/decision", decision="grant", reason="好")
    assert (forged.status_code, "应由他人办理" in forged.text) == (403, True)
    assert office.handler.send(office.handler.get(case), f"{case}/steps/decision", decision="grant").status_code == 403
    assert "已核查，待决定" in office.decider.get(case).text


def test_a_decision_without_reasons_keeps_what_was_chosen_and_one_sent_twice_is_made_once(office: Office) -> None:
    case = to_decision(office)
    refused = does(office.decider, case, "decision", decision="refuse", reason=" ")
    assert refused.status_code == 422
    assert re.search(r'value="refuse"[^>]* checked', refused.text)
    assert 'id="f-reason-fault"' in refused.text
    page = office.decider.get(f"{case}/steps/decision")
    answers = [
        office.decider.send(page, f"{case}/steps/decision", decision="refuse", reason="尚未全部履行") for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [303, 303]
    assert office.decider.get(case).text.count("尚未全部履行") == 1
    back = office.decider.get(f"{case}/steps/decision").text
    assert "案件目前不能由您办理这一步" in back
    assert "<textarea" not in back


def test_a_repair_by_fraud_is_revoked_by_another_than_who_proposed_it(office: Office) -> None:
    case = to_decision(office)
    did(office.decider, case, "decision", decision="grant")
    assert "已提请撤销" in did(office.reviewer, case, "revocation-proposal", reason="承诺书系伪造")
    form = office.decider.get(f"{case}/steps/revocation").text
    assert all(said in form for said in ("弄虚作假的，三年内不予修复", "承诺书系伪造", "wang"))
    assert "修复已撤销" in did(office.decider, case, "revocation", reason="属实")


def test_papers_are_asked_for_once_and_all_that_is_missing(office: Office) -> None:
    case = filed(office)
    too_little = does(office.handler, case, "supplement-request", **{"papers[]": "report"})
    assert (too_little.status_code, "补正告知不完整" in too_little.text) == (422, True)
    asked = words(did(office.handler, case, "supplement-request", **{"papers[]": "commitment"}))
    assert all(said in asked for said in ("待补正", "要求补正：信用承诺书", "停止计算"))
    sent_paper(office.handler, case, "承诺书.pdf", PDF)
    assert "待受理" in did(office.handler, case, "supplement")
    assert f"{case}/steps/supplement-request" not in office.handler.get(case).text
    assert "不予受理" in did(office.handler, case, "acceptance-refusal", reason="材料虚假")


def test_a_worklist_says_what_is_overdue_in_words(
    office: Office, clock: FixedClock, staff: Callable[..., Browser]
) -> None:
    case = papered(office)
    did(office.handler, case, "acceptance")
    clock.advance(timedelta(days=40))
    auditor = staff("auditor", authority=town.AUTHORITY)
    rows = words(auditor.get("/console/repairs").text)
    assert "已逾期" in rows
    assert "个工作日" in rows
    assert "待核查" in words(auditor.get("/console/repairs", state="accepted").text)
    assert "没有符合条件的案件" in auditor.get("/console/repairs", state="closed").text
    file = auditor.get(case).text
    assert "/steps/" not in file
    assert auditor.send(auditor.get("/console/repairs/"), f"{case}/steps/verification").status_code in {403, 404}


def test_an_objection_is_examined_by_one_and_the_record_struck_by_another(office: Office) -> None:
    assert "没有在办的异议" in office.handler.get("/console/objections").text
    case = filed(office, "objections", "当日未在场")
    assert "有效，已标注“异议中”" in office.handler.get(case).text
    unexamined = office.decider.get(f"{case}/steps/decision").text
    assert "还没有人核查过这条记录" in unexamined
    did(office.handler, case, "examination", right="false", reason="笔录与视频不符")
    form = office.decider.get(f"{case}/steps/decision").text
    assert all(said in form for said in ("当日未在场", "笔录与视频不符", "认为记录有误"))
    both = does(office.decider, case, "decision", decision="uphold", **{"acts/0/act": "annulment"})
    assert (both.status_code, re.search(r'value="uphold"[^>]* checked', both.text) is not None) == (422, True)
    struck = words(did(office.decider, case, "decision", decision="correct", **{"acts/0/act": "annulment"}))
    assert all(said in struck for said in ("已更正", "更正方式：整条撤销", "已撤销 2026年6月16日"))


def test_a_responsible_person_applies_apart_from_the_firm(office: Office) -> None:
    new = "/console/repairs/new"
    page = office.handler.get(new, entity=office.key, record=str(office.record))
    assert 'name="separate"' in page.text
    typed = {"entity": office.key, "record": str(office.record), "reason": "本人已履行"}
    answer = office.handler.send(page, new, **typed, separate="legal_representative")
    assert answer.status_code == 303, answer.text
    assert re.search("单独申请的责任人</dt><dd>法定代表人", office.handler.get(answer.location.partition("?")[0]).text)


def test_an_objection_corrects_the_attributes_of_a_record(office: Office, assembly: web.Assembly) -> None:
    case = filed(office, "objections", "没有未成年人")
    did(office.handler, case, "examination", right="false", reason="笔录有误")
    form = office.decider.get(f"{case}/steps/decision").text
    assert ("涉及未成年人" in form, "现为：一般" in form) == (True, True)
    typed = {"acts/0/act": "correction", "acts/0/changes/attributes/minors_involved": "no"}
    did(office.decider, case, "decision", decision="correct", **typed)
    with assembly.database.reader() as session:
        detail = session.execute(text("SELECT detail FROM event_act WHERE act = 'correction'")).scalar_one()
    assert detail["changes"] == {"attributes": {"minors_involved": "no"}}


def test_what_is_to_be_shown_is_listed_recorded_and_reported(office: Office) -> None:
    listed = office.handler.get("/console/publications").text
    record = f"/console/publications/{office.record}"
    assert record in listed
    assert "已逾期" in listed
    page = office.handler.get(record)
    assert "最短公示期至" in page.text
    typed = {"act": "publish", "place": "credit-china", "reference": "https://example.org/1"}
    refused = office.handler.send(page, record, **typed)
    assert refused.status_code == 422
    assert 'value="credit-china"' in refused.text
    assert 'id="f-done_on-fault"' in refused.text
    shown = office.handler.get(office.handler.send(page, record, **typed, done_on="2026-06-16").location).text
    assert "https://example.org/1" in shown
    report = office.handler.get("/console/publications/double", since="2026-03-01", until="2026-03-31")
    assert report.status_code == 200
    assert "条可以报送" in report.text
    backwards = office.handler.get("/console/publications/double", since="2026-04-01", until="2026-03-01")
    assert (backwards.status_code, 'value="2026-04-01"' in backwards.text) == (422, True)
    sheet = office.handler.get("/console/publications/double.csv", since="2026-03-01", until="2026-03-31")
    assert (sheet.mimetype, "attachment" in sheet.headers["Content-Disposition"]) == ("text/csv", True)


def test_the_pages_are_told_in_english(office: Office, staff: Callable[..., Browser]) -> None:
    case = to_decision(office)
    objection = filed(office, "objections")
    reader = staff("approver", login="smith", language="en", authority=town.AUTHORITY)
    for address, said in {
        "/console/repairs": "working days left",
        case: "Effects as of now",
        f"{case}/steps/decision": "Effects from the day of the decision",
        "/console/objections": "Marked, to be examined",
        objection: "In force, marked as disputed",
        "/console/publications": "Report for double publicity",
        f"/console/publications/{office.record}": "Minimum until",
        "/console/publications/double": "Double-publicity report",
    }.items():
        page = reader.get(address)
        assert (page.status_code, said in words(page.text)) == (200, True), address


def test_a_role_without_cases_sees_no_link_to_them_and_no_page(office: Office, staff: Callable[..., Browser]) -> None:
    inspector = staff("inspector", authority=town.AUTHORITY)
    assert "/console/repairs" not in inspector.get("/console/").text
    assert inspector.get("/console/repairs").status_code == 403
    case = filed(office)
    assert inspector.get(case).status_code == 403
    assert office.decider.get("/console/repairs/new").status_code == 403
    assert office.handler.get("/console/repairs/110000-2026-R09999").status_code == 404
    assert office.handler.get(f"{case}/steps/nothing").status_code == 404
