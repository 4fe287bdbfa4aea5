"""How figures are written: rounded where floating point ends, and said in the caller's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.insight.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def rounded(number: float | None) -> float | None:
    """Six significant digits: what a machine adds behind them is no figure."""
    return None if number is None else float(f"{number:.6g}")


def warnings_of(
    verdicts: Iterable[tuple[str, Mapping[str, Any]]], language: str, *, part: str = "verdict"
) -> list[dict[str, Any]]:
    """The verdicts that warn, of pairs (code, where it was given), each in a sentence out of a list of the table."""
    known = words(part)
    return [{"code": code, **where, "text": known[code][language]} for code, where in verdicts if known[code]["warns"]]
