"""Codes of time against the vectors of RFC 6238, and recovery codes as people write them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from service.accounts.codes import accepted_step, new_recovery_codes, new_secret, recovery_digest

SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "287082"),
    (1_111_111_109, "081804"),
    (1_111_111_111, "050471"),
    (1_234_567_890, "005924"),
    (2_000_000_000, "279037"),
    (20_000_000_000, "353130"),
]
"""Appendix B, SHA-1: the last six of the eight digits there."""


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_vectors_of_the_standard_are_accepted_at_their_time(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert accepted_step(SECRET, code, now, after=0) == seconds // 30
    assert accepted_step(SECRET, code, now + timedelta(minutes=5), after=0) is None


@pytest.mark.parametrize("typed", ["", "28708", "2870820", "二八七零八二", "28708x", "287083"])
def test_what_is_no_code_of_now_is_not_accepted(typed: str) -> None:
    assert accepted_step(SECRET, typed, datetime.fromtimestamp(59, UTC), after=0) is None


def test_a_step_is_accepted_only_after_the_last_one() -> None:
    now = datetime.fromtimestamp(59, UTC)
    assert accepted_step(SECRET, "287082", now, after=0) == 1
    assert accepted_step(SECRET, "287082", now, after=1) is None


def test_secrets_have_160_bits_and_differ() -> None:
    found = {new_secret() for _ in range(20)}
    assert len(found) == 20
    assert all(len(base64.b32decode(one)) == 20 for one in found)


def test_a_recovery_code_is_the_same_however_it_is_written_but_another_account_s_is_not() -> None:
    code = new_recovery_codes()[0]
    spaced = code.replace("-", " ").lower()
    assert recovery_digest("a", spaced) == recovery_digest("a", code)
    assert recovery_digest("b", code) != recovery_digest("a", code)
