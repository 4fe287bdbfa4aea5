import pytest

from scoring.edition import parse
from tests.law_cases import shipped

PINNED = {
    "bj-credit-2024": ("bj-credit.2024", "72d48b8a9ca8f8e811c8a0da800509ba4eea32bc2129ba68cbce222eab0ebd5f"),
    "bj-culture": ("bj-culture.2022", "7d4924cd0a482d4f4985d2190ae94e36d6681a7b6010f9e31f340beb423d2787"),
    "js-environment": ("js-environment.2020", "7720c63472f80b926735d92455b193d00fe8109fefa0dacfbae293abddb83f3d"),
    "la-food": ("la-food.2018", "5992296eb44ef16c5ea8b82e7cf3fc215f7f9504bf7e002fef387828d82a3b2a"),
    "moct-7": ("moct-7.2022", "617ab0a5de4f5add55a5fb781390637a4b500ffa040534fb6caefbf693aaace6"),
    "ndrc-36": ("ndrc-36.2026", "4fa5898cdb40a08d9df46a928187b8d0c9f04bce463df3deca4f04d45f8cdd75"),
    "ndrc-58": ("ndrc-58.2023", "58e911686ad5b80d1339c55aff700d701339cf468dbcc21a974a26fac77010bf"),
    "nyc-restaurants": ("nyc-restaurants.2010", "aecb31b966f9cf6721f299e29f143c723cf52867cd26b371471cc2a805c830f1"),
    "samr-45": ("samr-45.2021", "c1b3db22164182750104f5ec49f4ea6632be21f36ad2157cf888082539db7927"),
    "sh-credit-2017": ("sh-credit.2017", "395eb5d00fe36212e52069c0dfe1abe9f3bf6c2c10e0c972ff3c6bf20dda27a1"),
    "sz-credit-2023": ("sz-credit.2023", "13df726df7327a10fbbeb789307957b086e721cdb651b1db0a9577c04b3aee08"),
    "tax-credit": ("tax-credit.2021", "4db04f8d74aabb752a2cad46d507c157f17d5d0f745378b4ca49b4c16d83a6a4"),
    "uk-fhrs": ("uk-fhrs.2010", "d9916c0eaf8a32d6c5e3cd451ef5399afb81cab88478b05067be6c148f19770c"),
}


@pytest.mark.parametrize("name", shipped.NAMES)
def test_a_shipped_edition_is_the_text_that_was_reviewed(name: str) -> None:
    edition = parse(shipped.text(name))
    assert (edition.id, edition.digest) == PINNED[name]
