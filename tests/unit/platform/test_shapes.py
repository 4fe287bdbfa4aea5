"""What looks like a secret or an identity number is blanked wherever it stands; what is public stays."""

import pytest

from service.platform import accept_request_id
from service.platform.shapes import REDACTED, blanked, looks_secret

SECRETS = [
    "110101199003070038",
    "11010119900307003X",
    "11010119900307003x",
    "xj_" + "a" * 43,
    "whsec_" + "QUFB" * 8,
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ3YW5nIn0.c2lnbmF0dXJl",
    "otpauth://totp/Xinjian:wang?secret=JBSWY3DPEHPK3PXP",
    "00ff" * 16,
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "place", ["{}", "own:{}", "/v1/entities/own:{}/tier", "值为“{}”,不对", "a={}&b=2", '{{"k": "{}"}}']
)
def test_what_looks_like_one_is_blanked_wherever_it_stands(secret: str, place: str) -> None:
    shown = blanked(place.format(secret))
    assert secret not in shown
    assert REDACTED in shown
    assert looks_secret(place.format(secret))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Authorization: Bearer abc.def-ghi", "Authorization: [redacted]"),
        ("basic dXNlcjpwYXNzd29yZA==", "[redacted]"),
        ("postgresql+psycopg://app:hunter2@db/xinjian", "postgresql+psycopg://[redacted]@db/xinjian"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", REDACTED),
    ],
)
def test_of_an_address_or_a_header_the_rest_stays(said: str, shown: str) -> None:
    assert blanked(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "91110105MA01ABCDXY",
        "911101051011234567",  # the number of a unit, all digits
        "110101199013070038",  # no month
        "2026-06-01T04:00:00.000000Z",
        "/v1/entities/<key>/tier",
        "0123456789abcdef-00002a",
        "postgresql+psycopg://app@db/xinjian",
        "朝阳区建国路88号",
    ],
)
def test_what_is_public_stays(said: str) -> None:
    assert blanked(said) == said


@pytest.mark.parametrize("given", ["110101199003070038", "xj_" + "a" * 43])
def test_a_number_of_a_request_is_nobody_s_secret(given: str) -> None:
    assert accept_request_id(given) != given
    assert accept_request_id("request-9") == "request-9"
