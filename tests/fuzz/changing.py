"""Inputs out of valid ones: words of a text, members of a JSON document, parts of a workbook changed by chance."""

from __future__ import annotations

import io
import json
import re
import zipfile
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import random

_TOKEN: Final = re.compile(rb"[\w.\-]+|\s+|[^\w\s]")
ODD: Final = tuple(
    word.encode("utf-8", "surrogatepass")
    for word in (
        *("", "0", "-0", "-1", "1", "2", "3.14", "1e400", "-1E-400", "NaN", "Infinity", "0x1f", "1_000", "007"),
        *("9" * 19, "9" * 400, "9" * 5_000, "9223372036854775808", "9007199254740993", "0.0000001", "+1"),
        *("0000-00-00", "0001-01-01", "9999-12-31", "2024-02-29", "2023-02-29", "2024-02-29T25:61:61Z", "12:60"),
        *("true", "false", "null", "None", "[]", "{}", "[[]]", '""', "''", '"', "'", "\\", "\\u0000", "\\ud800"),
        *("\n", "\r", "\r\n", "\t", "\0", "\v", "\f", "\x1b", "\x7f", "\x85", "\u2028", "\ufeff", "\u202e", "\u200d"),
        *("\ud800", "\udfff", "\U0010ffff", "é", "e\u0301", "İ", "ß", "ﬁ", "１２", "٣", "²", "北京", "龘", "㐀", "𠀀"),
        *("😀", "=1+1", "@x", "-2+3", "=HYPERLINK(1)", "%s", "{0}", "{x.__class__}", "../..", "<!--", "]]>", "&x;"),
        *("[", "]", "{", "}", "(", ")", ",", ";", ":", "=", ".", "-", "_", "#", "[[", "]]", "/", "//", "~1", "~0"),
        *("https://[", "http://a@b", "%", "%00", "%zz", "%ff", "*", '"*"', "W/", "Bearer", "x" * 300),
    )
)
"""Words at which parsers stumble: numbers, days, marks, signs of many scripts, what other formats would read."""
VALUES: Final = (
    *(None, True, False, 0, -1, 1, 2, 2**53, -(2**53), 2**63, 10**30, 0.5, -0.0, 1e308),
    *("", "x", " ", "\0", "\ud800", "2024-02-29", "0001-01-01", "9999-12-31", "龘" * 300, "=1+1", "9" * 400),
    *([], {}, [[]], [{}], {"": {}}, [None] * 50),
)
_MOST = 6


def words(data: bytes, chance: random.Random) -> bytes:
    """A text with a few of its words gone, doubled, moved, exchanged or replaced by odd ones."""
    tokens = _TOKEN.findall(data) or [b""]
    for _ in range(chance.randint(1, _MOST)):
        at, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        match chance.randrange(7):
            case 0:
                tokens[at] = b""
            case 1:
                tokens[at] *= 2
            case 2:
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 3:
                tokens[at] = tokens[other]
            case 4:
                first, last = sorted((at, other))
                tokens[first:first] = tokens[first : min(last, first + 40)]
            case 5:
                tokens.insert(at, chance.choice(ODD))
            case _:
                tokens[at] = chance.choice(ODD)
    return b"".join(tokens)


def document(data: bytes, chance: random.Random) -> bytes:
    """A JSON document with members gone, doubled, renamed or of other values; now and then its words are changed."""
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        return words(data, chance)
    if not isinstance(root, dict | list) or chance.random() < 0.2:
        return words(data, chance)
    for _ in range(chance.randint(1, 3)):
        _change_somewhere(root, chance)
    try:
        return json.dumps(root, ensure_ascii=chance.random() < 0.5, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(root).encode()


def _change_somewhere(root: dict[str, Any] | list[Any], chance: random.Random) -> None:
    inner: Any = root
    while inner and chance.random() < 0.75:
        found = inner[chance.choice([*inner])] if isinstance(inner, dict) else chance.choice(inner)
        if not isinstance(found, dict | list) or not found:
            break
        inner = found
    if isinstance(inner, dict):
        _change_object(inner, chance)
    else:
        _change_array(inner, chance)


def _change_object(inner: dict[str, Any], chance: random.Random) -> None:
    key = chance.choice([*inner]) if inner else ""
    match chance.randrange(5):
        case 0 if inner:
            del inner[key]
        case 1 if inner:
            inner[chance.choice(("", "x", key + "x", "类", "\ud800"))] = inner.pop(key)
        case 2:
            inner[chance.choice(("x", "type", "schema", key))] = deepcopy(chance.choice(VALUES))
        case 3 if inner and isinstance(inner[key], str):
            inner[key] = _reworded(inner[key], chance)
        case _:
            inner[key] = deepcopy(chance.choice(VALUES))


def _change_array(inner: list[Any], chance: random.Random) -> None:
    at = chance.randrange(len(inner)) if inner else 0
    match chance.randrange(4):
        case 0 if inner:
            del inner[at]
        case 1 if inner:
            inner.insert(at, deepcopy(inner[chance.randrange(len(inner))]))
        case 2 if inner and isinstance(inner[at], str):
            inner[at] = _reworded(inner[at], chance)
        case _:
            inner[at : at + 1] = [deepcopy(chance.choice(VALUES))]


def _reworded(text: str, chance: random.Random) -> str:
    return words(text.encode("utf-8", "surrogatepass"), chance).decode("utf-8", "replace")


def workbook(data: bytes, chance: random.Random) -> bytes:
    """A workbook with the words of one part changed, packed again; now and then its very bytes are."""
    if chance.random() < 0.1:
        return octets(data, chance)
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            entries = old.infolist()
            chosen = chance.choice(entries)
            for entry in entries:
                content = old.read(entry)
                new.writestr(entry.filename, words(content, chance) if entry is chosen else content)
    except (zipfile.BadZipFile, ValueError, IndexError, OSError, EOFError, NotImplementedError, zipfile.LargeZipFile):
        return octets(data, chance)
    except Exception:  # noqa: BLE001 -- what cannot be unpacked is changed as it is
        return octets(data, chance)
    return out.getvalue()


def octets(data: bytes, chance: random.Random) -> bytes:
    """The same bytes but for a few."""
    changed = bytearray(data or b"\0")
    for _ in range(chance.randint(1, _MOST)):
        at = chance.randrange(len(changed))
        changed[at] = chance.randrange(256)
    if chance.random() < 0.2:
        del changed[chance.randrange(len(changed)) :]
    return bytes(changed)


def packed_or_words(data: bytes, chance: random.Random) -> bytes:
    """As `words`, and the bytes alone where the input is packed."""
    return octets(data, chance) if data.startswith(b"\x1f\x8b") else words(data, chance)
