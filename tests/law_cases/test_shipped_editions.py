import pytest

from scoring.edition import parse
from tests.law_cases import shipped

PINNED = {
    "la-food": ("la-food.2018", "0e9a96b5999e98295b4cd87f46395348b9e19fead5a7a4738c0ac9e5d12afc16"),
    "uk-fhrs": ("uk-fhrs.2010", "7006222da65aa5e5ecd65f2b3e2f11766b9e1dedeb18f90607345aea4b8ddcce"),
}


@pytest.mark.parametrize("name", shipped.NAMES)
def test_a_shipped_edition_is_the_text_that_was_reviewed(name: str) -> None:
    edition = parse(shipped.text(name))
    assert (edition.id, edition.digest) == PINNED[name]
