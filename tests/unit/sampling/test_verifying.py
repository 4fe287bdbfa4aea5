"""The order of the verification sample: by hand from a ticket, and alike for everyone whatever the stratum."""

from __future__ import annotations

from hashlib import sha256

from scoring.sampling.outcome import selected
from scoring.sampling.rows import FrameRow
from scoring.sampling.verifying import shares

STRATA = [
    {"stratum": "A", "size": 40, "draw": 4, "order": "equal", "reserves": 0},
    {"stratum": "recent", "size": 40, "draw": 1, "order": "equal", "reserves": 0},
    {"stratum": "carried", "size": 2, "draw": 2, "order": "equal", "reserves": 0},
    {"stratum": "D", "size": 3, "draw": 0, "order": "equal", "reserves": 0},
]
PART = {"part": "P1", "tickets": "own", "rotation": [1, 3], "strata": STRATA}
WEIGHTED = {**PART, "strata": [{"stratum": "A", "size": 4, "draw": 2, "order": "pareto", "reserves": 0}]}
FRAME = [
    FrameRow(f"{each['stratum'].upper()}-{n:02}", "k", each["stratum"]) for each in STRATA for n in range(each["size"])
]


def lp(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def by_hand(seed: bytes, code: str, num: int, den: int) -> int:
    """As docs/draw-protocol.md §§1, 5 write it: own tickets of part P1, turned by a third."""
    key = sha256(b"".join(map(lp, (b"xinjian/draw/1/key", seed, b"ticket", b"P1")))).digest()
    t = int.from_bytes(sha256(key + b"ticket".ljust(32, b"\0") + code.encode()).digest(), "big")
    return (t + (1 << 256) // 3) % (1 << 256) * den // num


def test_the_share_is_the_ticket_over_the_probability() -> None:
    seed = bytes(range(32))
    found = shares(PART, FRAME, seed)
    assert found["A-07"] == by_hand(seed, "A-07", 4, 40)
    assert found["RECENT-39"] == by_hand(seed, "RECENT-39", 1, 40)
    assert found["CARRIED-01"] == by_hand(seed, "CARRIED-01", 2, 2)
    assert not any(code.startswith("D-") for code in found), "nobody is drawn from there"
    rows = [FrameRow(f"W-{n}", "k", "A", weight) for n, weight in enumerate((1, 1, 2, 90))]
    weighted = shares(WEIGHTED, rows, seed)
    assert weighted["W-0"] == by_hand(seed, "W-0", 1, 4), "m·x/X with the certain one set aside"
    assert weighted["W-3"] == by_hand(seed, "W-3", 1, 1)


def test_no_stratum_comes_first_because_it_is_drawn_seldom() -> None:
    """Over 1,200 draws the first of seven drawn is of each stratum about as often as it has drawn entities."""
    first: dict[str, int] = {}
    for n in range(1_200):
        seed = sha256(n.to_bytes(4, "big")).digest()
        order = shares(PART, FRAME, seed)
        drawn = [code for each in selected(PART, FRAME, seed).values() for code in each.drawn]
        stratum = min(drawn, key=order.__getitem__).partition("-")[0]
        first[stratum] = first.get(stratum, 0) + 1
    expected = {"A": 1_200 * 4 / 7, "RECENT": 1_200 / 7, "CARRIED": 1_200 * 2 / 7}
    assert sum((first[name] - many) ** 2 / many for name, many in expected.items()) < 13.8, "chi-square, p = 0.001"
