"""Papers of an objection: proof by digest, as the paper of a repair is; and the source that reads them and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.api.repairs.conftest import PNG
from tests.api.repairs.test_refused_repairs import refused_papers
from tests.builders.partners import rows
from tests.builders.repair_town import PDF
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.api.repairs.conftest import Town

AT: Any = {"at": "objections"}


def test_proof_is_what_it_says_and_comes_back_as_it_was(early: Town, caller: Callable[..., FlaskClient]) -> None:
    number = early.objected()
    (paper,) = early.case(number, **AT)["papers"]
    assert (paper["key"], paper["name"]["zh"], paper["clause"]) == ("proof", "证明材料", None)
    refused_papers(early, number, "proof", "objections")
    sent = early.send(number, key="proof", name="现场.png", content=PNG, **AT)
    assert sent.status_code == 201, sent.json
    assert early.send(number, key="proof", name="现场.png", content=PNG, **AT).status_code == 201
    (kept,) = early.case(number, **AT)["materials"]
    assert (kept["key"], kept["name"], kept["media_type"]) == ("proof", "现场.png", "image/png")
    place = f"/v1/objections/{number}/materials/{kept['sha256']}"
    assert early.approver.get(place).get_data() == PNG
    assert early.approver.get(place.replace("objections", "repairs")).json["code"] == "repair_case_not_found"
    far = caller("handler", authority="bj-culture-110102")
    assert far.get(place).json["code"] == "repair_case_not_found"
    assert early.refused(early.approver, number, "materials/proof?name=a.pdf", **AT) == (403, "forbidden")
    early.does(early.approver, number, "decision", **AT, decision="uphold")
    assert early.send(number, key="proof", name="later.pdf", **AT).json["code"] == "repair_papers_closed"
    early.does(early.entity, number, "second-review", **AT)
    assert early.send(number, key="proof", name="later.pdf", **AT).status_code == 201


def test_a_case_takes_so_many_papers_and_no_more(early: Town) -> None:
    number = early.objected()
    answers = [early.send(number, key="proof", name=f"{n}.pdf", content=PDF + b"%d" % n, **AT) for n in range(51)]
    assert {answer.status_code for answer in answers[:50]} == {201}
    assert (answers[50].status_code, answers[50].json["code"]) == (409, "repair_papers_full")
    assert len(early.case(number, **AT)["materials"]) == 50


def test_only_the_source_that_was_asked_reads_the_case_and_answers(
    early: Town, caller: Callable[..., FlaskClient]
) -> None:
    source, other = caller("partner", authority=town.AUTHORITY), caller("partner", authority=town.AUTHORITY)
    number = early.objected()
    proof = early.send(number, key="proof", name="现场.png", content=PNG, **AT).json["sha256"]
    place = f"/v1/objections/{number}"
    asked = {"source": "cases", "partner": early.token_of(source)}
    assert source.get(place).json["code"] == "repair_case_not_found"
    wrong = early.refused(early.handler, number, "forwarding", **AT, **{**asked, "partner": "nobody"})
    assert wrong == (422, "objection_partner_unknown")
    asked_staff = {**asked, "partner": early.token_of(early.handler)}
    staff = early.refused(early.handler, number, "forwarding", **AT, **asked_staff)
    assert staff == (422, "objection_partner_unknown")
    early.does(early.handler, number, "forwarding", **AT, **asked)
    for client, reads in ((source, True), (other, False)):
        assert [one["number"] for one in client.get("/v1/objections").json["items"]] == [number] * reads
        assert (client.get(place).status_code == 200) is reads
        assert (client.get(f"{place}/materials/{proof}").get_data() == PNG) is reads
    noted = "SELECT actor_id, subject, detail ->> 'paper' FROM query_log WHERE purpose = 'objection_source' ORDER BY id"
    seen = [(early.token_of(source), early.key, paper) for paper in (None, None, proof)]
    assert rows(early.database, noted) == seen, "listed, read, and its paper"
    assert {step["person"] for step in source.get(place).json["steps"]} == {None}
    assert early.refused(other, number, "answer", **AT, right=True) == (404, "repair_case_not_found")
    assert early.refused(source, number, "extension", **AT) == (409, "repair_no_extension")
    early.does(source, number, "answer", **AT, right=True)
    answered = early.case(number, **AT)["steps"][-1]
    assert (answered["part"], answered["detail"]) == ("source", {"right": True})
