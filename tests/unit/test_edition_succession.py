"""What the lint asks of an edition that follows another: every name of the old one has a place or an end."""

import pytest

from scoring.edition import check, check_chain, parse
from tests.builders.edition_text import edition_text

LATER = edition_text(head='predecessor = "t.1"\n').replace('id = "t.1"', 'id = "t.2"').replace("2026-01", "2027-01")


def codes_after(later: str, earlier: str | None = None) -> list[str]:
    return [found.code for found in check(parse(later), parse(earlier or edition_text()))]


def test_a_successor_knows_everything_of_its_predecessor() -> None:
    assert codes_after(LATER) == []
    renamed = LATER.replace('code = "x"', 'code = "y"')
    assert codes_after(renamed) == ["code_unmapped"]
    assert codes_after(renamed.replace("[clauses]", '[map.codes]\nx = "y"\n[clauses]')) == []
    assert codes_after(renamed.replace("[clauses]", '[map.codes]\nx = ""\n[clauses]')) == []
    assert codes_after(renamed.replace("[clauses]", '[map.codes]\nx = "z"\n[clauses]')) == ["code_unmapped"]
    moved = LATER.replace('"d"', '"e"')
    assert codes_after(moved) == ["dimension_unmapped"]
    assert codes_after(moved.replace("[clauses]", '[map.dimensions]\nd = "e"\n[clauses]')) == []
    assert codes_after(LATER.replace("[clauses]", '[map.codes]\nq = "x"\n[clauses]')) == ["map_stray"]


def reaching(text: str, *, regions: str, kinds: str) -> str:
    return text.replace("[clauses]", f"regions = {regions}\nkinds = {kinds}\n[clauses]")


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        (('["110000"]', '["cinema"]'), ('["110000"]', '["cinema", "net_cafe"]'), None),
        (('["110101"]', "[]"), ('["110000"]', "[]"), None),
        (('["110101"]', '["cinema"]'), ("[]", "[]"), None),
        (('["110000", "120000"]', "[]"), ('["110101", "120000"]', "[]"), "110000"),
        (('["110000"]', '["cinema", "net_cafe"]'), ('["110000"]', '["cinema"]'), "net_cafe"),
        (("[]", "[]"), ('["110000"]', '["cinema"]'), "regions, kinds"),
    ],
)
def test_what_a_successor_no_longer_reaches_is_told(
    before: tuple[str, str], after: tuple[str, str], left: str | None
) -> None:
    (old, new) = (
        parse(reaching(text, regions=regions, kinds=kinds))
        for text, (regions, kinds) in ((edition_text(), before), (LATER, after))
    )
    found = [(one.code, one.severity) for one in check(new, old)]
    assert found == ([] if left is None else [("reach_lost", "warning")])
    assert left is None or f"reaches {left}, this one does not" in check(new, old)[0].en


def with_warning(text: str, code: str) -> str:
    """The edition with one inherent-risk warning, which decides between two levels."""
    return (
        text
        + f"""
[rating.risk]
clause = "art. 1"
factors = []
warnings = [{{ code = "{code}", points = 2, months = 3 }}]
levels = [{{ key = "green", name = {{ zh = "绿" }}, at_most = 0 }}, {{ key = "red", name = {{ zh = "红" }} }}]
"""
    )


def test_a_successor_says_what_became_of_a_warning() -> None:
    old = with_warning(edition_text(), "smoke")
    assert codes_after(with_warning(LATER, "smoke"), old) == []
    renamed = with_warning(LATER, "fire")
    assert codes_after(renamed, old) == ["warning_unmapped"]
    for target in ("fire", ""):
        mapped = renamed.replace("[clauses]", f'[map.codes]\nsmoke = "{target}"\n[clauses]')
        assert codes_after(mapped, old) == []
    lost = renamed.replace("[clauses]", '[map.codes]\nsmoke = "x"\n[clauses]')
    assert codes_after(lost, old) == ["warning_unmapped"]
    assert codes_after(LATER, old) == []


def test_a_successor_names_its_predecessor_and_comes_later() -> None:
    assert codes_after(LATER.replace('"t.1"', '"t.0"')) == ["predecessor_mismatch"]
    assert codes_after(LATER.replace("2027-01", "2026-01")) == ["force_not_after"]


def test_old_points_and_grades_must_still_mean_something() -> None:
    direct = 'points = -1\ndirect = { grade = "B", term = { ends = "unlimited" } }'
    old = edition_text(event=direct)
    renamed = LATER.replace('key = "B"', 'key = "worst"')
    assert codes_after(renamed, old) == ["grade_unmapped"]
    assert codes_after(renamed.replace("predecessor", 'transition = "restate"\npredecessor'), old) == []
    turned = LATER.replace("higher_better", "higher_worse").replace("at_least = 80", "at_most = 180")
    assert "direction_changed" in codes_after(turned.replace("points = -1", "points = 1"))


def test_a_grade_named_two_editions_ago_is_still_asked_for() -> None:
    direct = 'points = -1\ndirect = { grade = "B", term = { ends = "unlimited" } }'
    last = LATER.replace("t.1", "t.2").replace('id = "t.2"', 'id = "t.3"', 1).replace("2027-01", "2028-01")
    chain = [edition_text(event=direct), LATER, last.replace('key = "B"', 'key = "worst"')]
    assert [found.code for found in check_chain([parse(text) for text in chain])] == ["grade_unmapped"]
