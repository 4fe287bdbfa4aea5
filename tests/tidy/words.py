"""Words that the house does not say: of the design's page on words, of open ends, and of where it was made."""

import re
from collections.abc import Iterator
from pathlib import PurePath

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
    r"\bL" + r"LM\b",
    r"co-authored" + r"-by",
    r"generated (?:by|with) a" + r"i\b",
    r"language mo" + r"del",
    r"sub-?ag" + r"ent",
    r"prompt eng" + r"ineering",
]
_IDENTIFIER = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]*\b")


def complaints(path: PurePath, text: str) -> Iterator[str]:
    """Refused words of a text file, each with its line."""
    for number, line in enumerate(text.splitlines(), start=1):
        where = f"{path.as_posix()}:{number}"
        lowered = line.lower()
        for word, instead in _REFUSED_WORDS.items():
            if re.search(rf"(?<![a-z]){word}(?![a-rt-z])" if word.isascii() else word, lowered):
                yield f"{where}: “{word}” is not our word: {instead}"
        for word in _OPEN_ENDS:
            if re.search(rf"\b{word}\b", line):
                yield f"{where}: {word} leaves an open end: do it, or open an issue"
        for pattern in (*_MACHINES, *_REGISTRIES):
            if re.search(pattern, line):
                yield f"{where}: names a place of one machine or a registry ({pattern})"
        for pattern in _MAKERS:
            if re.search(pattern, line, re.IGNORECASE):
                yield f"{where}: tells how it was made ({pattern}), which readers do not need"


def complaints_of_names(path: PurePath, text: str) -> Iterator[str]:
    """Refused words inside the identifiers of a file of the program."""
    for number, line in enumerate(text.splitlines(), start=1):
        for name in _IDENTIFIER.findall(line.partition("#")[0]):
            for word, instead in _REFUSED_IN_NAMES.items():
                if "_" in name and word in name.lower().split("_"):
                    yield f"{path.as_posix()}:{number}: {name} says “{word}”: {instead}"
