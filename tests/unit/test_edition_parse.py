from datetime import date

import pytest

from scoring.edition import check, id_of, parse
from scoring.kernel.errors import EditionError
from tests.builders.edition_text import CLAUSES, EVENT, HEAD
from tests.builders.edition_text import edition_text as edition
from tests.builders.repairing import repair_text


def findings(text: str) -> list[tuple[str, str]]:
    with pytest.raises(EditionError) as caught:
        parse(text)
    return [(found.code, found.pointer) for found in caught.value.findings]


@pytest.mark.parametrize(
    ("written", "hundredths"),
    [("3", 300), ("-2.5", -250), ('"2.50"', 250), ("0.29", 29), ("1_000.5", 100050), ("-0.010", -1), ('"+4"', 400)],
)
def test_points_are_read_exactly(written: str, hundredths: int) -> None:
    assert parse(edition(event=f"points = {written}")).ratings["*"].rules["x"].points == hundredths


@pytest.mark.parametrize("written", ["0.125", "1e2", "nan", "inf", "true", '"1,5"', '""', "[1]", '"1_000"', "'１'"])
def test_points_that_are_not_exact_are_refused(written: str) -> None:
    assert findings(edition(event=f"points = {written}")) == [("not_points", "/rating/event/0/points")]


def test_points_beyond_the_range_are_refused() -> None:
    assert findings(edition(event="points = 10000000.01")) == [("points_out_of_range", "/rating/event/0/points")]


def test_factors_shares_and_ratios_become_whole_numbers() -> None:
    text = edition(
        event="""points = -1
factors = [{ when = { attribute = "size", one_of = ["small"] }, factor = 0.8 }]
repetition = { group = "g", months = 12, steps = [{ nth = 2, factor = 1.5 }, { nth = 3, factor = 2 }] }
restoration = { steps = [{ share = "80 %", within_days = 30 }, { share = 0.405, year = "same" }] }
""",
        after="""[frequency.A]
clause = "art. 1"
ratio = "2.5 %"
verification_sample = "5/100"
""",
    )
    rule = parse(text).ratings["*"].rules["x"]
    assert rule.factors[0].factor == 800
    assert [step.factor for step in rule.repetition.steps] == [1500, 2000]
    assert [step.share for step in rule.restoration.steps] == [800, 405]
    frequency = parse(text).frequency["A"]
    assert (frequency.ratio, frequency.verification_sample) == ((1, 40), (1, 20))


@pytest.mark.parametrize(
    ("written", "allowed"), [('"1/20"', True), ("0.05", False), ('"21/20"', False), ('"1/0"', False)]
)
def test_a_ratio_is_a_fraction_or_a_percentage_of_at_most_one(*, written: str, allowed: bool) -> None:
    text = edition(after=f'[frequency.A]\nclause = "art. 1"\nratio = {written}\n')
    if allowed:
        assert parse(text).frequency["A"].ratio == (1, 20)
    else:
        assert findings(text) == [("not_a_ratio", "/frequency/A/ratio")]


def test_an_inner_rule_takes_the_clause_around_it_unless_it_names_its_own() -> None:
    rule = (
        parse(
            edition(
                event="""points = -1
direct = { grade = "B", term = { ends = "months", months = 6 } }
floor = { grade = "A", months = 3, clause = "art. 9" }
"""
            )
        )
        .ratings["*"]
        .rules["x"]
    )
    assert (rule.direct.clause, rule.floor.clause) == ("art. 1", "art. 9")


def test_a_value_without_any_clause_is_refused() -> None:
    text = edition().replace('clause = "art. 1"\ndimension', "dimension")
    assert findings(text) == [("missing_clause", "/rating/event/0/clause")]


def test_everything_wrong_is_told_at_once_in_both_languages() -> None:
    text = edition(
        head='colour = "red"\n', rating='window = { months = 0 }\nlow = "a"', event="points = 1.005\nmore = 1"
    )
    with pytest.raises(EditionError) as caught:
        parse(text)
    assert sorted((found.code, found.pointer) for found in caught.value.findings) == [
        ("not_a_whole_number", "/rating/window/months"),
        ("not_points", "/rating/event/0/points"),
        ("not_points", "/rating/low"),
        ("unknown_key", "/colour"),
        ("unknown_key", "/rating/event/0/more"),
    ]
    assert all(found.zh and found.en and found.zh != found.en for found in caught.value.findings)
    assert {found.clause for found in caught.value.findings if "event" in found.pointer} == {"art. 1"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"head": "force_to = 2027-01-01T00:00:00\n"}, [("not_a_day", "/force_to")]),
        ({"head": 'kinds = "bar"\n'}, [("wrong_type", "/kinds")]),
        ({"head": "predecessor = 1.5\n"}, [("wrong_type", "/predecessor")]),
        ({"head": 'predecessor = " x"\n'}, [("bad_text", "/predecessor")]),
        ({"head": 'transition = "maybe"\n'}, [("not_a_choice", "/transition")]),
        ({"rating": "window = { months = 1, occasions = 2 }"}, [("too_many_forms", "/rating/window")]),
        ({"event": "value = { allowed = [1], low = 2, high = 3 }"}, [("too_many_forms", "/rating/event/0/value")] * 2),
        (
            {"rating": "window = { cycle = { months = 12, start_month = 2, start_day = 30 } }"},
            [("no_such_day", "/rating/window/cycle/start_day")],
        ),
        ({"event": "value = { low = 2 }"}, [("no_form", "/rating/event/0/value")]),
        ({"event": ""}, [("no_form", "/rating/event/0")]),
        ({"event": 'points = 1\nvalidity = { ends = "months" }'}, [("missing_key", "/rating/event/0/validity/months")]),
        (
            {"event": 'points = 1\nvalidity = { ends = "unlimited", months = 3 }'},
            [("out_of_place", "/rating/event/0/validity/months")],
        ),
        ({"event": "points = 1" + EVENT + "points = 2"}, [("code_twice", "/rating/event/1/code")]),
        ({"rating": "streak_broken_by_repaired = 1"}, [("wrong_type", "/rating/streak_broken_by_repaired")]),
        ({"after": "[publicity]\n[rating.risk]\n"}, [("missing_key", "/rating/risk/factors")]),
    ],
)
def test_each_kind_of_mistake_has_its_code_and_place(change: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert findings(edition(**change))[: len(expected)] == expected


def test_an_edition_need_not_rate_but_lays_down_the_law_for_something() -> None:
    envelope = HEAD + CLAUSES
    assert findings(envelope) == [("no_form", "")]
    assert findings(envelope + "[frequency]\n") == [("no_form", "")]
    repairs = parse(repair_text())
    assert (repairs.matters, dict(repairs.ratings)) == (("repair", "objection"), {})
    assert check(repairs) == []
    assert findings(envelope + "[repair]\n")[0] == ("missing_clause", "/repair/clause")
    assert findings("rating = 1\n" + envelope) == [("wrong_type", "/rating")]


def test_a_bound_is_written_in_the_words_of_its_direction() -> None:
    assert findings(edition().replace("at_least", "at_most")) == [("wrong_bound", "/rating/grade/0/at_most")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a = ", "not_toml"),
        ("a = " + "[" * 5000, "too_deep"),
        ("a = '\ud800'", "not_unicode"),
        ("a = " + "9" * 5000, "not_toml"),
        (".".join(["a"] * 20_000) + " = 1", "too_deep"),
        ("[" + " . ".join(['"a"'] * 20_000) + "]", "too_deep"),
    ],
)
def test_what_is_no_toml_is_refused_not_crashed_on(text: str, code: str) -> None:
    assert findings(text) == [(code, "")]


def test_an_id_is_told_of_a_text_that_is_wrong_elsewhere_and_of_none_that_cannot_be_read() -> None:
    assert id_of('id = "x"\nno_such = 1') == "x"
    assert [id_of(text) for text in ("id = 1", "", "a = " + "[" * 5000, "a = " + "9" * 5000)] == [None] * 4


def test_a_text_of_countless_faults_is_told_some_of_them() -> None:
    assert len(findings("".join(f"k{number} = 1\n" for number in range(3_000)))) == 1_000


def test_an_override_changes_only_what_it_writes() -> None:
    parsed = parse(
        edition(
            event="points = -1\n" + EVENT.replace('"x"', '"y"') + "points = -2",
            after="""[[rating.override]]
kinds = ["bar", "cafe"]
base = 90
without = ["y"]
[[rating.override.event]]
code = "x"
points = -5
[[rating.override.event]]
code = "z"
clause = "art. 1"
name = { zh = "另" }
dimension = "d"
points = -7
""",
        )
    )
    changed, usual = parsed.rating_for("bar"), parsed.rating_for("shop")
    assert parsed.rating_for("cafe") == changed
    assert (usual.base, changed.base) == (10000, 9000)
    assert {code: rule.points for code, rule in usual.rules.items()} == {"x": -100, "y": -200}
    assert {code: rule.points for code, rule in changed.rules.items()} == {"x": -500, "z": -700}
    assert changed.rules["x"].clause == usual.rules["x"].clause
    assert changed.grades == usual.grades


def test_mistakes_in_an_override_are_told_where_they_stand() -> None:
    wrong = """[[rating.override]]
kinds = ["bar"]
without = ["nothing"]
[[rating.override.event]]
code = "x"
points = 0.001
[[rating.override]]
kinds = ["pub", "pub"]
"""
    assert findings(edition(after=wrong)) == [
        ("unknown_code", "/rating/override/0/without/0"),
        ("not_points", "/rating/override/0/event/0/points"),
        ("kind_twice", "/rating/override/1/kinds/1"),
    ]


def test_the_digest_is_of_the_text_as_it_stands() -> None:
    one, other = parse(edition()), parse(edition() + "# a remark\n")
    assert one.digest != other.digest
    assert len(one.digest) == 64
    assert one.force_from == date(2026, 1, 1)


def test_an_edition_cannot_be_changed_after_it_was_read() -> None:
    parsed = parse(edition())
    with pytest.raises(AttributeError):
        parsed.id = "other"
    with pytest.raises(TypeError):
        parsed.ratings["*"].rules["x"] = None
