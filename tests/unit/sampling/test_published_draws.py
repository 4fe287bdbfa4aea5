"""Draws that others have published, through our order: the hash is theirs, who comes first is for us to say."""

from __future__ import annotations

from hashlib import md5, sha256
from typing import Any

from scoring.sampling.sample import smallest

from .published import published


def consistent_ticket(seed: str, name: str) -> int:
    """The first ticket of the consistent sampler as an integer: its decimal digits, read backwards."""
    inner = sha256(seed.encode()).hexdigest()
    number = int(sha256((inner + name).encode()).hexdigest(), 16)
    return int(f"{number:064d}"[::-1].ljust(78, "0"))


def cases_without_replacement() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = published("consistent_sampler_examples.json")["cases"]
    return [case for case in cases if not case.get("with_replacement")]


def test_the_published_samples_of_the_consistent_sampler() -> None:
    cases = cases_without_replacement()
    assert len(cases) >= 4
    for case in cases:
        expected = case.get("expect_ids") or [name for _, name, _ in case["expect"]]
        keys = [consistent_ticket(case["seed"], name) for name in case["ids"]]
        found = smallest(case.get("take", len(keys)), keys, case["ids"])
        assert [name for _, name in found] == expected, case["name"]


def test_the_published_tickets_of_the_consistent_sampler() -> None:
    for case in cases_without_replacement():
        for shown, name, _ in case.get("expect", []):
            digits = f"{consistent_ticket(case['seed'], name):078d}"
            assert shown.removeprefix("0.")[:-1] in digits, (case["name"], name)


def test_the_published_selection_of_rfc_3797() -> None:
    for case in published("rfc3797_example.json")["cases"]:
        key = "".join(".".join(map(str, sorted(numbers))) + "./" for numbers in case["seeds"])
        assert key == case["key"]
        left, turn = list(range(1, case["pool"] + 1)), {}
        for counter, expected in enumerate(case["selections"]):
            around = counter.to_bytes(2, "big")
            hashed = md5(around + key.encode() + around, usedforsecurity=False).hexdigest()
            assert hashed.upper() == expected["md5"]
            assert len(left) == expected["divisor"]
            turn[left.pop(int(hashed, 16) % len(left))] = counter
        pool = [f"{member:02}" for member in turn]
        first = smallest(len(turn), list(turn.values()), pool)
        assert [int(member) for _, member in first] == [each["selected"] for each in case["selections"]]
