"""Where the chance of a draw comes from (§2, §3): signed beacons, numbers announced by others, and what they are worth.

The chains stand here, never in a file that is verified.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from itertools import pairwise
from math import comb
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from scoring.kernel.errors import LawError
from scoring.sampling.pairing import is_signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Seen: TypeAlias = Literal["PASS", "FAIL", "UNSEEN"]
Kind: TypeAlias = Literal["balls", "digits", "index"]

BEACON_BITS = 128
INDEX_BITS = 8
MOST_NUMBERS = 100
"""No announcement has more; the work of counting bits stays small whatever a file says."""

LAST_ROUND = 2**53 - 1
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400
_AHEAD = 8 * 3600


class Chain(NamedTuple):
    """A drand chain whose rounds are signed on G1 alone (scheme ``bls-unchained-g1-rfc9380``).

    ``genesis``: the second of round 1. ``period``: seconds. ``public_key``: 96 bytes of G2 in hex.
    """

    name: str
    genesis: int
    period: int
    public_key: str


CHAINS: Mapping[str, Chain] = {
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": Chain(
        "quicknet",
        1692803367,
        3,
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
        "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
        "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    ),
}
"""The chains a draw may name, by their hash."""


class Round(NamedTuple):
    """One round of a drand chain; ``chain`` is the chain's hash, hex."""

    chain: str
    number: int


class Announced(NamedTuple):
    """A source of announced numbers: so many ``numbers`` from ``lo`` to ``hi``, both possible.

    ``balls``: drawn without putting back, so none twice. ``digits``: each drawn anew. ``index``: one closing value in
    hundredths. ``in_order``: announced ascending; never so for ``digits``, whose order is most of their worth.
    """

    kind: Kind
    numbers: int
    lo: int
    hi: int
    in_order: bool


def instant_of(drawn: Round) -> int:
    """The second at which a round is due: genesis + (round − 1) · period.

    Raises:
        LawError: ``chain_unknown``, ``round_unknown``.
    """
    if not 1 <= drawn.number <= LAST_ROUND:
        raise LawError(
            "round_unknown",
            zh=f"信标轮次自 1 至 {LAST_ROUND}，没有第 {drawn.number} 轮。",
            en=f"Rounds run from 1 to {LAST_ROUND}; there is none {drawn.number}.",
        )
    known = chain_of(drawn.chain)
    return known.genesis + (drawn.number - 1) * known.period


def round_at(chain: str, instant: int) -> int:
    """The first round that is due at this second or later.

    Raises:
        LawError: ``chain_unknown``.
    """
    known = chain_of(chain)
    return max(0, -(-(instant - known.genesis) // known.period)) + 1


def chain_of(chain: str) -> Chain:
    """The chain of this hash.

    Raises:
        LawError: ``chain_unknown``.
    """
    known = CHAINS.get(chain)
    if known is None:
        raise LawError(
            "chain_unknown",
            zh=f"未知的信标链 {chain:.64}：可用 {'、'.join(sorted(CHAINS))}。",
            en=f"No chain {chain:.64} is known: take one of {', '.join(sorted(CHAINS))}.",
        )
    return known


def day_there(instant: int) -> str:
    """The day, ``YYYY-MM-DD``, that a second belongs to where the announcements are made: in Chinese time, UTC+8."""
    return date.fromordinal(min(_EPOCH + (instant + _AHEAD) // _DAY, date.max.toordinal())).isoformat()


def bits_of(source: Round | Announced) -> int:
    """The bits that a source is worth, numbers by their structure alone; 0 for a structure that promises none."""
    if isinstance(source, Round):
        return BEACON_BITS
    width = source.hi - source.lo + 1
    if width < 1 or not 1 <= source.numbers <= MOST_NUMBERS:
        return 0
    if source.kind == "balls":
        return max(comb(width, source.numbers).bit_length() - 1, 0)
    if source.kind == "digits":
        return 0 if source.in_order else int(width**source.numbers).bit_length() - 1
    return min(INDEX_BITS, width.bit_length() - 1) if source.numbers == 1 else 0


def source_of(source: Mapping[str, Any]) -> Round | Announced:
    """A source as a commitment writes it, read."""
    if source["kind"] == "drand":
        return Round(source["chain"], source["round"])
    lo, hi = source["range"]
    return Announced(source["kind"], source["count"], lo, hi, source["sorted"])


def bits_together(sources: Iterable[Mapping[str, Any]]) -> int:
    """The bits of an attempt: an announcement that is named twice counts once, as the least that it is called."""
    found: dict[tuple[str, str | int], int] = {}
    for each in sources:
        name = (each["chain"], each["round"]) if each["kind"] == "drand" else (each["name"], each["day"])
        found[name] = min(bits_of(source_of(each)), found.get(name, BEACON_BITS))
    return sum(found.values())


def announced(values: Sequence[int], source: Announced) -> str:
    """What is wrong with values as an answer of this source: "", ``count``, ``range``, ``order`` or ``repeated``."""
    if len(values) != source.numbers:
        return "count"
    if not all(source.lo <= value <= source.hi for value in values):
        return "range"
    if source.in_order and any(left > right for left, right in pairwise(values)):
        return "order"
    if source.kind == "balls" and len(set(values)) < len(values):
        return "repeated"
    return ""


def signed(drawn: Round, signature: bytes) -> Seen:
    """Whether these bytes are the value of a round; UNSEEN where no pairing library is installed.

    Raises:
        LawError: ``chain_unknown``, ``round_unknown``.
    """
    instant_of(drawn)
    message = sha256(drawn.number.to_bytes(8, "big")).digest()
    try:
        return "PASS" if is_signature(CHAINS[drawn.chain].public_key, message, signature) else "FAIL"
    except ImportError:
        return "UNSEEN"
