"""What the entity is told of its case: what is missing, once; and why it was refused, with what is open to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.notices.written import follow_outbox

if TYPE_CHECKING:
    from tests.api.repairs.conftest import Town


def test_missing_papers_and_refusals_reach_the_entity(place: Town) -> None:
    number = place.opened()
    place.does(place.handler, number, "supplement-request", papers=["report"])
    while follow_outbox(place.database):
        pass
    (asked,) = place.entity.get("/v1/notices?kind=missing_papers").json["items"]
    assert asked["about"] == number
    facts = place.entity.get(f"/v1/notices/{asked['number']}").json["facts"]
    (clock,) = (one for one in place.entity.get(f"/v1/repairs/{number}").json["clocks"] if one["clock"] == "supplement")
    assert (facts["case"], len(facts["papers"]), facts["note"]) == (number, 1, "as found")
    assert facts["supply_by"] == clock["due_on"]
    assert "申请程序终止" in facts["after"]
    text = place.entity.get(f"/v1/notices/{asked['number']}/text?lang=en").text
    assert f"hand it in by {clock['due_on']}" in text
    assert "Note: as found" in text

    place.does(place.entity, number, "withdrawal")
    second = place.opened()
    place.does(place.handler, second, "acceptance-refusal", reason="the paper\nis another's")
    third = place.to_decision()
    place.does(place.approver, third, "decision", decision="refuse")
    while follow_outbox(place.database):
        pass
    refused = place.entity.get("/v1/notices?kind=refusal").json["items"]
    assert [one["about"] for one in refused] == [second, third]
    text = place.entity.get(f"/v1/notices/{refused[0]['number']}/text?lang=zh").text
    for said in ("the paper is another's", "于2026年6月16日决定不予受理。", "行政复议", "提出异议"):
        assert said in text
    assert "于2026年6月16日决定不予修复。" in place.entity.get(f"/v1/notices/{refused[1]['number']}/text?lang=zh").text
    assert follow_outbox(place.database) == 0


def test_a_notice_that_is_written_late_tells_the_term_as_it_ran(place: Town) -> None:
    number = place.opened()
    place.does(place.handler, number, "supplement-request", papers=["report"])
    (clock,) = (one for one in place.case(number)["clocks"] if one["clock"] == "supplement")
    place.send(number, key="report", content=b"%PDF-1.4 report")
    place.does(place.entity, number, "supplement")
    while follow_outbox(place.database):
        pass
    (asked,) = place.entity.get("/v1/notices?kind=missing_papers").json["items"]
    assert place.entity.get(f"/v1/notices/{asked['number']}").json["facts"]["supply_by"] == clock["due_on"]
