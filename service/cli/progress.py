"""A bar for each long step, on standard error, so that standard output stays for answers."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from types import TracebackType

WIDTH = 28
EVERY = 0.1
"""Seconds between two drawings of a bar."""


class Step:
    """One long step: a title, a bar while it runs, its seconds when it is done.

    ``total``: of what is counted, known now or set later; ``unit``: said behind the count, where it is of no things.
    """

    def __init__(self, title: str, total: int | None = None, unit: str = "") -> None:
        self.title = title
        self.total = total
        self.unit = unit
        self.seconds = 0.0
        self._done = 0
        self._shown = 0.0
        self._tty = sys.stderr.isatty()

    def __enter__(self) -> Self:
        """Start the clock and show the title."""
        self._began = time.monotonic()
        self._draw()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the clock; say how it ended."""
        self.seconds = round(time.monotonic() - self._began, 2)
        if kind is None and self.total is not None:
            self._done = self.total
        ended = "×" if kind else "✓"
        click.echo(f"{chr(13) if self._tty else ''}{ended} {self.title} {self._bar()} {self.seconds:6.1f} s", err=True)

    def at(self, done: int) -> None:
        """Tell how far the step is."""
        self._done = done
        now = time.monotonic()
        if self._tty and now - self._shown >= EVERY:
            self._shown = now
            self._draw()

    def _draw(self) -> None:
        if self._tty:
            click.echo(f"\r… {self.title} {self._bar()}", err=True, nl=False)

    def _bar(self) -> str:
        if not self.total:
            return " " * (WIDTH + 2)
        filled = min(WIDTH, WIDTH * self._done // self.total)
        return f"[{'█' * filled}{'·' * (WIDTH - filled)}] {self._done:,}/{self.total:,}{self.unit}"
