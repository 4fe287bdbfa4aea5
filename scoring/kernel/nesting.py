"""How deep a text of JSON or TOML nests, told before a parser goes there.

A parser in C goes down one frame of its own stack a level, and Python's limit on that is a setting of the whole process
that any library may raise: a text of a few kilobytes could then end the process. A key of TOML opens a table for each
of its parts, and its parser looks at all that lead to each: forty kilobytes of one key take a gigabyte.
"""

from __future__ import annotations

import re

_ESCAPED = re.compile(r"\\.", re.DOTALL)
_BRACKETS = bytes.maketrans(b"{}", b"[]")
_PART = re.compile(r""" "[^"\n]*" | '[^'\n]*' | [^\s.=,"'{}\[\]]+ """, re.VERBOSE)
_BLANKS = str.maketrans("", "", " \t")
_ALL_ELSE = bytes(byte for byte in range(256) if byte not in b'"[]{}')


def is_deeper(text: str, levels: int) -> bool:
    """Whether more than so many arrays and objects are open at once, up to where the text is no longer JSON."""
    plain = _ESCAPED.sub("", text) if "\\" in text else text
    marks = plain.encode("utf-8", "surrogatepass").translate(_BRACKETS, _ALL_ELSE)
    # A quotation mark beside another ends or begins nothing that holds a bracket.
    brackets = b"".join(marks.replace(b'""', b"").split(b'"')[::2])
    left = brackets
    for _ in range(levels):  # each takes away what is innermost: one level of whatever closes
        left = left.replace(b"[]", b"")
    return bool(left) and _opens_more(brackets, levels)


def has_key_longer(text: str, parts: int) -> bool:
    """Whether some line of a TOML text may have a key of more than so many parts (``a.b."c"`` has three)."""
    return "a." * parts in _PART.sub("a", text).translate(_BLANKS)


def _opens_more(brackets: bytes, levels: int) -> bool:
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket == ord("[") else -1
        if depth > levels:
            return True
    return False
