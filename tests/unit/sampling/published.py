"""Vectors that others publish, where the shared folder with them is beside this project."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.tidy.tree import ROOT

_FOLDERS = [folder / "shared" / "data" for folder in ROOT.parents]


def published(name: str) -> dict[str, Any]:
    """The content of a file of vectors; the test is skipped where it is not here."""
    for folder in _FOLDERS:
        if (folder / name).is_file():
            found: dict[str, Any] = json.loads((folder / name).read_text("utf-8"))
            return found
    pytest.skip(f"the shared folder with {name} is not beside this project")
