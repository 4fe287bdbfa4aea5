"""How the arrays of a stock are called, typed and, where a value is absent, filled: read by writer and opener alike."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from scoring.rating.columnar import ABSENT, NO_DAY, NO_POINTS

FORMAT: Final = 1
"""Of the manifest and the files; a stock of another format is built anew."""
MANIFEST: Final = "manifest.json"
NAME: Final = re.compile(r"([0-9]{16})-([0-9]{4}-[0-9]{2}-[0-9]{2})", re.ASCII)
"""Of the folder of a finished stock: position and day. Only what is called so is ever opened, or removed."""
DAYS: Final = "<i4"
CODES: Final = "<i4"
ROWS: Final = "<i8"
FLAGS: Final = "|b1"
ATTRIBUTE: Final = "attribute:"
"""What the name of an attribute is put behind."""


class Kept(NamedTuple):
    """A column: its type, and the value that stands for absent. None: it is never left out."""

    dtype: str
    usual: int | None = None


EVENT: Final = {
    "decided_on": Kept(DAYS),
    "code": Kept(CODES),
    "severity": Kept(CODES, ABSENT),
    "final": Kept(FLAGS, 1),
    "value": Kept(ROWS, NO_POINTS),
    "occasion": Kept(CODES, ABSENT),
    "case": Kept(CODES, ABSENT),
    "corrected_on": Kept(DAYS, NO_DAY),
    "performed_on": Kept(DAYS, NO_DAY),
    "repaired_on": Kept(DAYS, NO_DAY),
    "annulled_on": Kept(DAYS, NO_DAY),
    "publicity_ends_on": Kept(DAYS, NO_DAY),
    "tie": Kept(CODES),
}
OCCASION: Final = {"held_on": Kept(DAYS), "type": Kept(CODES), "closed": Kept(FLAGS)}
LICENCE: Final = {"start": Kept(DAYS), "end": Kept(DAYS)}
ENTITY: Final = {"known_since": Kept(DAYS, NO_DAY), "looked_at": Kept(FLAGS), "id": Kept(ROWS)}
CODED: Final = Kept(CODES, ABSENT)
OFFSETS: Final = Kept(ROWS)
"""Where the rows of each entity begin in another table, and at the end where the last ends."""
