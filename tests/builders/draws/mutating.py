"""Files of draws with something changed by chance: by hand when finished, or at a step that all later ones follow."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from scoring.kernel.errors import LawError
from scoring.sampling.outcome import Outcome
from tests.builders.dice import Dice

from .attesting import own_tickets
from .features import closed, fallback, numbers, opened, rotated, short, weak, weighted
from .following import extended, followed, taken_over
from .making import Facts, Made, Recipe, written
from .reshaping import exchange, in_shape, otherwise_committed, reshaped

Path = tuple[Any, ...]

STEPS = (
    "commitment",
    "closing",
    "entropy",
    "outcomes",
    "result",
    "events",
    "entries",
    "register",
    "plan",
    "transcript",
)
ODD: tuple[Any, ...] = (
    *(0, 1, 2, -1, 10**9, 2**53 - 1, True, [], {}),
    *("", "A", "P1", "E001", "P001", "T07", "carried", "certain", "0" * 64),
)
_SAID = (
    "first source_absent secret_missing up half_up equal pareto shared own in out closed deregistered moved suspended "
    "cap merged unreachable recusal leave certificate unfit extension step replace step_in extend open none dispatch "
    "completion balls digits index A B carried P1 P2 commitment closing entropy result attest log void plan full "
    "public lead T07 court_order 110000-2023-00012 110000-2023-00011 OP-01 OP-02 AU-01"
)
WORDS = _SAID.split()
"""Words of the language; one is mostly changed into another."""
RAW = (
    *(b"null", b"NaN", b"-Infinity", b"-0", b"1e3", b"1.0", b"01", b"9007199254740993", b"-9007199254740992"),
    *(b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xff", b"\x00", b"\x7f", b"\xc2\xa0", b"\xe2\x80\x8b", b"\xef\xb8\x80"),
    *(b"\xe2\xbc\x82", b"e\xcc\x81", b"\xf0\x9f\x98\x80", b"\\u0041", b"\\ud800", b'"\\u006c\\u006f\\u0067":[],'),
    *(b"[" * 13, b"]" * 13, b" ", b"\n", b",", b'"', b"\\", b'"a":1,'),
)


@cache
def _recipes() -> tuple[Recipe, ...]:
    plain = (Recipe(), weighted(), rotated(), fallback(), numbers(), short(), opened(), closed(), weak(), own_tickets())
    return (*plain, followed().recipe, extended().recipe, taken_over().recipe)


def changed_by_hand(file: bytes, document: Facts, dice: Dice) -> bytes:
    """A file with bytes of another language in it, or with one to three values of another kind or place.

    Most keep their shape, and most of those have the digests made anew that follow from what was changed.
    """
    chance = dice.below(10)
    if chance == 0:
        place = dice.below(len(file))
        return file[:place] + dice.pick(RAW) + file[place + dice.below(2) :]
    if chance == 1:
        return reshaped(document, change_somewhere, dice)
    change = dice.pick((change_somewhere, exchange, exchange))
    return in_shape(lambda: reshaped(document, change, dice), but=file)


def followed_through(dice: Dice) -> bytes | None:
    """A draw in which one step was made otherwise and all later ones follow from it; None where none can follow."""
    origin = dice.pick(_recipes())
    step = dice.pick((*STEPS, "rows", "rows", "rows"))
    change = dice.pick((change_somewhere, exchange))

    def made() -> bytes:
        recipe = deepcopy(origin)
        if step == "rows":
            otherwise_committed(recipe, dice)
            if dice.even():
                recipe.change["outcomes"] = lambda made: exchange([each.rows for each in made], dice)
        else:
            recipe.change[step] = lambda made: change(made, dice)
        return written(Made(recipe).full())

    try:
        return made() if dice.below(10) == 0 else in_shape(made)
    except (ArithmeticError, AttributeError, LawError, LookupError, TypeError, ValueError):
        return None


def change_somewhere(document: Any, dice: Dice) -> None:  # noqa: ANN401 -- any document, or the rows of a part
    """Change one value in place: to another of its kind, of its neighbours, or of none."""
    path = dice.pick(list(_places(document)) or [()])
    if not path:
        return
    inner = document
    for step in path[:-1]:
        inner = inner[step] if isinstance(inner, dict | list) else getattr(inner, step)
    _change(inner, path[-1], dice)


def _places(value: object, path: Path = ()) -> Iterator[Path]:
    """The way to every value; of long lists to a few items."""
    if isinstance(value, dict):
        steps: Iterator[Any] = iter(value.items())
    elif isinstance(value, list):
        steps = ((n, each) for n, each in enumerate(value) if n < 4 or n > len(value) - 2)
    elif isinstance(value, Outcome):
        steps = iter([("rows", value.rows), ("short", value.short)])
    else:
        return
    for step, item in steps:
        if isinstance(value, dict | list):
            yield (*path, step)
        yield from _places(item, (*path, step))


def _change(inner: Any, step: Any, dice: Dice) -> None:  # noqa: ANN401 -- see change_somewhere
    value = inner[step]
    hands: list[Callable[[], object]] = []
    if isinstance(value, bool):
        hands.append(lambda: inner.__setitem__(step, not value))
    elif isinstance(value, int):
        hands.append(lambda: inner.__setitem__(step, value + dice.pick((1, -1, 600, -3600, value))))
    elif isinstance(value, str):
        hands.append(lambda: inner.__setitem__(step, _turned(value, dice)))
    elif isinstance(value, list) and value:
        hands += [
            value.reverse,
            value.pop,
            lambda: value.append(deepcopy(value[0])),
            lambda: value.insert(0, value.pop()),
        ]
    if isinstance(inner, list):
        hands += [
            lambda: inner.pop(step),
            lambda: inner.insert(step, deepcopy(value)),
            lambda: inner.__setitem__(step, deepcopy(dice.pick(inner))),
        ]
    if not hands or dice.below(8) == 0:
        hands = [lambda: inner.__setitem__(step, deepcopy(dice.pick(ODD))), lambda: inner.pop(step)]
    dice.pick(hands)()


def _turned(text: str, dice: Dice) -> str:
    """Another text that looks like it: a digit or letter else; seldom of other characters."""
    if text in WORDS:
        return dice.pick(WORDS)
    place = dice.below(len(text) or 1)
    here = text[place : place + 1]
    others = "0123456789abcdef" if here in "0123456789abcdef" else "ABENOP"
    strange = ("\u6587", "\u2f42", "\U0001f600", "\ufe00", " ", "", "-")
    return text[:place] + (dice.pick(strange) if dice.below(8) == 0 else dice.pick(others)) + text[place + 1 :]
