"""How the findings of one run are collected: the worst of each check, of equals the first, and nothing by silence."""

import json
from pathlib import Path

import pytest

from scoring.sampling.verify import verify
from scoring.sampling.verify.verdicts import CODES, Findings
from scoring.sampling.verify.words import LAST, SENTENCES

VECTORS = Path(__file__).parents[3] / "vectors" / "draw"


def said_of(findings: Findings, code: str) -> tuple[str, str]:
    said = next(each for each in findings.all() if each.code == code)
    return said.verdict, said.where


def test_a_check_of_which_nothing_is_said_does_not_pass() -> None:
    assert {each.verdict for each in Findings().all()} == {"UNSEEN"}


def test_what_a_certificate_cannot_show_is_told_as_that() -> None:
    findings = Findings()
    findings.ok("F-ROOT")
    rest = {each.remark for each in findings.all(rest="not_in_certificate") if each.code != "F-ROOT"}
    assert rest == {"not_in_certificate"}


def test_the_worst_is_kept_and_of_equals_the_first() -> None:
    findings = Findings()
    findings.ok("F-ROOT")
    findings.unseen("masked", "F-ROOT")
    findings.weak("F-ROOT", "narrow", "weak place")
    findings.fail("F-ROOT", "first", 1, 2)
    findings.fail("F-ROOT", "second", 1, 2)
    findings.ok("F-ROOT")
    assert said_of(findings, "F-ROOT") == ("FAIL", "first")


def test_the_checks_come_in_the_order_of_the_page_each_once() -> None:
    assert [each.code for each in Findings().all()] == list(CODES)
    assert len(set(CODES)) == len(CODES)


@pytest.mark.parametrize("remark", sorted(SENTENCES))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sentence_can_be_said(remark: str, lang: str) -> None:
    findings = Findings()
    findings.fail("F-ROOT", "P1/{frame}", "{found}", 2, remark)
    said = next(each for each in findings.all() if each.code == "F-ROOT")
    assert said.line(SENTENCES, lang).startswith("F-ROOT")
    assert SENTENCES[remark][0] != SENTENCES[remark][1] or remark == "refused"


def test_the_last_line_is_said_in_both_languages() -> None:
    assert all(zh != en for zh, en in LAST.values())


def test_why_no_more_seats_can_be_filled_is_told_with_the_seats_and_the_inspectors() -> None:
    report = verify((VECTORS / "accept/short.json").read_bytes())
    (line,) = [line for line in report.lines("en") if line.startswith("A-PROOF")]
    file = json.loads((VECTORS / "accept/short.json").read_text("utf-8"))
    (part,) = file["parts"]
    assert line.startswith("A-PROOF       PASS   P1: of seats ")
    assert all(f"{code}/{seat + 1}" in line for code, seat in part["short"])
    filled = sum(1 for _, team in part["teams"] for person in team if person)
    assert line.endswith(f"P001 P002 ({filled}) + 0 = {filled}"), "two leave every seat that they cannot take empty"
