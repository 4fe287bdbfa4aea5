import pytest

from scoring.edition import parse
from tests.law_cases import shipped

PINNED = {
    "bj-credit-2024": ("bj-credit.2024", "6c1ec86bbf7088a208ae4b6ac6ce18f877037ae78ca0dfd16ea0682a2ffab089"),
    "bj-culture": ("bj-culture.2022", "7d4924cd0a482d4f4985d2190ae94e36d6681a7b6010f9e31f340beb423d2787"),
    "js-environment": ("js-environment.2020", "7720c63472f80b926735d92455b193d00fe8109fefa0dacfbae293abddb83f3d"),
    "la-food": ("la-food.2018", "5992296eb44ef16c5ea8b82e7cf3fc215f7f9504bf7e002fef387828d82a3b2a"),
    "moct-7": ("moct-7.2022", "600777a05bea0e09ac0c4f8787f2516ac0635bfbc2b302ec1ed22db0f4ee03c8"),
    "ndrc-36": ("ndrc-36.2026", "f48352dc3f2689e7e4f7f85810b33b237e218cfcd575ae21a1cc9f33c65ff8bc"),
    "ndrc-58": ("ndrc-58.2023", "51735b067123dc7a948c9f0ce37c0cdf3f503e4cf0c7459c757a97f5c6251300"),
    "nyc-restaurants": ("nyc-restaurants.2010", "aecb31b966f9cf6721f299e29f143c723cf52867cd26b371471cc2a805c830f1"),
    "samr-45": ("samr-45.2021", "c14996e56146ff07759e30a07c2435b5179270727240cf471c3aef854beb9368"),
    "sh-credit-2017": ("sh-credit.2017", "fcfe1b11f9658c4776798b70d30b0ac3a727d4a9b281c05a399decaca0f79db6"),
    "sz-credit-2023": ("sz-credit.2023", "410be660428756d2257b9c77dd581f3a85dc986e2f8f106fde9caa8c7450c913"),
    "tax-credit": ("tax-credit.2021", "4db04f8d74aabb752a2cad46d507c157f17d5d0f745378b4ca49b4c16d83a6a4"),
    "uk-fhrs": ("uk-fhrs.2010", "d9916c0eaf8a32d6c5e3cd451ef5399afb81cab88478b05067be6c148f19770c"),
}


@pytest.mark.parametrize("name", shipped.NAMES)
def test_a_shipped_edition_is_the_text_that_was_reviewed(name: str) -> None:
    edition = parse(shipped.text(name))
    assert (edition.id, edition.digest) == PINNED[name]
