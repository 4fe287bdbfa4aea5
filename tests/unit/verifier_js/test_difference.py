"""The two verifiers say the same of every check: of all vectors, and of files changed by chance."""

from __future__ import annotations

import base64
import json
import sys
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from scoring.sampling.verify import CODES, verify
from scoring.sampling.verify.words import SENTENCES
from tests.builders.dice import SeededDice
from tests.builders.draws.mutating import changed_by_hand, followed_through
from tests.builders.draws.writing import outside_of

from .node import LINES, VECTORS, reckoned_of

if TYPE_CHECKING:
    from scoring.kernel.verdicts import Said

BY_HAND, FOLLOWED = 200, 150
FILES = {line["file"]: (VECTORS / line["file"]).read_bytes() for line in LINES}
ACCEPTED = [line for line in LINES if "verdicts" in line]

Case = tuple[str, bytes, dict[str, Any]]


@cache
def parsed(file: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(FILES[file])
    return document


def vectors() -> list[Case]:
    return [(line["file"], FILES[line["file"]], line["options"]) for line in LINES]


def by_hand() -> list[Case]:
    found = []
    for number in range(BY_HAND):
        line = ACCEPTED[number % len(ACCEPTED)]
        data = changed_by_hand(FILES[line["file"]], parsed(line["file"]), SeededDice(number))
        found.append((f"{line['file']} {number}", data, line["options"]))
    return found


def followed() -> list[Case]:
    made = ((number, followed_through(SeededDice(number))) for number in range(FOLLOWED))
    return [(f"followed {number}", data, {}) for number, data in made if data is not None]


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def anchors_of(options: dict[str, Any]) -> dict[str, Any]:
    """What a page hands over, files in base 64."""
    outside = outside_of(options, FILES)
    given: dict[str, Any] = {"lang": "en", "beacon": list(outside.beacon), "primary": []}
    given["snapshot"] = [encoded(each) for each in outside.snapshots]
    if outside.commitment:
        given["commitment"] = outside.commitment
    if outside.head:
        given["head"] = {"hex": outside.head[0], "time": outside.head[1]}
    if outside.primary:
        given["primary"] = [{"round": outside.primary[0], "signature": outside.primary[1]}]
    if outside.now is not None:
        given["now"] = outside.now
    if "previous" in options:
        given["previous"] = encoded(FILES[options["previous"]])
    return given


def told(said: Said) -> str:
    """A verdict; of the bound on empty seats that holds (A-PROOF) the words too, which name seats and inspectors."""
    if (said.code, said.verdict) != ("A-PROOF", "PASS"):
        return said.verdict
    return " ".join(said.line(SENTENCES, "en").split()[1:])


@pytest.mark.parametrize("make", [vectors, by_hand, followed], ids=lambda make: make.__name__)
def test_both_verifiers_say_the_same_of_every_check(make: Any) -> None:  # noqa: ANN401 -- one of the three above
    cases: list[Case] = make()
    asked = [{"file": encoded(data), "anchors": anchors_of(options)} for _, data, options in cases]
    there: list[list[str]] = reckoned_of(
        asked,
        """
        const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
        (async () => {
          const found = [];
          for (const { file, anchors } of asked) {
            anchors.snapshot = anchors.snapshot.map(bytes);
            if (anchors.previous) anchors.previous = bytes(anchors.previous);
            const bound = (one) => one.code === "A-PROOF" && one.verdict === "PASS";
            const told = (one) => (bound(one) ? `PASS ${one.said}`.trim() : one.verdict);
            found.push((await v.verify(bytes(file), { ...anchors, lang: "en" })).verdicts.map(told));
          }
          tell(found);
        })();""",
    )
    here = [[told(said) for said in verify(data, outside_of(options, FILES)).said] for _, data, options in cases]
    different = [
        (name, code, one, other)
        for (name, _, _), mine, theirs in zip(cases, here, there, strict=True)
        for code, one, other in zip(CODES, mine, theirs, strict=True)
        if one != other
    ]
    assert different == []
    failing = Counter(code for mine in here for code, verdict in zip(CODES, mine, strict=True) if verdict == "FAIL")
    unread = sum(code.startswith("P-") * count for code, count in failing.items())
    sys.stdout.write(f"{make.__name__}: {len(here)} files, {unread} not read; {dict(failing.most_common())}\n")
    assert len(failing) > 25, "the changes reach many checks"
    assert unread < len(here) / 3, "and most files are wrong in what they mean, not in their form"
