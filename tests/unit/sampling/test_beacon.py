"""Rounds and instants, the worth of announced numbers, and what is accepted as an answer."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from math import comb, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.errors import LawError
from scoring.sampling.beacon import (
    BEACON_BITS,
    CHAINS,
    Announced,
    Round,
    announced,
    bits_of,
    instant_of,
    round_at,
    signed,
)
from tests.tidy.tree import ROOT

from .published import published

QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
SIGNATURE = bytes.fromhex(
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
)


def test_published_rounds_are_accepted_and_refused_as_marked() -> None:
    vectors = published("drand_quicknet_example.json")
    chain = vectors["chain"]["hash"]
    known = CHAINS[chain]
    assert (known.genesis, known.period) == (vectors["chain"]["genesis_time"], vectors["chain"]["period"])
    assert known.public_key == vectors["chain"]["public_key"]
    for each in (*vectors["rounds"], *vectors["invalid"]):
        seen = signed(Round(chain, each["round"]), bytes.fromhex(each["signature"]))
        assert seen == ("PASS" if each["valid"] else "FAIL"), each
    assert [instant_of(Round(chain, each["round"])) for each in vectors["rounds"]] == [
        each["unix_time"] for each in vectors["rounds"]
    ]


def test_a_real_round_is_the_value_of_itself_alone() -> None:
    assert signed(Round(QUICKNET, 1000), SIGNATURE) == "PASS"
    assert signed(Round(QUICKNET, 999), SIGNATURE) == "FAIL"


@pytest.mark.parametrize("byte", [0, 1, 24, 47])
def test_a_tampered_signature_is_refused(byte: int) -> None:
    tampered = bytearray(SIGNATURE)
    tampered[byte] ^= 1
    assert signed(Round(QUICKNET, 1000), bytes(tampered)) == "FAIL"


def test_without_a_pairing_library_a_signature_is_unseen() -> None:
    program = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from scoring.sampling.beacon import Round, signed
print(signed(Round({QUICKNET!r}, 1000), bytes.fromhex({SIGNATURE.hex()!r})))
"""
    ran = subprocess.run([sys.executable, "-I", "-S", "-B", "-c", program], capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "UNSEEN", ran.stderr


def test_an_unknown_chain_is_refused_and_the_known_are_named() -> None:
    with pytest.raises(LawError, match=QUICKNET) as caught:
        signed(Round("00" * 32, 1000), SIGNATURE)
    assert caught.value.code == "chain_unknown"


@pytest.mark.parametrize("number", [0, -1, 2**53])
def test_a_round_that_cannot_be_is_refused(number: int) -> None:
    with pytest.raises(LawError) as caught:
        signed(Round(QUICKNET, number), SIGNATURE)
    assert caught.value.code == "round_unknown"


def test_round_1_is_due_at_the_genesis() -> None:
    assert instant_of(Round(QUICKNET, 1)) == 1692803367
    assert round_at(QUICKNET, 1692803367) == round_at(QUICKNET, 0) == 1


@given(st.integers(1692803367, 2**40))
def test_the_round_of_an_instant_is_the_first_not_before_it(instant: int) -> None:
    number = round_at(QUICKNET, instant)
    assert instant_of(Round(QUICKNET, number)) >= instant
    assert number == 1 or instant_of(Round(QUICKNET, number - 1)) < instant


BALLS = Announced("balls", 6, 1, 33, in_order=True)
DIGITS = Announced("digits", 5, 0, 9, in_order=False)
INDEX = Announced("index", 1, 0, 10_000_000, in_order=False)


@pytest.mark.parametrize(
    ("source", "bits"),
    [
        (Round(QUICKNET, 1000), BEACON_BITS),
        (BALLS, 20),  # C(33, 6) = 1,107,568
        (Announced("balls", 7, 1, 30, in_order=False), 20),  # C(30, 7) = 2,035,800
        (DIGITS, 16),  # 10^5
        (Announced("digits", 7, 0, 9, in_order=False), 23),
        (INDEX, 8),
        (Announced("index", 1, 310_000, 310_003, in_order=False), 2),
        (Announced("index", 1, 310_000, 310_000, in_order=False), 0),
        (Announced("index", 2, 0, 10_000_000, in_order=False), 0),
        (Announced("digits", 5, 7, 7, in_order=False), 0),
        (Announced("digits", 5, 0, 9, in_order=True), 0),
        (Announced("balls", 5, 1, 4, in_order=True), 0),
        (Announced("balls", 4, 1, 4, in_order=True), 0),
        (Announced("digits", 0, 0, 9, in_order=False), 0),
        (Announced("digits", 5, 9, 0, in_order=False), 0),
        (Announced("digits", 101, 0, 2**53 - 1, in_order=False), 0),
    ],
)
def test_bits_are_counted_from_structure(source: Round | Announced, bits: int) -> None:
    assert bits_of(source) == bits


@given(st.integers(1, 7), st.integers(1, 7))
def test_the_worth_is_the_logarithm_of_the_possible_answers(width: int, numbers: int) -> None:
    lines = len(list(combinations(range(width), numbers)))
    worth = bits_of(Announced("balls", numbers, 1, width, in_order=True))
    assert 2**worth <= max(lines, 1) < 2 ** (worth + 1)
    worth = bits_of(Announced("digits", numbers, 1, width, in_order=False))
    assert 2**worth <= width**numbers < 2 ** (worth + 1)


def test_the_largest_source_is_counted_at_once() -> None:
    width = 2**53
    worth = bits_of(Announced("balls", 100, 0, width - 1, in_order=False))
    assert worth == int(log2(comb(width, 100)))


@pytest.mark.parametrize(
    ("values", "source", "wrong"),
    [
        ([3, 8, 13, 21, 27, 33], BALLS, ""),
        ([1, 2, 3, 4, 5], BALLS, "count"),
        ([0, 8, 13, 21, 27, 33], BALLS, "range"),
        ([3, 8, 13, 21, 27, 34], BALLS, "range"),
        ([8, 3, 13, 21, 27, 33], BALLS, "order"),
        ([3, 3, 13, 21, 27, 33], BALLS, "repeated"),
        ([33, 3, 27, 8, 21, 13], BALLS._replace(in_order=False), ""),
        ([33, 3, 27, 8, 21, 33], BALLS._replace(in_order=False), "repeated"),
        ([9, 9, 0, 0, 9], DIGITS, ""),
        ([9, 9, 0, 0, 10], DIGITS, "range"),
        ([312_345], INDEX, ""),
        ([], INDEX, "count"),
    ],
)
def test_an_answer_has_the_committed_form(values: list[int], source: Announced, wrong: str) -> None:
    assert announced(values, source) == wrong


def test_the_numbers_of_a_published_example_have_their_form() -> None:
    """RFC 3797 §6 sorts what was announced in another order; each list is one lawful answer, in order or not."""
    for seeds in published("rfc3797_example.json")["cases"][0]["seeds"]:
        source = Announced("balls", len(seeds), 1, 10_000, in_order=True)
        assert announced(sorted(seeds), source) == ""
        assert announced(seeds, source) == ("" if seeds == sorted(seeds) else "order")
        assert announced(seeds, source._replace(in_order=False)) == ""
