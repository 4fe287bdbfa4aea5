import pytest

from scoring.edition import parse
from service.evidence.catalogue import event_codes
from tests.law_cases import shipped


@pytest.mark.parametrize("name", shipped.NAMES)
def test_every_code_that_a_shipped_edition_reads_can_be_sent_in(name: str) -> None:
    ratings = parse(shipped.text(name)).ratings.values()
    rated = {code for rating in ratings for code in rating.rules}
    warned = {warning.code for rating in ratings if rating.risk for warning in rating.risk.warnings}
    assert rated | warned <= {code.code for code in event_codes()}


def test_no_code_stands_in_two_catalogues() -> None:
    codes = [code.code for code in event_codes()]
    assert len(codes) == len(set(codes))
