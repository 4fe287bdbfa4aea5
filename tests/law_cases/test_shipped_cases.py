import pytest

from scoring.edition import parse
from scoring.exchange.cases.rating import Case, answer, read_cases
from tests.law_cases import shipped

EDITIONS = {name: parse(shipped.text(name)) for name in shipped.RATING}
CASES = [(name, case) for name in shipped.RATING for case in read_cases(shipped.cases(name))]


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}: {case.title['zh']}" for name, case in CASES])
def test_a_shipped_edition_answers_its_cases(name: str, case: Case) -> None:
    expected, given = answer(case, EDITIONS[name])
    assert given == expected


@pytest.mark.parametrize("name", shipped.RATING)
def test_every_rule_that_names_an_outcome_is_met_by_a_case(name: str) -> None:
    reasons = {case.expect["reason"] for owner, case in CASES if owner == name}
    asked = {rule.reason for rating in EDITIONS[name].ratings.values() for rule in rating.outcomes}
    assert asked - reasons == {"awaiting_publication"} & asked


@pytest.mark.parametrize("name", shipped.RATING)
def test_every_grade_is_given_by_a_case(name: str) -> None:
    grades = {case.expect["grade"] for owner, case in CASES if owner == name}
    asked = {grade.key for grade in EDITIONS[name].ratings["*"].grades}
    assert asked <= grades
