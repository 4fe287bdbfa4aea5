"""Commitments of secrets, the seed, and the numbers by which entities are ordered (§2, §3, §5, §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from scoring.kernel.canonical import canonical
from scoring.sampling.bytes import h, ticket, tickets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Rotation: TypeAlias = tuple[int, int]
"""[num, den]: a part of the full turn, 0 ≤ num < den."""

NO_TURN: Rotation = (0, 1)

TURN = 2**256
"""Positions are integers from 0 up to this."""

FINENESS = 576
"""Bits behind the point of a Pareto key: two that differ do so by 2^-576 or more, and floors keep their order."""


def secret_commitment(draw: str, holder: str, secret: bytes) -> str:
    """What a holder's K is bound by before the beacon, hex."""
    return h("secret", draw, holder, secret).hex()


def witness_commitment(draw: str, witness: str, value: bytes) -> str:
    """What a witness's W is bound by before the commitment of the draw, hex."""
    return h("witness", draw, witness, value).hex()


def entropy_digest(values: Sequence[object]) -> bytes:
    """The e of §3: over the values alone; who typed them and when is registered but not hashed."""
    return h("entropy", canonical(values))


def seed(closing_digest: str, secret: bytes, e: bytes, attempt: int) -> bytes:
    """The seed, 32 bytes. ``secret`` is K, or empty where the attempt uses none; attempts count from 1."""
    return h("seed", bytes.fromhex(closing_digest), secret, e, attempt.to_bytes(4, "big"))


def ticket_key(seed: bytes, part: str = "") -> bytes:
    """The key of a part's tickets; ``part`` is "" where the tickets are shared by all parts."""
    return h("key", seed, "ticket", part)


def position(ticket_key: bytes, code: str, rotation: Rotation = NO_TURN) -> int:
    """The u of an entity: its ticket, turned by the part's rotation; 0 ≤ u < 2^256."""
    return (int.from_bytes(ticket(ticket_key, "ticket", code.encode()), "big") + _offset(rotation)) % TURN


def positions(ticket_key: bytes, codes: Iterable[str], rotation: Rotation = NO_TURN) -> list[int]:
    """The u of many entities, in their order."""
    read = int.from_bytes
    found = tickets(ticket_key, "ticket", map(str.encode, codes))
    offset = _offset(rotation)
    if not offset:
        return [read(each, "big") for each in found]
    return [(read(each, "big") + offset) % TURN for each in found]


def pareto_key(u: int, m: int, total: int, weight: int) -> int:
    """The key of a weighted entity: ⌊u·(X − m·x)·2^576 / ((2^256 − u)·x)⌋.

    ``m``: units to draw beyond the certain ones; ``total``: X, the weight of all that are not certain; m·x < X.
    """
    return ((u * (total - m * weight)) << FINENESS) // ((TURN - u) * weight)


def last_within(bound: int, m: int, total: int, weight: int) -> int:
    """The largest u whose Pareto key is at most ``bound``; comparing with it is cheaper than making the key."""
    reach = (bound + 1) * weight
    return (reach * TURN - 1) // (((total - m * weight) << FINENESS) + reach)


def _offset(rotation: Rotation) -> int:
    num, den = rotation
    return num * TURN // den
