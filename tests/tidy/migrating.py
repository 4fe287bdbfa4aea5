"""What a revision does to a database on which the release before it still works."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"\s+")
_MADE = re.compile(r"CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(\w+)", re.IGNORECASE)
_TAKES = {
    "drops a table": r"DROP TABLE (?:IF EXISTS )?(\w+)",
    "drops a column": (
        r"ALTER TABLE (?:ONLY )?(\w+)[^;]*? DROP (?:COLUMN )?(?!CONSTRAINT|NOT|DEFAULT|EXPRESSION|IDENTITY)\w+"
    ),
    "renames": r"ALTER TABLE (?:ONLY )?(\w+)[^;]*? RENAME ",
    "changes a type": r"ALTER TABLE (?:ONLY )?(\w+)[^;]*? ALTER (?:COLUMN )?\w+ (?:SET DATA )?TYPE ",
    "asks for what the program before does not write": (
        r"ALTER TABLE (?:ONLY )?(\w+)[^;]*? (?:ALTER (?:COLUMN )?\w+ SET NOT NULL|ADD (?:COLUMN )?(?!CONSTRAINT)"
        r"(?=[^,;]*NOT NULL)(?![^,;]*(?:DEFAULT|GENERATED))\w+)"
    ),
    "adds a rule that rows of the program before may break, without NOT VALID": (
        r"ALTER TABLE (?:ONLY )?(\w+)[^;]*? ADD CONSTRAINT (?![^,;]*NOT VALID)"
    ),
    "makes an index while nobody may write, without CONCURRENTLY": (
        r"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)(?:IF NOT EXISTS )?\w+ ON (?:ONLY )?(\w+)"
    ),
    "drops an index while nobody may write, without CONCURRENTLY": r"DROP INDEX (?!CONCURRENTLY)(\w+)",
}


def released_with(source: str) -> str | None:
    """The release named by a revision that takes something away: the last one whose program used it."""
    found = re.search(r'^CONTRACTS = "([^"]+)"$', source, re.MULTILINE)
    return found[1] if found else None


def takings(source: str) -> Iterator[str]:
    """What the statements of a revision take from the program before it; of tables that it makes itself, nothing."""
    statements = [
        _SPACE.sub(" ", node.value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    own = {name.lower() for text in statements for name in _MADE.findall(text)}
    for what, pattern in _TAKES.items():
        for text in statements:
            for name in re.findall(pattern, text, re.IGNORECASE):
                if name.lower() not in own:
                    yield f"{what}: {name}"
