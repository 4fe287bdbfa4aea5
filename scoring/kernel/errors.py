"""What the law says when it refuses: one shape for every error and every remark, in Chinese and English."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]


class Finding(NamedTuple):
    """One thing wrong with a text, where it is and what to write instead.

    ``pointer`` is a JSON pointer into the document (``/rating/event/3/points``), ``clause`` the clause of the law that
    the place belongs to ("" where there is none), ``code`` stable and made for machines.
    """

    severity: Severity
    code: str
    clause: str
    pointer: str
    zh: str
    en: str

    def sentence(self, *, file: str = "", lang: str = "zh") -> str:
        """The finding as one line that names file, place and clause."""
        place = ":".join(part for part in (file, self.pointer) if part)
        clause = f" [{self.clause}]" if self.clause else ""
        return f"{place}{clause}: {self.en if lang == 'en' else self.zh} ({self.code})"


class LawError(ValueError):
    """Input that the law refuses. ``code`` is stable; ``zh`` and ``en`` say what is wrong and what to do next."""

    def __init__(self, code: str, *, zh: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en


MOST_FINDINGS = 1_000
"""Told of one text: its author can use no more, and one of a hundred thousand faults would fill an answer of 50 MB."""


class EditionError(LawError):
    """A text of the law that cannot be read. ``findings`` holds what is wrong with it at once, first place first."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        first = findings[0]
        super().__init__(first.code, zh=first.sentence(), en=first.sentence(lang="en"))
        self.findings = findings[:MOST_FINDINGS]
        self.clause = first.clause
        self.pointer = first.pointer
