"""The array types of the columnar engine and the values that stand for what is absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Days: TypeAlias = NDArray[np.int32]
    """Proleptic ordinals, as ``date.toordinal`` gives them."""
    Points: TypeAlias = NDArray[np.int64]
    """Hundredths."""
    Codes: TypeAlias = NDArray[np.int32]
    """Positions in a dictionary; ``ABSENT`` where there is none."""
    Small: TypeAlias = NDArray[np.int8]
    Flags: TypeAlias = NDArray[np.bool_]
    Rows: TypeAlias = NDArray[np.int64]
    """Positions in another array, or offsets into it."""

NO_DAY: Final = 2**31 - 1
"""An absent day. It is later than any day, so that "has it ended by" and "is it repaired by" need no further test."""

NO_POINTS: Final = -(2**63)
"""An absent value or total."""

ABSENT: Final = -1
"""An absent code, occasion, case, grade, tier or level."""
