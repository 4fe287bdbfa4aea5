"""The language of draw documents: strict JSON whose bytes equal their own canonical form (protocol, section 1.1)."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn
from unicodedata import is_normalized

from scoring.kernel.canonical import LIMIT
from scoring.kernel.nesting import is_deeper

LONGEST = 256 * 1024 * 1024
DEEPEST = 12
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Controls, soft hyphen, zero-width, line and paragraph separators, bidirectional marks, invisible operators,
# byte order mark, interlinear marks, lone surrogates. Written out, so that no table of Unicode's decides.
_REFUSED = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\\\\]"
)
_REFUSED_OUTSIDE = re.compile(_REFUSED.pattern.replace("\\\\]", "]"))
# Of what _parsed gives, whose keys are ASCII and whose numbers are integers below 2^53, this writes what
# scoring.kernel.canonical writes, several times as fast.
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_BARE = re.compile(r'\\[^"]')


class DocumentError(ValueError):
    """Bytes that are no document. ``code``: ``P-…``; ``pointer``: JSON pointer, "" where it is the file as a whole."""

    def __init__(self, code: str, pointer: str, said: str) -> None:
        super().__init__(f"{code} {pointer}: {said}")
        self.code = code
        self.pointer = pointer
        self.said = said

    def below(self, step: str | int) -> DocumentError:
        """The same refusal, seen from one level further out."""
        return DocumentError(self.code, f"/{step}{self.pointer}", self.said)


def read(data: bytes) -> dict[str, Any]:
    """The object that the bytes are.

    Raises:
        DocumentError: ``P-LIMIT`` size or depth, ``P-JSON`` no JSON object, or with a null, ``P-DUPLICATE``, ``P-KEY``,
            ``P-NUMBER``, ``P-TEXT``, ``P-BYTES`` another way of writing than the canonical one.
    """
    if len(data) > LONGEST:
        _refuse("P-LIMIT", f"{len(data)} bytes, {LONGEST} at most")
    text = _decoded(data)
    if is_deeper(text, DEEPEST):
        _refuse("P-LIMIT", f"deeper than {DEEPEST} levels")
    value = _parsed(text)
    if not isinstance(value, dict):
        _refuse("P-JSON", "the file is not one JSON object")
    # A part of a normalised text is normalised: the whole answers for every string, and only a doubt is looked into.
    doubtful = bool(_REFUSED_OUTSIDE.search(text) or _BARE.search(text) or not is_normalized("NFC", text))
    if doubtful or "null" in text:
        _walk(value, doubtful=doubtful)
    if _canonical(value).encode() != data:
        _refuse("P-BYTES", "the bytes are not the canonical form of what they say")
    return value


def lawful_text(text: str) -> bool:
    """Whether a string may stand in a document."""
    return not _REFUSED.search(text) and is_normalized("NFC", text)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DocumentError("P-JSON", "", f"byte {error.start} is not UTF-8") from error


def _parsed(text: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=lambda said: _refuse("P-NUMBER", f"{said:.40} is not an integer"),
            parse_constant=lambda said: _refuse("P-NUMBER", f"{said} is not an integer"),
        )
    except json.JSONDecodeError as error:
        # A raw control character inside a string stops the parser; the language calls that a fault of the text.
        code = "P-TEXT" if error.msg.startswith("Invalid control character") else "P-JSON"
        raise DocumentError(code, "", f"{error.msg} at character {error.pos}") from error


def _refuse(code: str, said: str) -> NoReturn:
    raise DocumentError(code, "", said)


def _integer(said: str) -> int:
    # 2^53 has 16 digits: a longer number is not converted at all.
    if said == "-0" or len(said) > 17 or not -LIMIT < (number := int(said)) < LIMIT:  # noqa: PLR2004 # see above
        _refuse("P-NUMBER", f"{said:.40} is no integer below 2^53")
    return number


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        _refuse("P-DUPLICATE", f"key {next(key for key in keys if keys.count(key) > 1)!a:.60} stands twice")
    for key in found:
        if _KEY.fullmatch(key) is None:
            _refuse("P-KEY", f"key {key!a:.60}")
    return found


def _walk(value: object, *, doubtful: bool) -> None:
    """Null nowhere, and, where there is a doubt, every string."""
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, item in steps:
            if item.__class__ is int or (item.__class__ is str and not doubtful):
                continue
            try:
                _walk(item, doubtful=doubtful)
            except DocumentError as refused:
                raise refused.below(step) from None
    elif value is None:
        _refuse("P-JSON", "null has no place")
    elif isinstance(value, str) and doubtful and not lawful_text(value):
        _refuse("P-TEXT", f"{value!a:.60}")
