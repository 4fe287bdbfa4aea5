"""Names made findable: one normal form, its bigrams, its pinyin.

The database has no trigram or ICU extension, so what a search needs is computed here, once, when a name is stored.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opencc import OpenCC

_NOT_WORD = re.compile(r"[\W_]+")
_LONGEST_PHRASE = 4
_PLACES = {
    "朝阳": ("chao", "yang"),
    "大栅栏": ("da", "shi", "lan"),
    "厦门": ("xia", "men"),
    "重庆": ("chong", "qing"),
}
"""Names of places that general dictionaries read otherwise."""


END = "$"
"""Stands after the last letter in trigrams, which no search key does."""
INITIAL = "."
"""Stands before trigrams of initials, to tell them from those of pinyin."""


class NameKeys(NamedTuple):
    """What is stored beside a name. ``grams``: the parts that an index finds it by, see `grams_of`."""

    key: str
    pinyin: str
    initials: str
    grams: list[str]


def search_key(name: str) -> str:
    """The normal form of a name: NFKC, lower case, simplified characters, no spaces or punctuation."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return _NOT_WORD.sub("", text if text.isascii() else _simplified(text))


def _simplified(text: str) -> str:
    """Of the few characters that are simplified to such as others are simplified from, the last (薴, 苧, 苎)."""
    once: str = _converter().convert(text)
    return once if once == text else str(_converter().convert(once))


def bigrams(key: str) -> list[str]:
    """The distinct pairs of neighbours in a search key, in order; the key itself when it has one character."""
    if len(key) < 2:  # noqa: PLR2004 a pair has two
        return [key] if key else []
    return list(dict.fromkeys(map("".join, pairwise(key))))


def trigrams(letters: str) -> list[str]:
    """The distinct runs of three in some letters, in order; none where there are fewer."""
    return list(dict.fromkeys([letters[place : place + 3] for place in range(len(letters) - 2)]))


def grams_of(key: str, pinyin: str, initials: str) -> list[str]:
    """What a name is found by: characters and bigrams of its key, trigrams of its pinyin, and marked, of its initials.

    A letter or digit alone is no part to look for; trigrams end with a mark, so that two last letters begin one too.
    """
    characters = [char for char in dict.fromkeys(key) if not char.isascii()]
    marked = [INITIAL + part for part in trigrams(initials + END)]
    return list(dict.fromkeys([*bigrams(key), *characters, *trigrams(pinyin + END), *marked]))


def keys_of(name: str) -> NameKeys:
    """Everything that is stored beside a name."""
    key = search_key(name)
    syllables = _syllables(key)
    pinyin, initials = "".join(syllables), "".join([s[0] for s in syllables])
    return NameKeys(key, pinyin, initials, grams_of(key, pinyin, initials))


def _syllables(key: str) -> list[str]:
    """Pinyin without tones, one for each character; phrases with a reading of their own come first."""
    result: list[str] = []
    while len(result) < len(key):
        place = len(result)
        result += _reading(key[place : place + _LONGEST_PHRASE])
    return result


def load_dictionaries() -> None:
    """Read the dictionaries now, in a process that will need them, and not when the first name is met."""
    _dictionaries()
    _converter()


@cache
def _dictionaries() -> tuple[Mapping[str, list[list[str]]], Mapping[int, str]]:
    """Readings of phrases, and of characters by number."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT  # noqa: PLC0415 -- half a second, for those who read names

    return PHRASES_DICT, PINYIN_DICT


@lru_cache(maxsize=1 << 16)
def _reading(ahead: str) -> tuple[str, ...]:
    """The reading of the longest phrase that stands at the start of ``ahead``, else of its first character."""
    phrases, characters = _dictionaries()
    for size in range(len(ahead), 1, -1):
        phrase = ahead[:size]
        if phrase in _PLACES:
            return _PLACES[phrase]
        marked = phrases.get(phrase)
        if marked is not None and len(marked) == size:
            return tuple(_without_tone(syllable[0]) for syllable in marked)
    readings = characters.get(ord(ahead[0]))
    return (_without_tone(readings.split(",", 1)[0]) if readings else ahead[0],)


@cache
def _without_tone(syllable: str) -> str:
    """``lǜ`` → ``lv``."""
    plain = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(char for char in plain if char.isascii())


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC  # noqa: PLC0415 -- as the dictionaries

    return OpenCC("t2s")
