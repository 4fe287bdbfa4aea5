"""Rows on their way in: copied into a table of this transaction, so that everything after is one statement a set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import orjson
from sqlalchemy import text

from scoring.kernel.merkle import MerkleTree
from service.register.names import bigrams, keys_of, search_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from psycopg import Copy, Cursor
    from sqlalchemy.orm import Session

_TABLE = """
CREATE TEMP TABLE stage (
  row bigint NOT NULL, key text NOT NULL, body jsonb NOT NULL,
  name text, name_key text, pinyin text, initials text, grams text[],
  address_key text, address_grams text[]
) ON COMMIT DROP
"""
_COPY = "COPY stage (row, key, body, name, name_key, pinyin, initials, grams, address_key, address_grams) FROM STDIN"
_NO_NAME = (None, None, None, None, None)
_NO_ADDRESS = (None, None)


class Stage:
    """A context in which checked entries are sent to the stage. One for each transaction.

    ``tree``: the Merkle tree over what was sent, so that one ledger row vouches for every entry of a file.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cursor: Cursor[Any] | None = None
        self._copy: Copy | None = None
        self.rows = 0
        self.tree = MerkleTree()

    def __enter__(self) -> Self:
        """Make the table and begin to copy."""
        self._session.execute(text(_TABLE))
        connection = self._session.connection().connection.driver_connection
        self._cursor = connection.cursor()  # type: ignore[union-attr] # the driver is psycopg, always
        self._context = self._cursor.copy(_COPY)
        self._copy = self._context.__enter__()
        return self

    def put(self, row: int, entry: Mapping[str, Any]) -> None:
        """Send one checked entry; it says only what its caller said."""
        name = entry.get("name")
        found = _NO_NAME if name is None else _found_by(name)
        lies = _lies_at(entry["address"]) if "address" in entry else _NO_ADDRESS
        body = orjson.dumps(entry)
        self.tree.append(body)
        self._copy.write_row((row, entry["key"], body.decode(), *found, *lies))  # type: ignore[union-attr]
        self.rows += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the copy, or give it up where something was raised."""
        self._context.__exit__(kind, error, trace)
        if self._cursor is not None:
            self._cursor.close()
        if kind is None:
            self._session.execute(text("ANALYZE stage (row, key)"))


def _found_by(name: str) -> tuple[str, str, str, str, str]:
    keys = keys_of(name)
    return (name, keys.key, keys.pinyin, keys.initials, _array(keys.grams))


def _lies_at(address: str | None) -> tuple[str, str]:
    key = search_key(address or "")
    return (key, _array(bigrams(key)))


def _array(grams: list[str]) -> str:
    """Grams are a few letters or digits and a mark: nothing to quote, never the word NULL."""
    return "{" + ",".join(grams) + "}"
