"""Words that the house does not say: of the design's page on words, of open ends, and of where it was made."""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import NamedTuple

# Assembled from halves, so that this file does not say them itself.
_REFUSED_WORDS = {
    "black" + "list": "serious-dishonesty list or abnormal-operations list",
    "white" + "list": "say what is allowed",
    "黑" + "名单": "严重失信主体名单",
    "白" + "名单": "写明准入的内容",
    "lot" + "tery": "draw",
    "mer" + "chant": "entity",
}
_REFUSED_IN_NAMES = {
    "ve" + "to": "direct_grade",
    "str" + "ike": "event",
    "inci" + "dent": "event",
    "offi" + "cer": "inspector",
    "compa" + "ny": "entity",
    "inspector_" + "pool": "roster",
}
_OPEN_ENDS = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]
_MACHINES = [
    r"(?<![\w.])/(?:ro" + r"ot|wo" + r"rk|home/\w+|Us" + r"ers/\w+)(?:/|\b)",
    r"(?<![\w.])/t" + r"mp/\w",
    r"/opt/p" + r"ypi",
]
_REGISTRIES = [
    r"py" + r"pi\.org",
    r"python" + r"hosted\.org",
    r"npm" + r"js\.(?:org|com)",
    r"proxy\.go" + r"lang\.org",
    r"index-" + r"url[ =]\s*\S*:/",
]
_MAKERS = [
    r"\bcla" + r"ude\b",
    r"\banthro" + r"pic\b",
    r"\bchat" + r"gpt\b",
    r"\bopen" + r"ai\b",
    r"\bcopi" + r"lot\b",
    r"\bl" + r"lm\b",
    r"co-authored" + r"-by",
    r"generated (?:by|with) a" + r"i\b",
    r"language mo" + r"del",
    r"sub-?ag" + r"ent",
    r"prompt eng" + r"ineering",
]
_IDENTIFIER = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]*\b")
_BEFORE = re.compile(r"^(?:\\b|\(\?<!\S+?\))")


class _Rule(NamedTuple):
    """A pattern, the same without what it says of the character before it, and what is said of a line that has it.

    A pattern that begins with a letter is sought several times as fast.
    """

    rough: re.Pattern[str]
    exact: re.Pattern[str]
    said: str


def _rule(pattern: str, said: str) -> _Rule:
    return _Rule(re.compile(_BEFORE.sub("", pattern)), re.compile(pattern), said)


_LOWERED = (
    *(
        _rule(rf"(?<![a-z]){word}(?![a-rt-z])" if word.isascii() else word, f"“{word}” is not our word: {instead}")
        for word, instead in _REFUSED_WORDS.items()
    ),
    *(_rule(pattern, f"tells how it was made ({pattern}), which readers do not need") for pattern in _MAKERS),
)
_AS_WRITTEN = (
    *(_rule(rf"\b{word}\b", f"{word} leaves an open end: do it, or open an issue") for word in _OPEN_ENDS),
    *(
        _rule(pattern, f"names a place of one machine or a registry ({pattern})")
        for pattern in (*_MACHINES, *_REGISTRIES)
    ),
)


def complaints(path: PurePath, text: str) -> Iterator[str]:
    """Refused words of a text file, each with its line."""
    for rules, written in ((_LOWERED, text.lower()), (_AS_WRITTEN, text)):
        # First the whole text at once: almost every file has none, and line by line is ten times the work.
        found = [rule for rule in rules if rule.rough.search(written)]
        for number, line in enumerate(written.splitlines() if found else (), start=1):
            for rule in found:
                if rule.exact.search(line):
                    yield f"{path.as_posix()}:{number}: {rule.said}"


def complaints_of_names(path: PurePath, text: str) -> Iterator[str]:
    """Refused words inside the identifiers of a file of the program."""
    for number, line in enumerate(text.splitlines(), start=1):
        for name in _IDENTIFIER.findall(line.partition("#")[0]):
            for word, instead in _REFUSED_IN_NAMES.items():
                if "_" in name and word in name.lower().split("_"):
                    yield f"{path.as_posix()}:{number}: {name} says “{word}”: {instead}"
