"""The shipped catalogues agree with each other, with the shipped editions and with the sample city."""

from __future__ import annotations

from importlib import resources
from typing import Any

import pytest

from scoring.edition import parse
from service.evidence.bulk.fieldmap import compiled, field_maps
from service.evidence.catalogue import decision_kinds, ended_by, event_codes
from service.evidence.lifecycle import EFFECTS
from service.platform import catalogue as problems
from service.register.seeds import statuses
from service.sample.city import mentioned_codes

KINDS = {kind.code: kind for kind in decision_kinds()}
CODES = {code.code: code for code in event_codes()}
EDITIONS = [file for file in resources.files("scoring.editions").iterdir() if file.name.endswith(".toml")]


def test_no_code_stands_twice() -> None:
    assert len(KINDS) == len(decision_kinds())
    assert len(CODES) == len(event_codes())


def test_every_code_goes_with_kinds_that_there_are() -> None:
    assert {kind for code in CODES.values() for kind in code.kinds} <= set(KINDS)


def test_a_code_is_final_or_a_warning_whatever_kind_it_is_given() -> None:
    for code in CODES.values():
        assert len({KINDS[kind].final for kind in code.kinds}) == 1, code.code


def test_a_warning_is_neither_an_offence_nor_a_penalty() -> None:
    assert not [kind.code for kind in KINDS.values() if not kind.final and (kind.offence or kind.penalty)]


def test_the_states_that_end_an_entity_are_states_of_the_register() -> None:
    assert set(ended_by()) <= set(statuses())


@pytest.mark.parametrize("file", EDITIONS, ids=lambda file: file.name)
def test_every_code_of_a_shipped_edition_is_in_the_catalogue(file: resources.abc.Traversable) -> None:
    edition = parse(file.read_text(encoding="utf-8"))
    for rating in edition.ratings.values():
        warnings = {warning.code for warning in rating.risk.warnings} if rating.risk else set()
        assert set(rating.rules) | warnings <= set(CODES)
        assert all(KINDS[CODES[code].kinds[0]].final for code in rating.rules)
        assert not any(KINDS[CODES[code].kinds[0]].final for code in warnings)


def test_every_code_of_the_sample_city_is_in_the_catalogue() -> None:
    assert set(mentioned_codes()) <= set(CODES)


def test_what_field_maps_make_is_in_the_catalogue() -> None:
    rows = {
        "case_export": {"统一社会信用代码": "91110000101623741K", "处罚类别": "罚款"},
        "complaints": {"统一社会信用代码": "91110000101623741K", "核查结果": "属实"},
    }
    assert set(rows) == set(field_maps())
    for name, made in field_maps().items():
        body = made.body(rows[name])
        assert isinstance(body, dict)
        assert body["code"] in CODES
        assert body["entity"] == "uscc:91110000101623741K"


ACTS_MAP: dict[str, Any] = {
    "id": "repairs",
    "zh": "修复导出",
    "en": "Export of repairs",
    "fixed": {"source": "repairs", "act": "repair"},
    "fields": {"source_ref": {"column": "文号"}, "acted_on": {"column": "修复日期"}},
}


def test_a_field_map_that_makes_acts_gives_their_reason() -> None:
    with pytest.raises(ValueError, match="repairs makes acts without a reason"):
        compiled(ACTS_MAP)
    by_column = compiled({**ACTS_MAP, "fields": {**ACTS_MAP["fields"], "reason": {"column": "修复事由"}}})
    assert by_column.body({"文号": "1", "修复日期": "2026-03-01", "修复事由": "完成整改"}) == {
        "source": "repairs",
        "act": "repair",
        "source_ref": "1",
        "acted_on": "2026-03-01",
        "reason": "完成整改",
    }
    fixed = compiled({**ACTS_MAP, "fixed": {**ACTS_MAP["fixed"], "reason": "依法修复"}})
    assert fixed.body({"文号": "1"}) == {"source": "repairs", "act": "repair", "source_ref": "1", "reason": "依法修复"}


def test_acts_and_their_problems_have_words() -> None:
    assert "unknown_act" in problems()
    assert {"annulment", "correction", "repair", "repair_revocation", "withdrawal", "dispute"} <= set(EFFECTS)
