"""The vectors of rating bundles: what every verifier accepts and refuses, and that they are what the builders make."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scoring.exchange.bundle import CODES, is_bundle, verify_bundle
from scoring.exchange.bundle.words import SENTENCES
from tests.builders.bundles.writing import FOLDER, index_of, vectors

INDEX: list[dict[str, Any]] = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))


def named(line: dict[str, Any]) -> str:
    return str(line["file"])


@pytest.mark.parametrize("line", [line for line in INDEX if not line["fails"]], ids=named)
def test_a_bundle_in_order_passes_every_check(line: dict[str, Any]) -> None:
    report = verify_bundle((FOLDER / line["file"]).read_bytes())
    assert [(said.code, said.verdict) for said in report.said] == [(code, "PASS") for code in CODES]
    assert report.passes(strict=True)


@pytest.mark.parametrize("line", [line for line in INDEX if line["fails"]], ids=named)
def test_a_changed_bundle_fails_by_these_checks_and_no_others(line: dict[str, Any]) -> None:
    report = verify_bundle((FOLDER / line["file"]).read_bytes())
    assert sorted(report.failed()) == line["fails"]
    assert not report.passes()
    assert [said.line(SENTENCES, "en") for said in report.said if said.remark] == line["says"]


def test_every_check_refuses_a_vector() -> None:
    assert {code for line in INDEX for code in line["fails"]} == set(CODES)


def test_most_checks_refuse_some_vector_that_no_other_check_refuses() -> None:
    alone = {line["fails"][0] for line in INDEX if len(line["fails"]) == 1}
    assert alone == set(CODES)


def test_the_files_are_what_the_builders_make() -> None:
    made = vectors()
    stored = {line["file"]: (FOLDER / line["file"]).read_bytes() for line in INDEX}
    assert {path: data for path, (data, _) in made.items()} == stored
    assert index_of(made) == (FOLDER / "index.json").read_bytes()
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.json")}
    assert there == {*stored, "index.json"}


def test_a_bundle_is_told_from_the_file_of_a_draw() -> None:
    draws = sorted((FOLDER.parent / "draw").rglob("accept/*.json"))
    assert draws
    assert not any(is_bundle(path.read_bytes()) for path in draws)
    assert all(is_bundle((FOLDER / line["file"]).read_bytes()) for line in INDEX if not line["fails"])
    assert is_bundle(b'{ "type" : "rating_bundle" }')
    assert not is_bundle(rb'{"name":"\"type\":\"rating_bundle\""}')
