"""Names that stand twice in one object of a JSON text: readers disagree on which value counts (RFC 8259 §4)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import orjson

from service.platform.storable import storable

_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],]', re.DOTALL)
_dumps: Final = orjson.dumps
_NAME: Final = 80
_POINTER: Final = 500


class RepeatedName(NamedTuple):
    """A name that its object has already: a JSON pointer to the member, and the name, as far as they are repeated."""

    pointer: str
    name: str


def repeated_name(raw: bytes, parsed: object) -> RepeatedName | None:
    """The first name that an object of a text has twice. ``parsed``: what orjson made of the text.

    Every member has one colon, and all others stand in strings. So the text that is written back from what was read
    has as many colons, unless a member was passed over: counting them costs a fraction of a second reading by name.
    """
    try:
        if raw.count(b":") == _dumps(parsed).count(b":") and not (b"\\" in raw and _escapes_colons(raw)):
            return None
    except orjson.JSONEncodeError:  # nested more deeply than orjson writes
        pass
    return _found(raw)


def _escapes_colons(raw: bytes) -> bool:
    return b"\\u003a" in raw or b"\\u003A" in raw


class _Open:
    """An object or a list that is being read: the names it has, the last of them, or the place in the list."""

    __slots__ = ("awaits_name", "is_object", "names", "place", "step")

    def __init__(self, *, is_object: bool) -> None:
        self.is_object = self.awaits_name = is_object
        self.names: set[str] = set()
        self.place = 0
        self.step = "0"

    def go_on(self) -> None:
        """A comma: the next member or item."""
        self.awaits_name = self.is_object
        self.place += 1
        if not self.is_object:
            self.step = str(self.place)


def _found(raw: bytes) -> RepeatedName | None:
    """The first name that stands twice in a text that is JSON, read token by token."""
    path: list[_Open] = []
    for match in _TOKEN.finditer(raw):
        token = match[0]
        if token in b"{[":
            path.append(_Open(is_object=token == b"{"))
        elif token in b"}]":
            path.pop()
        elif token == b",":
            path[-1].go_on()
        elif path and path[-1].awaits_name:
            name: str = orjson.loads(token)
            inner = path[-1]
            inner.awaits_name, inner.step = False, name.replace("~", "~0").replace("/", "~1")
            if name in inner.names:
                pointer = "".join(f"/{one.step}" for one in path)
                return RepeatedName(storable(pointer[:_POINTER]), storable(name[:_NAME]))
            inner.names.add(name)
    return None
