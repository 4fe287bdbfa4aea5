"""The room's longer statements, each in a file of its own."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def sql(name: str) -> str:
    """The statement in the file ``name``.sql; in psycopg's form."""
    return (resources.files(__package__) / f"{name}.sql").read_text(encoding="utf-8")
