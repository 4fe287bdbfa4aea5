import pytest

from scoring.edition import parse
from tests.law_cases import shipped

PINNED = {
    "bj-culture": ("bj-culture.2022", "6b1fc17e1e2c8aa3f592bcd4c75241250ad134d26531824e1bc5db2905a92b18"),
    "js-environment": ("js-environment.2020", "7720c63472f80b926735d92455b193d00fe8109fefa0dacfbae293abddb83f3d"),
    "la-food": ("la-food.2018", "b6a2353100fab6638eb11edfb7fad2d24362fd9aed1a1b45ac6246d76cd6dbea"),
    "nyc-restaurants": ("nyc-restaurants.2010", "c44a68c92da5d1813500fd21ee35fb8c317141bc22af3e9dbb50c2075b1d85b3"),
    "tax-credit": ("tax-credit.2021", "4db04f8d74aabb752a2cad46d507c157f17d5d0f745378b4ca49b4c16d83a6a4"),
    "uk-fhrs": ("uk-fhrs.2010", "c11afb69c67e542bd63fc3f05d6f588cbcecf342fc5f00ed6771126d771357fb"),
}


@pytest.mark.parametrize("name", shipped.NAMES)
def test_a_shipped_edition_is_the_text_that_was_reviewed(name: str) -> None:
    edition = parse(shipped.text(name))
    assert (edition.id, edition.digest) == PINNED[name]
