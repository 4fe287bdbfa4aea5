"""Where the reader of an edition stands: the path, the clause that governs it, and the findings so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from scoring.kernel.errors import Finding


class Refused:
    """What reading gives where the text was refused; the reason is among the findings."""

    __slots__ = ()


REFUSED: Final = Refused()


class Decimals(str):
    """A TOML float as it was written: no binary fraction ever comes near a point."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the document. ``findings`` is shared by all places of one reading."""

    findings: list[Finding]
    path: tuple[str, ...] = ()
    clause: str = ""

    @property
    def pointer(self) -> str:
        """The JSON pointer of this place."""
        return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in self.path)

    def down(self, step: str | int) -> Place:
        """The place one step below."""
        return replace(self, path=(*self.path, str(step)))

    def under(self, clause: str) -> Place:
        """The same place, governed by a clause."""
        return replace(self, clause=clause)

    def refuse(self, code: str, *, zh: str, en: str) -> Refused:
        """Record what is wrong here."""
        self.findings.append(Finding("error", code, self.clause, self.pointer, zh, en))
        return REFUSED
