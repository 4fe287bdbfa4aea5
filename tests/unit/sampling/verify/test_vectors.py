"""The vectors of the protocol: what every verifier accepts and refuses, and that they are what the builders make."""

import json
from functools import cache
from typing import Any

import pytest

from scoring.sampling.verify import CODES, Outside, Report, verify
from tests.builders.draws.writing import FOLDER, index_of, outside_of, vectors

INDEX: list[dict[str, Any]] = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
ACCEPTED = [line for line in INDEX if "verdicts" in line]
REFUSED = [line for line in INDEX if "fails" in line]


@cache
def stored() -> dict[str, bytes]:
    return {line["file"]: (FOLDER / line["file"]).read_bytes() for line in INDEX}


def report_of(line: dict[str, Any]) -> Report:
    return verify(stored()[line["file"]], outside_of(line["options"], stored()))


@pytest.mark.parametrize("line", ACCEPTED, ids=lambda line: line["file"])
def test_a_lawful_file_is_accepted_with_these_verdicts(line: dict[str, Any]) -> None:
    report = report_of(line)
    assert {said.code: said.verdict for said in report.said} == line["verdicts"]
    assert report.passes(), report.failed()


@pytest.mark.parametrize("line", REFUSED, ids=lambda line: line["file"])
def test_an_unlawful_file_is_refused_by_its_check(line: dict[str, Any]) -> None:
    report = report_of(line)
    assert line["fails"] in report.failed()
    assert not report.passes()


def test_every_check_refuses_or_weakens_a_vector() -> None:
    weakened = {code for line in ACCEPTED for code, verdict in line["verdicts"].items() if verdict == "WEAK"}
    refusing = {line["fails"] for line in REFUSED}
    assert set(CODES) == refusing | weakened
    assert not refusing - set(CODES)


def test_every_check_passes_in_some_vector() -> None:
    assert set(CODES) == {code for line in ACCEPTED for code, verdict in line["verdicts"].items() if verdict == "PASS"}


def test_the_files_are_what_the_builders_make() -> None:
    made = vectors()
    assert {path: data for path, (data, _) in made.items()} == stored()
    assert index_of(made) == (FOLDER / "index.json").read_bytes()
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.json")}
    assert there == {*stored(), "index.json"}


def test_a_forged_draw_passes_until_something_comes_from_outside() -> None:
    """The file alone proves consistency and never time; the head that a stranger noted refuses it."""
    data = stored()["reject/whole_draw_forged_anew.json"]
    alone = verify(data, Outside())
    assert alone.passes()
    assert alone.lines("en")[-1].startswith("consistent, not anchored")


def test_with_all_anchors_the_last_line_says_so() -> None:
    line = next(line for line in ACCEPTED if line["file"] == "accept/anchored.json")
    assert report_of(line).anchored
    assert report_of(line).lines("en")[-1] == "consistent, and anchored in what was noted outside"
