"""What ``replies.toml`` says."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def reply_rules() -> Mapping[str, Any]:
    """The numbers of ``replies.toml``."""
    return tomllib.loads((resources.files(__package__) / "replies.toml").read_text(encoding="utf-8"))


@cache
def grounds() -> Mapping[str, Mapping[str, str]]:
    """The grounds of a refusal, by code: their names by language."""
    return {one["code"]: {"zh": one["zh"], "en": one["en"]} for one in reply_rules()["ground"]}
