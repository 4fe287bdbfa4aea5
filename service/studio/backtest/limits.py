"""Limits of back-tests and what is said where they are not reached, read from ``limits.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.studio.measures.enough import Shortage


@cache
def limits() -> Mapping[str, Any]:
    """The whole table, as ``limits.toml`` writes it."""
    return tomllib.loads((resources.files(__package__) / "limits.toml").read_text(encoding="utf-8"))


def told(shortage: Shortage, tiers: Sequence[str], locale: str) -> str:
    """A shortage as a sentence, ``zh`` or ``en``; ``tiers``: the names of the groups by number."""
    sentences = {row["code"]: row for row in limits()["shortage"]}
    tier = "" if shortage.group is None else tiers[shortage.group]
    text: str = sentences[shortage.what][locale]
    return text.format(has=shortage.has, needs=shortage.needs, group=tier)


def warning(code: str, **said: str) -> dict[str, str]:
    """A warning of a back-test with its sentence in both languages."""
    row = next(row for row in limits()["warning"] if row["code"] == code)
    return {"code": code, **{locale: row[locale].format(**said) for locale in ("zh", "en")}}
