"""A scope reaches what it contains and nothing else."""

import pytest

from service.platform import Actor, Role, contains


@pytest.mark.parametrize(
    ("outer", "inner", "inside"),
    [
        ("110000", "110105", True),
        ("110100", "110105", True),
        ("110105", "110105", True),
        ("110105", "110101", False),
        ("110000", "120101", False),
        ("110105", "110000", False),
    ],
)
def test_regions_nest_by_pairs_of_digits(outer: str, inner: str, inside: bool) -> None:  # noqa: FBT001 - the case
    assert contains(outer, inner) is inside


def test_a_scope_needs_both_authority_and_region() -> None:
    actor = Actor("token", "1", Role.HANDLER, "bj-culture", ("110105",))
    assert actor.may_see("bj-culture", "110105")
    assert not actor.may_see("bj-culture", "110101")
    assert not actor.may_see("other", "110105")
    assert not actor.may_see("bj-culture", None)


def test_no_authority_and_no_regions_reach_everything() -> None:
    assert Actor("operator", "root", Role.ADMINISTRATOR).may_see(None, None)
