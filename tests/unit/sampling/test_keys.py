"""Commitments, the seed and keys: the page's known answers, and each formula read word for word."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.canonical import canonical
from scoring.sampling import keys
from scoring.sampling.bytes import h

K = bytes(range(32))
DRAW = "110000-2027-00012"
FIRST = "91110000101623741K"
TICKETS = "9ca7213a2d90e129d1d7949ef1e3a617e1de81a133a4e111cb06b83bd7e9748f"
TURNED = "f1fc768f82e6367f272ce9f44738fb6d3733d6f688fa3667205c0d912d3ec9e4"

POSITIONS = st.integers(0, keys.TURN - 1)


def test_the_secret_of_the_known_answers() -> None:
    known = "0b794485961f94e3b881738b6e7a287c7bee6bf0b1e14505a986be8982f0501c"
    assert keys.secret_commitment(DRAW, "OP-09", K) == known


def test_a_witness_is_bound_to_draw_and_person() -> None:
    bound = keys.witness_commitment(DRAW, "W-1", K)
    assert bound == h("witness", DRAW, "W-1", K).hex()
    assert bound != keys.witness_commitment("110000-2027-00013", "W-1", K)
    assert bound != keys.witness_commitment(DRAW, "W-2", K)
    assert bound != keys.secret_commitment(DRAW, "W-1", K)


def test_the_positions_of_the_known_answers() -> None:
    key = keys.ticket_key(K)
    assert f"{keys.position(key, FIRST):x}" == TICKETS
    assert f"{keys.position(key, FIRST, (1, 3)):x}" == TURNED


def test_the_pareto_key_of_the_known_answers() -> None:
    found = keys.pareto_key(int(TICKETS, 16), 5, 40, 3)
    assert found.bit_length() == 580
    assert f"{found:x}".startswith("d23e37eebb617031c4374e08")


def test_values_alone_make_the_entropy() -> None:
    values = [{"kind": "digits", "name": "A", "values": [3, 1]}]
    assert keys.entropy_digest(values) == h("entropy", canonical(values))


def test_the_seed_binds_closing_secret_entropy_and_attempt() -> None:
    closing, e = "ab" * 32, bytes(32)
    found = keys.seed(closing, K, e, 1)
    assert found == h("seed", bytes.fromhex(closing), K, e, b"\x00\x00\x00\x01")
    others = [
        keys.seed("ac" * 32, K, e, 1),
        keys.seed(closing, b"", e, 1),
        keys.seed(closing, K, K, 1),
        keys.seed(closing, K, e, 2),
    ]
    assert len({found, *others}) == 5


def test_parts_share_tickets_or_have_their_own() -> None:
    assert keys.ticket_key(K) == keys.ticket_key(K, "")
    assert keys.ticket_key(K, "P1") == h("key", K, "ticket", "P1")
    assert len({keys.ticket_key(K), keys.ticket_key(K, "P1"), keys.ticket_key(K, "P2")}) == 3


@given(
    st.lists(st.text("0123456789ABC-", min_size=1, max_size=40), max_size=6), st.integers(0, 8), st.integers(9, 1000)
)
def test_positions_are_each_the_single_one(codes: list[str], num: int, den: int) -> None:
    for rotation in ((0, 1), (num, den)):
        assert keys.positions(K, codes, rotation) == [keys.position(K, code, rotation) for code in codes]


@pytest.mark.parametrize("parts", [2, 3, 7, 1000])
def test_turns_go_round(parts: int) -> None:
    start = keys.position(K, FIRST)
    for num in range(parts):
        turned = (keys.position(K, FIRST, (num, parts)) - start) % keys.TURN
        assert turned == num * keys.TURN // parts


@given(POSITIONS, st.integers(1, 50), st.integers(1, 2**32 - 1), st.integers(1, 2**40))
def test_a_pareto_key_is_the_floor_of_its_fraction(u: int, m: int, weight: int, beyond: int) -> None:
    total = m * weight + beyond
    exact = Fraction(u * (total - m * weight), (keys.TURN - u) * weight)
    assert keys.pareto_key(u, m, total, weight) == exact * 2**576 // 1


@given(st.data(), st.integers(1, 9), st.lists(st.integers(1, 2**32 - 1), min_size=2, max_size=2))
def test_floors_order_as_the_fractions_do(data: st.DataObject, m: int, weights: list[int]) -> None:
    total = m * max(weights) + data.draw(st.integers(1, 2**34))
    one = data.draw(POSITIONS)
    other = data.draw(st.one_of(POSITIONS, st.integers(max(0, one - 2), min(keys.TURN - 1, one + 2))))
    values = [Fraction(u * (total - m * x), (keys.TURN - u) * x) for u, x in zip((one, other), weights, strict=True)]
    floors = [keys.pareto_key(u, m, total, x) for u, x in zip((one, other), weights, strict=True)]
    assert (floors[0] < floors[1]) == (values[0] < values[1])
    assert (floors[0] == floors[1]) == (values[0] == values[1])


@given(POSITIONS, st.integers(0, 50), st.integers(1, 2**32 - 1), st.integers(1, 2**40))
def test_the_last_position_within_a_bound(u: int, m: int, weight: int, beyond: int) -> None:
    total = m * weight + beyond
    bound = keys.pareto_key(u, m, total, weight)
    for limit in (bound, bound - 1, bound + 1, bound // 2):
        last = keys.last_within(limit, m, total, weight)
        assert last < 0 or keys.pareto_key(last, m, total, weight) <= limit
        assert last + 1 >= keys.TURN or keys.pareto_key(last + 1, m, total, weight) > limit
