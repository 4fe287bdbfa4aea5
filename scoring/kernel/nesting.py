"""How deep a JSON text nests, told before a parser goes there.

A parser in C goes down one frame of its own stack a level, and Python's limit on that is a setting of the whole process
that any library may raise: a text of a few kilobytes could then end the process.
"""

from __future__ import annotations

import re

_ESCAPED = re.compile(r"\\.", re.DOTALL)
_NO_BRACKETS = re.compile(r"[^\[\]{}]+")


def is_deeper(text: str, levels: int) -> bool:
    """Whether more than so many arrays and objects are open at once, up to where the text is no longer JSON."""
    if text.count("[") + text.count("{") <= levels:
        return False
    plain = _ESCAPED.sub("", text) if "\\" in text else text
    depth = 0
    for bracket in _NO_BRACKETS.sub("", "".join(plain.split('"')[::2])):
        depth += 1 if bracket in "[{" else -1
        if depth > levels:
            return True
    return False
