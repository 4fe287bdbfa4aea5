"""The words and codes that several documents share (protocol, sections 1.2 and 2)."""

from __future__ import annotations

from scoring.sampling.shapes.grammar import array, hexadecimal, integer, matching, or_empty, text

MOST_SHARE = 1_000_000

CODE = matching("[0-9A-Z][0-9A-Z-]{0,39}", "code of digits, capitals and hyphens")
DRAW = matching("[0-9]{2,12}-[0-9]{4}-[0-9]{5}", "number of a draw")
NAME = matching("[0-9A-Za-z][0-9A-Za-z_-]{0,31}", "name of a part, stratum, plan or task")
TITLE = text(200, 1)
FREE = text(2000)
WORD = text(100, 1)
DIGEST = hexadecimal(32)
SALT = hexadecimal(16)
TIME = integer()
COUNT = integer(0, 10**9)
RATIO = array(integer(0, MOST_SHARE), integer(1, MOST_SHARE))
STAFF_OR_NONE = or_empty(CODE)
