import pytest

from scoring.edition import parse
from tests.law_cases import shipped

PINNED = {
    "bj-culture": ("bj-culture.2022", "7d4924cd0a482d4f4985d2190ae94e36d6681a7b6010f9e31f340beb423d2787"),
    "js-environment": ("js-environment.2020", "7720c63472f80b926735d92455b193d00fe8109fefa0dacfbae293abddb83f3d"),
    "la-food": ("la-food.2018", "5992296eb44ef16c5ea8b82e7cf3fc215f7f9504bf7e002fef387828d82a3b2a"),
    "nyc-restaurants": ("nyc-restaurants.2010", "aecb31b966f9cf6721f299e29f143c723cf52867cd26b371471cc2a805c830f1"),
    "tax-credit": ("tax-credit.2021", "4db04f8d74aabb752a2cad46d507c157f17d5d0f745378b4ca49b4c16d83a6a4"),
    "uk-fhrs": ("uk-fhrs.2010", "d9916c0eaf8a32d6c5e3cd451ef5399afb81cab88478b05067be6c148f19770c"),
}


@pytest.mark.parametrize("name", shipped.NAMES)
def test_a_shipped_edition_is_the_text_that_was_reviewed(name: str) -> None:
    edition = parse(shipped.text(name))
    assert (edition.id, edition.digest) == PINNED[name]
