"""``docs/reliability.md``: each run that breaks, loads or rehearses the service writes its own section of the page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench.harness.report import ROOT, machine

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "reliability.md"


def save_section(name: str, figures: str, page: Path = PAGE) -> None:
    """Puts what a run printed, with the day and the machine, between the marks of its section.

    ``figures`` is Markdown: a line, a table. Raises ``LookupError`` where the page has no section of this name.
    """
    text = page.read_text("utf-8")
    marked = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end of {re.escape(name)} -->)", re.DOTALL)
    run = f"Last run: {datetime.now(UTC):%Y-%m-%d}, {machine()}."
    written, found = marked.subn(lambda marks: f"{marks[1]}{run}\n\n{figures.strip()}\n{marks[2]}", text)
    if not found:
        raise LookupError(f"{page}: no section {name!r}")
    page.write_text(written, "utf-8")
