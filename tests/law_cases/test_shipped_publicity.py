import pytest

from scoring.edition import parse
from scoring.edition.law import Law, Stretch
from scoring.exchange.cases.publicity import PublicityCase, answer, read_publicity_cases
from tests.law_cases import shipped

EDITIONS = {name: parse(shipped.text(name)) for name in shipped.NAMES}
FOLDER = shipped.FOLDER.joinpath("cases", "publicity")
PUBLISHING = [name for name in shipped.NAMES if EDITIONS[name].publicity is not None]
CASES = [
    (name, case)
    for name in PUBLISHING
    for case in read_publicity_cases(FOLDER.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
]


def law(name: str) -> Law:
    """The editions of the rulebook, one after another."""
    book = sorted(
        (one for one in EDITIONS.values() if one.rulebook == EDITIONS[name].rulebook), key=lambda one: one.force_from
    )
    return Law(tuple(Stretch(one.force_from, one.force_to, one) for one in book))


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}: {case.title['zh']}" for name, case in CASES])
def test_a_shipped_edition_answers_its_cases_of_publicity(name: str, case: PublicityCase) -> None:
    expected, given = answer(case, law(name), law(name))
    assert given == expected


@pytest.mark.parametrize("name", PUBLISHING)
def test_every_class_exemption_penalty_and_duty_is_met_by_a_case(name: str) -> None:
    edition, mine = EDITIONS[name], [case for owner, case in CASES if owner == name]
    assert edition.publicity is not None
    assert {one.key for one in edition.publicity.classes} <= {case.expect["class"] for case in mine}
    said = {" ".join(case.expect["because"]) for case in mine}
    for one in edition.publicity.exemptions:
        assert any(f"exempt {one.reason}" in words for words in said), one.reason
    owed = {key.split(" ")[0].split(".")[0] for one in mine for key in one.expect["duties"] or {}}
    assert edition.deadlines is not None
    assert {one.key for one in edition.deadlines.duties} <= owed
