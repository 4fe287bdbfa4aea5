"""Each remark of the lint, drawn from a text with one mistake; and silence where there is none."""

import pytest

from scoring.edition import check, parse
from tests.builders.edition_text import edition_text, event_text
from tests.law_cases import shipped

CLAUSE = 'clause = "art. 1"\n'
RISK = """
[rating.risk]
clause = "art. 1"
factors = [{ attribute = "crowd", name = { zh = "人流" }, points = { big = 3, small = 1 }, otherwise = 0 }]
levels = [
  { key = "green", name = { zh = "绿" }, at_most = 1 },
  { key = "red", name = { zh = "红" } },
]
"""
MATRIX = """
[rating.matrix]
clause = "art. 1"
cells = { green = { A = "A", B = "B" }, red = { A = "B", B = "B" } }
"""
GOOD = "points = -1\n" + event_text("good", "points = 2")


def remarks(text: str) -> list[tuple[str, str]]:
    found = check(parse(text))
    assert all(finding.zh and finding.en for finding in found)
    return [(finding.code, finding.pointer) for finding in found]


def grade(key: str, rest: str) -> str:
    return f'[[rating.grade]]\nkey = "{key}"\nname = {{ zh = "等" }}\ntier = "B"\n{CLAUSE}{rest}\n'


def outcome(reason: str, rest: str) -> str:
    return f'[[rating.outcome]]\nreason = "{reason}"\ntext = {{ zh = "果" }}\n{CLAUSE}{rest}\n'


def cap(rest: str) -> str:
    return f"[[rating.cap]]\n{CLAUSE}{rest}\n"


def test_a_sound_edition_draws_no_remark() -> None:
    assert remarks(edition_text()) == []
    assert remarks(edition_text(event=GOOD, after=RISK)) == []


@pytest.mark.parametrize("name", shipped.NAMES)
def test_a_shipped_edition_draws_no_error(name: str) -> None:
    assert [finding for finding in check(parse(shipped.text(name))) if finding.severity == "error"] == []


BANDS = [
    (grade("C", ""), ("grade_unbounded", "/rating/grade/1")),
    (grade("C", "at_least = 0"), ("band_gap", "/rating/grade/2")),
    (grade("C", "banded = false"), ("grade_unreachable", "/rating/grade/2")),
]


@pytest.mark.parametrize(("after", "expected"), BANDS)
def test_bands_leave_no_gap_and_no_grade_out_of_reach(after: str, expected: tuple[str, str]) -> None:
    assert expected in remarks(edition_text(after=after))


def test_a_band_inside_a_better_one_is_an_overlap() -> None:
    text = edition_text().replace(
        '[[rating.grade]]\nkey = "B"', grade("C", "at_least = 90") + '[[rating.grade]]\nkey = "B"'
    )
    assert ("band_overlap", "/rating/grade/1") in remarks(text)


def test_a_band_with_the_same_total_and_a_looser_worst_item_is_no_overlap() -> None:
    strict = edition_text().replace("at_least = 80", "at_least = 80\nworst_item = 5")
    middle = grade("C", "at_least = 80\nworst_item = 10")
    assert remarks(strict.replace('[[rating.grade]]\nkey = "B"', middle + '[[rating.grade]]\nkey = "B"')) == []


@pytest.mark.parametrize(
    ("change", "unreachable"),
    [({"rating": "high = 79"}, "/rating/grade/0"), ({"rating": "low = 80"}, "/rating/grade")],
)
def test_a_grade_beyond_the_clip_is_out_of_reach(change: dict[str, str], unreachable: str) -> None:
    assert ("grade_unreachable", unreachable) in remarks(edition_text(**change))


def test_a_grade_above_the_base_is_out_of_reach_without_good_points_only() -> None:
    higher = edition_text().replace("at_least = 80", "at_least = 101")
    assert ("grade_unreachable", "/rating/grade/0") in remarks(higher)
    assert remarks(edition_text(event=GOOD).replace("at_least = 80", "at_least = 101")) == []


EVENTS = [
    ('dimension = "e"', "dimension_unknown", "/rating/event/0/dimension"),
    ('direct = { grade = "Z", term = { ends = "unlimited" } }', "grade_unknown", "/rating/event/0/direct/grade"),
    ('direct = { grade = "A", term = { ends = "unlimited" } }', "never_bites", "/rating/event/0/direct/grade"),
    ('floor = { grade = "B", months = 1 }', "never_bites", "/rating/event/0/floor/grade"),
    ('shift = { by = 1, limit = "A", months = 1 }', "never_bites", "/rating/event/0/shift/limit"),
    ('shift = { by = 0, limit = "B", months = 1 }', "never_bites", "/rating/event/0/shift/by"),
    ("severities = { x = -2 }\nvalue = { low = -3, high = 0 }", "points_never_read", "/rating/event/0"),
    (
        'factors = [{ when = { attribute = "a", one_of = ["1"] }, factor = 1000 }]\nseverities = { x = -900000 }',
        "effect_too_great",
        "/rating/event/0",
    ),
    ("value = { low = 3, high = 0 }", "limits_crossed", "/rating/event/0/value/low"),
    (
        'applies_when = [{ attribute = "a", one_of = ["1"] }, { attribute = "a", one_of = ["2"] }]',
        "condition_never_holds",
        "/rating/event/0/applies_when",
    ),
    (
        (
            'applies_when = [{ attribute = "a", one_of = ["1"] }]\n'
            'factors = [{ when = { attribute = "a", one_of = ["2"] }, factor = 2 }]'
        ),
        "condition_never_holds",
        "/rating/event/0/factors/0",
    ),
    (
        'repetition = { group = "g", months = 1, steps = [{ nth = 3, factor = 2 }, { nth = 2, factor = 3 }] }',
        "steps_unordered",
        "/rating/event/0/repetition/steps",
    ),
    (
        'repetition = { group = "g", months = 1, steps = [{ nth = 2, factor = 1 }] }',
        "never_bites",
        "/rating/event/0/repetition/steps",
    ),
    (
        "restoration = { steps = [{ share = 0.8, within_days = 30 }, { share = 1, within_days = 10 }] }",
        "step_unreachable",
        "/rating/event/0/restoration/steps/1",
    ),
]


@pytest.mark.parametrize(("event", "code", "pointer"), EVENTS)
def test_an_event_rule_names_what_exists_and_can_act(event: str, code: str, pointer: str) -> None:
    text = edition_text(event="points = -1\n" + event if "value" not in event else event)
    if event.startswith("dimension"):
        text = edition_text().replace('dimension = "d"', event)
    assert (code, pointer) in remarks(text)


def test_a_wider_restoration_after_a_narrower_one_is_sound() -> None:
    steps = """restoration = { steps = [
      { share = 1, within_days = 30, when = { attribute = "size", one_of = ["small"] } },
      { share = 0.8, within_days = 30 }, { share = 0.4, year = "same" }, { share = 0.2, year = "next" } ] }"""
    assert remarks(edition_text(event="points = -1\n" + steps)) == []


ABSORPTIONS = [
    ('{ x = ["y"] }', ("code_unknown", "/rating/absorption/by/x")),
    ('{ x = ["x"] }', ("absorption_cycle", "/rating/absorption/by/x")),
    ('{ x = ["good"], good = ["x"] }', ("absorption_cycle", "/rating/absorption/by/x")),
]


@pytest.mark.parametrize(("by", "expected"), ABSORPTIONS)
def test_absorption_names_what_exists_and_runs_in_no_circle(by: str, expected: tuple[str, str]) -> None:
    rating = f'absorption = {{ mode = "named", by = {by}, clause = "art. 1" }}'
    assert expected in remarks(edition_text(rating=rating, event=GOOD))


def test_a_chain_of_absorption_is_sound() -> None:
    rating = 'absorption = { mode = "named", by = { x = ["good", "y"], good = ["y"] }, clause = "art. 1" }'
    assert remarks(edition_text(rating=rating, event=GOOD + event_text("y", "points = -3"))) == []


CAPS = [
    ('stage = "period"\nside = "good"\nlimit = 5', "never_bites", "/rating/cap/0"),
    ('stage = "code"\nside = "bad"\nlimit = 5\nover = ["nothing"]', "code_unknown", "/rating/cap/0/over/0"),
    ('stage = "dimension"\nside = "bad"\nlimit = 5\nover = ["x"]', "dimension_unknown", "/rating/cap/0/over/0"),
    ('stage = "period"\nside = "bad"\nlimit = 5\nover = ["x"]', "cap_out_of_place", "/rating/cap/0/over"),
    ('stage = "case"\nside = "bad"\nlimit = 5\nmonths = 12', "cap_out_of_place", "/rating/cap/0"),
    ('stage = "case"\nside = "bad"\nlimit = 1', "never_bites", "/rating/cap/0/limit"),
    ('stage = "code"\nside = "bad"\nlimit = 0', "cap_zero", "/rating/cap/0/limit"),
]


@pytest.mark.parametrize(("text", "code", "pointer"), CAPS)
def test_a_cap_names_what_exists_and_can_bite(text: str, code: str, pointer: str) -> None:
    assert remarks(edition_text(after=cap(text))) == [(code, pointer)]


YEARLY = 'side = "bad"\ncalendar_year = true\n'


@pytest.mark.parametrize(
    ("limit", "expected"), [("10", [("never_bites", "/rating/cap/1/limit")]), ("9.99", []), ("10\nside", None)]
)
def test_a_cap_behind_tighter_ones_never_bites(limit: str, expected: list[tuple[str, str]] | None) -> None:
    first = cap('stage = "code"\nlimit = 5\n' + YEARLY)
    second_event = event_text("y", "points = -3")
    if expected is None:  # a period of another length is not held by yearly caps
        second = cap('stage = "dimension"\nlimit = 10\nside = "bad"\nmonths = 24')
        expected = []
    else:
        second = cap(f'stage = "dimension"\nlimit = {limit}\n{YEARLY}')
    assert remarks(edition_text(event="points = -1\n" + second_event, after=first + second)) == expected


def test_a_case_cap_bites_where_one_case_may_hold_several_punishments() -> None:
    rating = 'absorption = { mode = "none", clause = "art. 1" }'
    assert remarks(edition_text(rating=rating, after=cap('stage = "case"\nside = "bad"\nlimit = 1'))) == []


OUTCOMES = [
    (outcome("a", 'state = "unrated"'), ("outcome_always", "/rating/outcome/0")),
    (outcome("a", 'grade = "Z"\nwithout_occasion = true'), ("grade_unknown", "/rating/outcome/0/grade")),
    (outcome("a", 'state = "pending"\nmissing_codes = ["q"]'), ("code_unknown", "/rating/outcome/0/missing_codes/0")),
    (outcome("a", 'state = "pending"\ntotal_from = 5\ntotal_to = 4'), ("outcome_never", "/rating/outcome/0")),
    (outcome("a", 'state = "pending"\ntotal_from = 101'), ("outcome_never", "/rating/outcome/0")),
    (outcome("a", 'state = "pending"\nwithout_occasion = true\nclosed = true'), ("outcome_never", "/rating/outcome/0")),
    (
        outcome("a", 'state = "pending"\nyounger_than_months = 12')
        + outcome("b", 'state = "unrated"\nyounger_than_months = 6\nwithout_occasion = true'),
        ("outcome_unreachable", "/rating/outcome/1"),
    ),
]


@pytest.mark.parametrize(("after", "expected"), OUTCOMES)
def test_an_outcome_rule_can_hold_and_leaves_room_for_the_next(after: str, expected: tuple[str, str]) -> None:
    assert expected in remarks(edition_text(after=after))


def test_a_narrow_outcome_before_a_wide_one_is_sound() -> None:
    narrow = outcome("a", 'state = "pending"\noccasion_types = ["first"]\ntotal_to = 50')
    wide = outcome("b", 'state = "ungraded"\noccasion_types = ["first", "second"]\ntotal_to = 50')
    assert remarks(edition_text(after=narrow + wide)) == []
    assert remarks(edition_text(after=wide + narrow)) == [("outcome_unreachable", "/rating/outcome/1")]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("[[rating.streak]]\nmonths = 12\npoints = -1\n", ("streak_not_good", "/rating/streak/0/points")),
        (
            "[[rating.streak]]\nmonths = 12\npoints = 2\n" + CLAUSE + "[[rating.streak]]\nmonths = 24\npoints = 2\n",
            ("step_unreachable", "/rating/streak/1"),
        ),
        ('[[rating.ceiling]]\nmonths = 12\ngrade = "A"\n', ("never_bites", "/rating/ceiling/0/grade")),
        ('[[rating.ceiling]]\nmonths = 12\ngrade = "B"\ncodes = ["good"]\n', ("never_bites", "/rating/ceiling/0")),
        (
            '[[rating.ceiling]]\nmonths = 12\ngrade = "B"\ncodes = ["q"]\n',
            ("code_unknown", "/rating/ceiling/0/codes/0"),
        ),
    ],
)
def test_streaks_and_ceilings_can_act(after: str, expected: tuple[str, str]) -> None:
    assert expected in remarks(edition_text(event=GOOD, after=after + CLAUSE))


def without_grade_tiers(text: str) -> str:
    return text.replace('tier = "A"\n', "").replace('tier = "B"\n', "")


TIERS = [
    (RISK.replace("at_most = 1", "at_most = 3"), "level_unreachable", "/rating/risk/levels/1"),
    (RISK.replace("at_most = 1", "at_most = -1"), "level_unreachable", "/rating/risk/levels/0"),
    (RISK.replace(", at_most = 1", ""), "risk_levels_unordered", "/rating/risk/levels"),
    (MATRIX, "matrix_without_risk", "/rating/matrix"),
    (RISK + MATRIX, "tier_never_read", "/rating/grade/0/tier"),
    (RISK + MATRIX.replace(', B = "B" }, red', " }, red"), "matrix_hole", "/rating/matrix/cells/green"),
    (RISK + MATRIX.replace("red", "blue"), "matrix_stray", "/rating/matrix/cells/blue/A"),
    (RISK + MATRIX.replace('A = "A"', 'A = "Q"'), "tier_unknown", "/rating/matrix/cells/green/A"),
    (RISK + MATRIX.replace('A = "A"', 'A = "B"'), "tier_unreachable", "/rating/tiers/0"),
    (
        RISK + MATRIX.replace('A = "A", B = "B"', 'A = "B", B = "A"'),
        "matrix_not_monotone",
        "/rating/matrix/cells/green/B",
    ),
]


@pytest.mark.parametrize(("after", "code", "pointer"), TIERS)
def test_risk_and_matrix_cover_everything_once(after: str, code: str, pointer: str) -> None:
    assert (code, pointer) in remarks(edition_text(after=after))


def test_a_complete_matrix_is_sound() -> None:
    assert remarks(without_grade_tiers(edition_text(after=RISK + MATRIX))) == []
    assert ("grade_without_tier", "/rating/grade") in remarks(without_grade_tiers(edition_text()))


FREQUENCIES = [
    ("[frequency.A]\nratio = '1 %'\n", ("frequency_missing", "/frequency")),
    ("[frequency.Z]\nratio = '1 %'\n", ("tier_unknown", "/frequency/Z")),
    ("[frequency.A]\nmin_per_year = 3\nmax_per_year = 2\n", ("limits_crossed", "/frequency/A")),
    ("[frequency.A]\nratio = '0 %'\n", ("tier_invisible", "/frequency/A")),
    (
        "[frequency.A]\nratio = '5 %'\n" + CLAUSE + "[frequency.B]\nratio = '1/50'\n",
        ("frequency_not_monotone", "/frequency/B/ratio"),
    ),
    (
        (
            "[rating.provisional]\ntiers = ['A']\ndirect_grade = false\ndue_days = 5\ncounting = 'working_days'\n"
            "lapses_to = 'dropped'\n"
        ),
        ("tier_unknown", "/rating/provisional/tiers/0"),
    ),
    (
        (
            "[rating.provisional]\ntiers = []\ndirect_grade = true\ndue_days = 5\ncounting = 'working_days'\n"
            "lapses_to = 'dropped'\n"
        ),
        ("never_bites", "/rating/provisional"),
    ),
]


@pytest.mark.parametrize(("after", "expected"), FREQUENCIES)
def test_every_tier_is_known_and_drawn(after: str, expected: tuple[str, str]) -> None:
    assert expected in remarks(edition_text(after=after + CLAUSE))


BY_WORKING_DAYS = (
    "[rating.provisional]\ntiers = ['B']\ndirect_grade = false\ndue_days = 5\ncounting = 'working_days'\n"
    "lapses_to = 'dropped'\n" + CLAUSE
)


@pytest.mark.parametrize(
    ("head", "counting", "expected"),
    [
        ("", "working_days", {"calendar_missing"}),
        ("", "calendar_days", set()),
        ('calendar = "cn"\n', "working_days", set()),
        ('calendar = "atlantis"\n', "working_days", {"calendar_unknown"}),
        ('calendar = "atlantis"\n', "calendar_days", {"calendar_unknown"}),
    ],
)
def test_working_days_are_counted_by_a_calendar_that_is_shipped(head: str, counting: str, expected: set[str]) -> None:
    found = remarks(edition_text(head=head, after=BY_WORKING_DAYS.replace("working_days", counting)))
    assert {code for code, pointer in found if pointer == "/calendar"} == expected


ENVELOPES = [
    ("force_to = 2026-01-01\n", ("force_empty", "/force_to")),
    ('unverified_clauses = ["art. 1"]\n', ("verified_and_not", "/verified")),
    ('unverified_clauses = ["art. 9"]\n', ("clause_unknown", "/unverified_clauses")),
    ('[map.codes]\na = "x"\n', ("map_without_predecessor", "/map")),
    ('kinds = ["bar"]\n', ("kind_unknown", "/rating/override")),
]


@pytest.mark.parametrize(("head", "expected"), ENVELOPES)
def test_the_envelope_tells_no_contradiction(head: str, expected: tuple[str, str]) -> None:
    after = '[[rating.override]]\nkinds = ["pub"]\nbase = 99\n' if "kinds" in head else ""
    assert expected in remarks(edition_text(head=head, after=after))


def test_an_illustrative_edition_says_so_in_its_title() -> None:
    text = edition_text().replace("illustrative = false", "illustrative = true")
    assert remarks(text) == [("illustrative_unsaid", "/title")]
    assert remarks(text.replace('"试"', '"示例", en = "Illustrative trial"')) == []


def test_a_clause_needs_a_text_and_a_text_a_use() -> None:
    text = edition_text().replace('"art. 1" = { zh = "第一条" }', '"art. 2" = { zh = "第二条" }')
    assert remarks(text) == [("clause_unknown", "/rating"), ("clause_unused", "/clauses/art. 2")]


def test_an_override_is_blamed_only_for_what_it_adds() -> None:
    wrong = edition_text(rating="low = 80", after='[[rating.override]]\nkinds = ["bar"]\nbase = 90\n')
    assert remarks(wrong) == [("grade_unreachable", "/rating/grade")]
    other = '[[rating.override]]\nkinds = ["bar"]\nhigh = 70\n'
    assert remarks(edition_text(after=other)) == [
        ("base_outside_limits", "/rating/override/0/base"),
        ("grade_unreachable", "/rating/override/0/grade/0"),
    ]


def test_a_remark_reads_as_a_sentence_with_file_place_and_clause() -> None:
    (finding,) = check(parse(edition_text(after=cap('stage = "code"\nside = "bad"\nlimit = 0'))))
    assert finding.sentence(file="a.toml", lang="en") == (
        "a.toml:/rating/cap/0/limit [art. 1]: the limit is 0, none of these points ever count: "
        "raise it or remove the points (cap_zero)"
    )
    assert finding.sentence().startswith("/rating/cap/0/limit [art. 1]: 上限为 0")
