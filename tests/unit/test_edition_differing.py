"""Two texts of an edition, and what a person is told of their difference."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.edition import parse, schema
from scoring.edition.differing import changes, sentence
from scoring.edition.differing.labels import LABELS
from service.editions import shipped

START = date(2027, 1, 1)
TEXTS = {parse(text).id: text for text in shipped()}
CULTURE = TEXTS["bj-culture.2022"]


class Edit(NamedTuple):
    """One change of the text, and both sentences without clause and day."""

    old: str
    new: str
    clause: str
    zh: str
    en: str


EDITS = [
    Edit(
        'steps = [\n  { share = "100 %", within_days = 10',
        'steps = [\n  { share = "90 %", within_days = 10',
        "示例二",
        zh="评价之事项 检查发现问题 (problem_found)之纠正返还之{step}之返还比例由“100 %”改为“90 %”".format(
            step="各档 10 · attribute business_scale, one_of low"
        ),
        en="rating, event Problem found at an inspection (problem_found), points back for correction, {step}".format(
            step="step 10 · attribute business_scale, one_of low, share given back: 100 % → 90 %"
        ),
    ),
    Edit(
        "points = -10\nshift",
        "points = -12.50\nshift",
        "示例十一",
        zh="评价之事项 拒绝、阻碍检查 (inspection_refused)之分值由“-10”改为“-12.5”",
        en="rating, event Inspection refused or obstructed (inspection_refused), points: -10 → -12.5",
    ),
    Edit(
        "at_least = 75",
        "at_least = 78",
        "示例十",
        zh="评价之信用等级 B 级（良好） (B)之不低于由“75”改为“78”",
        en="rating, grade B (good) (B), at least: 75 → 78",
    ),
    Edit(
        'floor = { grade = "B", months = 12 }',
        "",
        "示例十一",
        zh="删去评价之事项 认定为示范单位 (model_unit)之保底等级“信用等级 B、月数 12”",
        en="rating, event Named a model unit (model_unit), floor removed (was grade B, months 12)",
    ),
    Edit(
        'yellow = { A = "B", B = "C"',
        'yellow = { A = "B", B = "B"',
        "示例十四",
        zh="评价之等级矩阵之对应之yellow之B由“C”改为“B”",
        en="rating, matrix, cell, yellow, B: C → B",
    ),
    Edit(
        'regions = ["110000"]',
        'regions = ["110105", "110108"]',
        "",
        zh="适用地区增加“110105、110108”，删去“110000”",
        en="regions: added 110105, 110108; removed 110000",
    ),
    Edit(
        "published_to_public = false",
        "published_to_public = true",
        "",
        zh="等级向社会公开由“否”改为“是”",
        en="tiers published: no → yes",
    ),
    Edit(
        'ratio = "2 %"',
        'ratio = "1/40"',
        "示例十六",
        zh="检查频次之A之抽查比例由“2 %”改为“1/40”",
        en="frequency, A, ratio: 2 % → 1/40",
    ),
]


@pytest.mark.parametrize("edit", EDITS, ids=[edit.en[:40] for edit in EDITS])
def test_a_change_is_told_with_clause_and_day(edit: Edit) -> None:
    assert CULTURE.count(edit.old) == 1
    (change,) = changes(CULTURE, CULTURE.replace(edit.old, edit.new))
    zh, en = (f"{edit.clause}：", f"Clause {edit.clause}: ") if edit.clause else ("", "")
    assert sentence(change, start=START) == f"{zh}{edit.zh}，自2027-01-01起"
    assert sentence(change, start=START, lang="en") == f"{en}{edit.en}, from 2027-01-01"


@pytest.mark.parametrize("edition", sorted(TEXTS))
def test_a_text_does_not_differ_from_itself(edition: str) -> None:
    assert changes(TEXTS[edition], TEXTS[edition]) == ()


def test_what_is_written_otherwise_and_means_the_same_is_no_change() -> None:
    same = (
        CULTURE.replace("points = -10\nshift", "points = -10.00\nshift")
        .replace('id = "bj-culture.2022"', 'id = "bj-culture.2027"')
        .replace("force_from = 2022-04-12", "force_from = 2027-01-01")
        .replace('"publishing_unit", "printing_enterprise"', '"printing_enterprise", "publishing_unit"')
    )
    assert changes(CULTURE, same) == ()


def test_moving_a_rule_is_no_change() -> None:
    head, *events = CULTURE.split("[[rating.event]]\n")
    *events, last = events
    last, rest = last.split("# Limits", 1)
    moved = "[[rating.event]]\n".join([head, last, *events]) + "# Limits" + rest
    assert moved != CULTURE
    assert changes(CULTURE, moved) == ()


def test_another_order_is_told_where_the_order_decides() -> None:
    """The first outcome that fits decides, and tiers run from the best to the worst."""
    head, first, second, rest = CULTURE.split("[[rating.outcome]]\n", 3)
    turned = f"{head}[[rating.outcome]]\n{second}[[rating.outcome]]\n{first}[[rating.outcome]]\n{rest}"
    (change,) = changes(CULTURE, turned)
    told = "rating, outcome: closed_at_inspection, new, first_year → new, closed_at_inspection, first_year"
    assert sentence(change, start=START, lang="en") == f"{told}, from 2027-01-01"
    (change,) = changes(CULTURE, CULTURE.replace('["A", "B", "C", "D"]', '["D", "B", "C", "A"]'))
    assert sentence(change, start=START, lang="en") == "rating, tiers: A, B, C, D → D, B, C, A, from 2027-01-01"


def test_a_code_under_another_name_is_one_rule_less_and_one_more() -> None:
    found = changes(CULTURE, CULTURE.replace('code = "model_unit"', 'code = "example_unit"'))
    assert [(one.before is None, one.after is None, one.clause) for one in found] == [
        (True, False, "示例十一"),
        (False, True, "示例十一"),
    ]


def test_what_moves_to_another_clause_is_told() -> None:
    (change,) = changes(
        CULTURE, CULTURE.replace('code = "award"\nclause = "示例六"', 'code = "award"\nclause = "示例九"')
    )
    assert sentence(change, start=START).startswith("示例九：评价之事项 表彰奖励 (award)之条款由“示例六”改为“示例九”")


def test_two_laws_of_repair_are_told_apart() -> None:
    told = [sentence(one, start=START) for one in changes(TEXTS["ndrc-58.2023"], TEXTS["ndrc-36.2026"])]
    condition = "修复条件：信用修复之条件 已经纠正失信行为 (corrected)之表述"
    assert f"{condition}由“已经纠正违法行为”改为“已经纠正失信行为”，自2027-01-01起" in told
    assert len(told) == len(set(told))


def test_every_key_of_an_edition_has_a_label_in_both_languages() -> None:
    keys = set(_keys(schema()))
    assert keys == set(LABELS)
    assert all(zh and en for zh, en in LABELS.values())


def _keys(part: object) -> Any:  # noqa: ANN401 - a generator of texts
    if isinstance(part, dict):
        yield from part.get("properties", {}) if isinstance(part.get("properties"), dict) else ()
        for inner in part.values():
            yield from _keys(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _keys(inner)


SHORT = TEXTS["js-environment.2020"]
POINTS = [line for line in SHORT.splitlines() if line.startswith(("points = ", "limit = ", "at_least = "))]


@given(st.lists(st.tuples(st.integers(0, len(POINTS) - 1), st.integers(1, 400)), unique_by=lambda pair: pair[0]))
def test_every_number_that_was_changed_is_told_once_and_nothing_else(edits: list[tuple[int, int]]) -> None:
    wanted = dict(edits)
    lines, seen, told = [], 0, []
    for line in SHORT.splitlines():
        key, _, number = line.partition(" = ")
        if key in {"points", "limit", "at_least"}:
            if seen in wanted:
                told.append((key, number, str(1000 + wanted[seen])))
                line = f"{key} = {1000 + wanted[seen]}"  # noqa: PLW2901 - the line as it is written anew
            seen += 1
        lines.append(line)
    found = changes(SHORT, "\n".join(lines) + "\n")
    assert sorted((one.path[-1].key, str(one.before), str(one.after)) for one in found) == sorted(told)


@pytest.mark.parametrize(("first", "second"), [*pairwise(sorted(TEXTS))])
def test_there_and_back_again(first: str, second: str) -> None:
    there, back = changes(TEXTS[first], TEXTS[second]), changes(TEXTS[second], TEXTS[first])
    turned = {(_place(one.path), str(one.after), str(one.before)) for one in back}
    assert {(_place(one.path), str(one.before), str(one.after)) for one in there} == turned


def _place(path: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - steps
    return tuple((step.key, step.entry) for step in path)
