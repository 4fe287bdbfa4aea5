"""The checks of a draw, by code, and how the findings of one run are collected (protocol, section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scoring.kernel.verdicts import Said, short

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.kernel.verdicts import Verdict

_SHOWN: Final = 80
_TOLD: Final = 2_000
_WORSE: Final = ("PASS", "UNSEEN", "WEAK", "FAIL")

READING: Final = ("P-JSON", "P-BYTES", "P-DUPLICATE", "P-NUMBER", "P-TEXT", "P-KEY", "P-SHAPE", "P-SUITE", "P-LIMIT")
_GROUPS: Final[Mapping[str, str]] = {
    "G": "CHAIN GAPS",
    "C": "DIGEST ONE TIMES ROLES PLAN REUSE",
    "E": "LINK CLOSING DIGEST WITNESS WITNESSED SECRET ESCROW ATTEMPT SOURCE BITS BLS",
    "F": "ORDER ROWS ROOT COUNT AVOID CARRIED PARTS",
    "S": "SIZE WEIGHT NARROW DRAWN RESERVE CUT ROOT RESULT ATTEST",
    "I": "ROOT ROWS",
    "A": "TEAM EQUAL SHORT PROOF CHOICE",
    "L": "CHAIN KIND REASON REPLACE EXTEND STEP LATE",
    "X": "COMMITMENT HEAD TIME BEACON SNAPSHOT",
}
CODES: Final = (*READING, *(f"{letter}-{name}" for letter, names in _GROUPS.items() for name in names.split()))


class Findings:
    """The worst that was said of each check, and of equals the first. What nothing was said of is UNSEEN."""

    def __init__(self) -> None:
        self._said: dict[str, Said] = {}

    def note(self, said: Said) -> None:
        """Keep what was said, unless something as bad or worse is known."""
        known = self._said.get(said.code)
        if known is None or _WORSE.index(said.verdict) > _WORSE.index(known.verdict):
            self._said[said.code] = said

    def ok(self, *codes: str) -> None:
        """The checks hold."""
        for code in codes:
            self.note(Said(code, "PASS"))

    def tell(self, code: str, remark: str, where: str, *told: str) -> None:
        """Say why a check holds, if it does and nothing was said of it."""
        if self.verdict(code) == "PASS" and not self._said[code].remark:
            self._said[code] = Said(code, "PASS", remark, where, *(short(one, _TOLD) for one in told))

    def fail(self, code: str, where: str, found: object, expected: object, remark: str = "differs") -> None:
        """The check does not hold: at ``where`` stands ``found`` in place of ``expected``."""
        self.note(Said(code, "FAIL", remark, where, short(found, _SHOWN), short(expected, _SHOWN)))

    def same(self, code: str, where: str, found: object, expected: object) -> bool:
        """The check holds if both are equal."""
        if found == expected:
            self.ok(code)
            return True
        self.fail(code, where, found, expected)
        return False

    def holds(self, code: str, holds: object, where: str, found: object, expected: object) -> None:
        """The check holds if the condition does."""
        if holds:
            self.ok(code)
        else:
            self.fail(code, where, found, expected)

    def weak(self, code: str, remark: str, where: str = "") -> None:
        """Lawful, and weaker than it should be."""
        self.note(Said(code, "WEAK", remark, where))

    def unseen(self, remark: str, *codes: str) -> None:
        """The checks rest on the file's own word, or on rows that are masked."""
        for code in codes:
            self.note(Said(code, "UNSEEN", remark))

    def verdict(self, code: str) -> Verdict:
        """The verdict so far."""
        known = self._said.get(code)
        return known.verdict if known else "UNSEEN"

    def all(self, rest: str = "not_reached") -> list[Said]:
        """Every check in the order of the page; ``rest``: the remark on those of which nothing was said."""
        return [self._said.get(code, Said(code, "UNSEEN", rest)) for code in CODES]
