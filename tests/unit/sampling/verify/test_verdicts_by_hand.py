"""What the page says of some files, written down from the page: which checks are weak and which cannot be seen."""

import json

import pytest

from scoring.sampling.verify import CODES, verify
from tests.builders.draws.writing import FOLDER, outside_of

OUTSIDE = {"X-COMMITMENT", "X-HEAD", "X-TIME", "X-BEACON", "X-SNAPSHOT"}
"""Nobody brought anything along."""
ALONE = OUTSIDE | {"F-CARRIED"}
"""Nor the draw before: whether it is owed something is not seen."""

ONE_ENTITY = {
    *("P-JSON", "P-BYTES", "P-DUPLICATE", "P-NUMBER", "P-TEXT", "P-KEY", "P-SHAPE", "P-SUITE", "P-LIMIT"),
    *("E-LINK", "E-WITNESS", "E-WITNESSED", "E-SECRET", "E-ESCROW", "E-ATTEMPT", "E-SOURCE", "E-BITS", "E-BLS"),
    *("F-ROWS", "F-ROOT", "S-CUT", "S-DRAWN"),
}
"""What one row, one cut and the documents show; without register, log, roster and the other rows no more."""

BY_HAND: dict[str, tuple[set[str], set[str]]] = {
    # Every row is there, a custodian of another organisation attests, the public file is registered as opened.
    "plain": (set(), ALONE),
    # No witness; the one custodian is of the authority, so no custodian of the commitment attests; four entities in a
    # stratum; three of six inspectors may lead.
    "weak": ({"E-WITNESSED", "E-ESCROW", "S-ATTEST", "S-NARROW", "A-CHOICE"}, ALONE),
    # The second attempt gave the value.
    "fallback": ({"E-ATTEMPT"}, ALONE),
    # Drawn and teams are open, all other rows hashes: sizes follow from the commitment, the rest rests on masked rows.
    "masked": (
        set(),
        ALONE
        | {"F-ORDER", "F-ROWS", "F-COUNT", "F-AVOID", "I-ROWS", "A-TEAM", "A-EQUAL", "A-PROOF", "A-CHOICE"}
        | {"S-DRAWN", "S-RESERVE", "S-CUT"},
    ),
    "anchored": (set(), {"F-CARRIED"}),
    # Three of seven were drawn and are carried: four are left, of which two are drawn. The draw before is at hand.
    "replaces_late_void": ({"S-NARROW"}, OUTSIDE),
    # The draw before ended before its instant and shows no sample.
    "replaces_free_void": (set(), ALONE),
    "certificate_drawn": (set(), set(CODES) - ONE_ENTITY - {"S-ROOT"}),
    # No leaf in the tree of the drawn.
    "certificate_not_drawn": (set(), set(CODES) - ONE_ENTITY),
}
OPTIONS = {line["file"]: line["options"] for line in json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", BY_HAND)
def test_the_page_read_by_hand_says_the_same(name: str) -> None:
    file = f"accept/{name}.json"
    files = {f"accept/{path.name}": path.read_bytes() for path in (FOLDER / "accept").iterdir()}
    report = verify(files[file], outside_of(OPTIONS[file], files))
    told = {verdict: {said.code for said in report.said if said.verdict == verdict} for verdict in ("WEAK", "UNSEEN")}
    weak, unseen = BY_HAND[name]
    assert told == {"WEAK": weak, "UNSEEN": unseen}
    assert report.passes()
