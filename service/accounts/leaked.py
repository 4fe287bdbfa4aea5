"""Passwords that were leaked elsewhere: a file of SHA-1 digests in their order, as the offline list of Pwned Passwords.

A line is a digest in hexadecimal digits, or its first sixteen or more, and perhaps a colon and a count, which is passed
over. Lines ascend; all are looked for by halves, so that a file of 40 GB takes as many looks as its length has bits.
"""

from __future__ import annotations

import re
from hashlib import sha1
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING, Final

import structlog

from service.platform import Problem

if TYPE_CHECKING:
    from pathlib import Path

log = structlog.get_logger(__name__)

LONGEST_LINE: Final = 80
"""Bytes of a line, with a count and its end."""
_LINE: Final = re.compile(rb"([0-9A-Fa-f]{16,40})(?::[0-9]{1,20})?\r?")


def is_leaked(password: str, file: Path) -> bool:
    """Whether a password is on the list of a file.

    Raises:
        Problem: `leaked_passwords_unreadable`: the file is gone, or a line of it is none.
    """
    digest = sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as lines:
            return _holds(lines, digest)
    except (OSError, ValueError) as error:  # ValueError: an empty file, or a line that is none
        log.exception("leaked_passwords_unreadable")
        raise Problem("leaked_passwords_unreadable") from error


def _holds(lines: mmap, digest: bytes) -> bool:
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high) // 2
        start = max(low, lines.rfind(b"\n", max(low, middle - LONGEST_LINE), middle) + 1)
        end = lines.find(b"\n", middle, start + LONGEST_LINE)
        read = _LINE.fullmatch(lines[start : end if end >= 0 else min(start + LONGEST_LINE, len(lines))])
        if read is None:
            raise ValueError("no line of digests")
        said = read[1].upper()
        if digest.startswith(said):
            return True
        low, high = (start + len(read[0]) + 1, high) if said < digest else (low, start)
    return False
