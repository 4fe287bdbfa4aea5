"""The language of draw documents: strict JSON whose bytes equal their own canonical form (protocol, section 1.1)."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NoReturn
from unicodedata import is_normalized

from scoring.kernel.canonical import LIMIT
from scoring.kernel.nesting import is_deeper

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 256 * 1024 * 1024
DEEPEST = 12
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Controls, soft hyphen, joiners and fillers that show nothing, zero-width, line and paragraph separators, bidirectional
# marks, invisible operators, radicals that look like characters, variation selectors, byte order mark, interlinear
# marks, tags, lone surrogates. Written out, so that no table of Unicode's decides.
_REFUSED = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2e80-\u2fdf\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\\\\]"
)
_PLAIN = bytes(range(0x20, 0x7F))
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
        DocumentError: the first that holds of ``P-LIMIT`` size, ``P-JSON`` no UTF-8, ``P-LIMIT`` depth, ``P-JSON`` no
            JSON object, ``P-DUPLICATE``, ``P-KEY``, ``P-NUMBER``, ``P-JSON`` a null, ``P-TEXT``, ``P-BYTES`` another
            way of writing than the canonical one.
    """
    if len(data) > LONGEST:
        _refuse("P-LIMIT", f"{len(data)} bytes, {LONGEST} at most")
    text = _decoded(data)
    if is_deeper(text, DEEPEST):
        _refuse("P-LIMIT", f"deeper than {DEEPEST} levels")
    value = _Reading().parsed(text)
    if "null" in text:
        _walk(value, _no_null)
    # A part of a normalised text is normalised: the whole answers for every string, and only a doubt is looked into.
    # What is plain ASCII is refused nowhere but for the backslash, and most of a file is that.
    if _REFUSED.search(data.translate(None, _PLAIN).decode()) or _BARE.search(text) or not is_normalized("NFC", text):
        _walk(value, _lawful)
    if _canonical(value) != text:
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


_PARSED_FAULTS: Final = ("P-DUPLICATE", "P-KEY", "P-NUMBER")


class _Reading:
    """One reading, which keeps the first fault of each code until the whole is known to be JSON."""

    def __init__(self) -> None:
        self._faults: dict[str, str] = {}

    def parsed(self, text: str) -> dict[str, Any]:
        try:
            # Control characters inside strings are left to the check of texts.
            value = json.loads(
                text,
                strict=False,
                object_pairs_hook=self._object,
                parse_int=self._integer,
                parse_float=self._no_integer,
                parse_constant=self._no_integer,
            )
        except json.JSONDecodeError as error:
            raise DocumentError("P-JSON", "", f"{error.msg} at character {error.pos}") from error
        if not isinstance(value, dict):
            _refuse("P-JSON", "the file is not one JSON object")
        for code in _PARSED_FAULTS:
            if code in self._faults:
                _refuse(code, self._faults[code])
        return value

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
            self._faults.setdefault("P-DUPLICATE", f"key {twice!a:.60} stands twice")
        for key in found:
            if _KEY.fullmatch(key) is None:
                self._faults.setdefault("P-KEY", f"key {key!a:.60}")
        return found

    def _integer(self, said: str) -> int:
        # 2^53 has 16 digits: a longer number is not converted at all.
        if said == "-0" or len(said) > 17 or not -LIMIT < (number := int(said)) < LIMIT:  # noqa: PLR2004 # see above
            return self._no_integer(said)
        return number

    def _no_integer(self, said: str) -> int:
        self._faults.setdefault("P-NUMBER", f"{said:.40} is no integer below 2^53")
        return 0


def _refuse(code: str, said: str) -> NoReturn:
    raise DocumentError(code, "", said)


def _no_null(value: object) -> None:
    if value is None:
        _refuse("P-JSON", "null has no place")


def _lawful(value: object) -> None:
    if isinstance(value, str) and not lawful_text(value):
        _refuse("P-TEXT", f"{value!a:.60}")


def _walk(value: object, look: Callable[[object], None]) -> None:
    """Look at every value; a refusal tells where."""
    if not isinstance(value, dict | list):
        look(value)
        return
    for step, item in value.items() if isinstance(value, dict) else enumerate(value):
        try:
            _walk(item, look)
        except DocumentError as refused:
            raise refused.below(step) from None
