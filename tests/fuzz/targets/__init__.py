"""Every parser that is fuzzed, by the format that it reads."""

from __future__ import annotations

from typing import Final

MODULES: Final = ("laws", "files", "proofs", "words", "addresses")
