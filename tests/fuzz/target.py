"""What is fuzzed: something that takes bytes, and what must hold of whatever it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable

    Attempt = Callable[[bytes], None]
    Change = Callable[[bytes, random.Random], bytes]


class Target(NamedTuple):
    """One parser.

    Attributes:
        name: what is fuzzed, as on the command line.
        prepare: gives the attempt, which takes an input and raises whenever the parser breaks its promise: any
            exception that escapes it is a finding.
        seeds: valid inputs, from which others are made.
        hostile: inputs made to harm, each tried once before all others.
        change: makes another input of one, keeping its form.
        longest: bytes of an input.
    """

    name: str
    prepare: Callable[[], Attempt]
    seeds: Callable[[], Iterable[bytes]]
    hostile: Callable[[], Iterable[bytes]]
    change: Change
    longest: int = 16_384


class BrokenPromiseError(AssertionError):
    """The parser took an input, or refused it, otherwise than it promises."""


def promise(*, kept: bool, words: object = "") -> None:
    """Hold a parser to what it promises.

    Raises:
        BrokenPromiseError: it was not kept.
    """
    if not kept:
        raise BrokenPromiseError(f"{words!r:.400}")
