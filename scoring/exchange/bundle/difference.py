"""The first place at which two JSON values differ."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from scoring.exchange.bundle.words import ABSENT
from scoring.kernel.canonical import key_order

if TYPE_CHECKING:
    from collections.abc import Iterable

_NOTHING: Final = object()


class Difference(NamedTuple):
    """``where``: JSON pointer; what stands there and what should; a dash stands for nothing."""

    where: str
    found: object
    expected: object


def first_difference(found: object, expected: object, where: str = "") -> Difference | None:
    """The first difference in the order of canonical JSON; None where both are the same value."""
    pairs: Iterable[tuple[str, object, object]]
    if isinstance(found, dict) and isinstance(expected, dict):
        keys = sorted(found.keys() | expected.keys(), key=key_order)
        pairs = ((_step(key), found.get(key, _NOTHING), expected.get(key, _NOTHING)) for key in keys)
    elif isinstance(found, list) and isinstance(expected, list):
        both = enumerate(zip_longest(found, expected, fillvalue=_NOTHING))
        pairs = ((str(index), one, other) for index, (one, other) in both)
    elif found == expected and isinstance(found, bool) == isinstance(expected, bool):
        return None
    else:
        return Difference(where, *(ABSENT if value is _NOTHING else value for value in (found, expected)))
    differences = (first_difference(one, other, f"{where}/{step}") for step, one, other in pairs)
    return next((difference for difference in differences if difference is not None), None)


def _step(key: str) -> str:
    """A key as a step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
