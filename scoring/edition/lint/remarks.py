"""The sheet on which the lint writes: one per rating section, so that an override repeats nothing of the section."""

from __future__ import annotations

from dataclasses import dataclass, field

from scoring.kernel.errors import Finding, Severity


@dataclass(slots=True)
class Remarks:
    """Findings on one part of the document, and where that part stands. ``known``: what was already said elsewhere."""

    prefix: str = ""
    is_override: bool = False
    known: frozenset[tuple[str, str]] = frozenset()
    found: list[Finding] = field(default_factory=list)

    def error(self, code: str, path: str, *, zh: str, en: str, clause: str = "") -> None:
        """Something that must be mended before the edition can be in force."""
        self._add("error", code, path, clause=clause, zh=zh, en=en)

    def warning(self, code: str, path: str, *, zh: str, en: str, clause: str = "") -> None:
        """Something that works as written and is probably not meant."""
        self._add("warning", code, path, clause=clause, zh=zh, en=en)

    def said(self) -> frozenset[tuple[str, str]]:
        """What this sheet says, without the places."""
        return frozenset((found.code, found.en) for found in self.found)

    def _add(self, severity: Severity, code: str, path: str, *, clause: str, zh: str, en: str) -> None:
        if (code, en) in self.known:
            return
        if self.is_override and path.startswith("/event/"):
            path = "/event"  # the place among the merged events is not the place in the override
        self.found.append(Finding(severity, code, clause, self.prefix + path, zh, en))
