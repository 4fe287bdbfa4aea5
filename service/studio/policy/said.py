"""What the study goes by, and its phrases, read from ``policy.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def rules() -> Mapping[str, Any]:
    """The whole table."""
    return tomllib.loads((resources.files(__package__) / "policy.toml").read_text(encoding="utf-8"))


def phrase(table: str, name: str, **facts: object) -> dict[str, str]:
    """A phrase of a table (``constraint``, ``unmet``) by language."""
    return {lang: text.format(**facts) for lang, text in rules()[table][name].items()}
