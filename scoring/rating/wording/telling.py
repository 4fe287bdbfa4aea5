"""What every teller of a part needs: the result, the law's words, and how a sentence is put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.rating.wording.phrases import PHRASES, phrase

if TYPE_CHECKING:
    from datetime import date

    from scoring.rating.lines import Line
    from scoring.rating.result import Result
    from scoring.rating.wording.law import Law

Part: TypeAlias = Literal["head", "start", "counted", "score", "grade", "risk", "tier", "left_out", "change"]


class Sentence(NamedTuple):
    """One sentence and the part of the rating that it tells."""

    part: Part
    text: str


class Telling:
    """One result being told in one language."""

    def __init__(self, result: Result, law: Law) -> None:
        self.result = result
        self.law = law
        self.edition = result.edition
        self.lines = {(line.source, line.ref): line for line in result.lines}
        self.zh = law.lang == "zh"
        self._cited: set[tuple[str | None, str]] = set()

    def phrase(self, key: str, **parts: object) -> str:
        """A phrase with its parts put in."""
        return phrase(PHRASES, key, self.law.lang, **parts)

    def say(self, part: Part, key: str, **parts: object) -> Sentence:
        """A phrase as a sentence."""
        return self.sentence(part, [self.phrase(key, **parts)])

    def sentence(self, part: Part, phrases: list[str]) -> Sentence:
        """Phrases joined to a sentence."""
        return Sentence(part, ("，" if self.zh else ", ").join(phrases) + ("。" if self.zh else "."))

    def clause(self, name: str) -> str:
        """A clause of the edition in force."""
        return self.clause_of(self.edition, name)

    def clause_of(self, edition: str | None, name: str | None) -> str:
        """A clause of an edition: with its text where it is cited first, by its number after that."""
        if not name or (edition, name) in self._cited:
            return name or ""
        self._cited.add((edition, name))
        return self.law.clause(edition, name)

    def grade(self, key: str) -> str:
        """The name of a grade."""
        return self.law.grade(self.edition, key)

    def fact(self, line: Line) -> str:
        """The name of what happened."""
        return self.law.fact(line.edition, line.code)

    def term(self, until: date | None) -> str:
        """``, until the day before …``, or nothing where the end is open."""
        return "" if until is None else self.phrase("term", day=self.law.day(until))
