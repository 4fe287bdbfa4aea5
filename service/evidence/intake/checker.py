"""The fast way to check a piece of evidence: a table of fields compiled to one function.

The marshmallow schemas of the room say the same at length, for the API's document; a property test proves that both
accept the same bodies, make the same values of them and find the same faults at the same places.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast

from service.evidence.intake import shapes

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping, Sequence


NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class Fault(NamedTuple):
    """One thing that is wrong with a body: a JSON pointer into it, a stable code, and what its sentence needs."""

    pointer: str
    code: str
    params: Mapping[str, object] = NOTHING


class Refused:
    """What a field check returns in place of a value."""

    __slots__ = ("faults",)

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults


Check: TypeAlias = "Callable[[object], object]"
"""Takes a value as parsed from JSON, never None; returns what to keep, or ``Refused`` with pointers below the field."""


def _one(code: str, **params: object) -> Refused:
    return Refused(Fault("", code, params))


NOT_A_STRING: Final = _one("not_a_string")
NOT_A_BOOLEAN: Final = _one("not_a_boolean")
NOT_A_LIST: Final = _one("not_a_list")
NOT_AN_OBJECT: Final = _one("not_an_object")
NUL_BYTE: Final = _one("nul_byte")
WRONG_FORM: Final = _one("wrong_form")
EMPTY: Final = _one("too_short", min=1)
NOT_A_DATE: Final = _one("not_a_date")
MALFORMED_POINTS: Final = _one("malformed_points")
MALFORMED_PROBABILITY: Final = _one("malformed_probability")
TOO_MANY_KINDS: Final = _one("too_long", max=shapes.KINDS)
TOO_MANY_ATTRIBUTES: Final = _one("too_long", max=shapes.ATTRIBUTES)
REPEATED: Final = _one("repeated_item")


def pattern(shape: re.Pattern[str]) -> Check:
    """A string that the whole of a pattern matches."""
    fits = shape.fullmatch

    def check(value: object) -> object:
        if type(value) is not str:
            return NOT_A_STRING
        if fits(value):
            return value
        return _misfit(value)

    return check


_printable: Final = shapes.TEXT.fullmatch


def _misfit(value: str) -> Refused:
    if not value:
        return EMPTY
    return NUL_BYTE if shapes.NUL in value else WRONG_FORM


class _Text:
    """A printable string of 1 to ``limit`` characters without blanks at its ends."""

    __slots__ = ("_limit", "_too_long")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._too_long = _one("too_long", max=limit)

    def __call__(self, value: object) -> object:
        if type(value) is not str:
            return NOT_A_STRING
        if len(value) > self._limit:
            return self._too_long
        if _printable(value) and not (value[0].isspace() or value[-1].isspace()):
            return value
        return _misfit(value)

    def fit(self, values: Sequence[str]) -> bool:
        """Whether each of these strings is one."""
        lengths = set(map(len, values))
        return (
            0 not in lengths
            and max(lengths) <= self._limit
            and _printable("".join(values)) is not None
            and list(map(str.strip, values)) == list(values)
        )


def text(limit: int) -> _Text:
    """A printable string of 1 to ``limit`` characters without blanks at its ends."""
    return _Text(limit)


@lru_cache(maxsize=8192)
def _day(value: str) -> date | None:
    if not shapes.DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def day(value: object) -> object:
    """A calendar day as YYYY-MM-DD."""
    if type(value) is not str:
        return NOT_A_STRING
    return _day(value) or NOT_A_DATE


def points(value: object) -> object:
    """Points with at most two decimals as a string, or a whole number of them; kept in hundredths."""
    if type(value) is int:
        return value * 100 if -shapes.WHOLE_POINTS <= value <= shapes.WHOLE_POINTS else MALFORMED_POINTS
    if type(value) is not str:
        return NOT_A_STRING
    return shapes.hundredths(value) if shapes.POINTS.fullmatch(value) else MALFORMED_POINTS


def probability(value: object) -> object:
    """A chance above 0 and at most 1 as a string with at most nine decimals; kept in billionths."""
    if type(value) is not str:
        return NOT_A_STRING
    return shapes.billionths(value) if shapes.PROBABILITY.fullmatch(value) else MALFORMED_PROBABILITY


def flag(value: object) -> object:
    """True or false."""
    return value if type(value) is bool else NOT_A_BOOLEAN


_key = pattern(shapes.CODE)


def keys(value: object) -> object:
    """A list of 1 to 64 different keys; kept sorted."""
    if type(value) is not list:
        return NOT_A_LIST
    if not value:
        return EMPTY
    if len(value) > shapes.KINDS:
        return TOO_MANY_KINDS
    answers = [_key("" if item is None else item) for item in value]
    faults = [
        Fault(f"/{place}{fault.pointer}", fault.code, fault.params)
        for place, answer in enumerate(answers)
        if isinstance(answer, Refused)
        for fault in answer.faults
    ]
    if faults:
        return Refused(*faults)
    kept = {str(answer) for answer in answers}
    return tuple(sorted(kept)) if len(kept) == len(answers) else REPEATED


_attribute_value = text(shapes.VALUE_LENGTH)


def attributes(value: object) -> object:
    """An object of at most 32 strings by name."""
    if type(value) is not dict:
        return NOT_AN_OBJECT
    if len(value) > shapes.ATTRIBUTES:
        return TOO_MANY_ATTRIBUTES
    faults: list[Fault] = []
    for name, item in value.items():
        pointer = "/" + escape(name)
        if not shapes.ATTRIBUTE.fullmatch(name):
            faults.append(Fault(pointer, "wrong_form"))
            continue
        answer = Refused(Fault("", "field_missing")) if item is None else _attribute_value(item)
        if isinstance(answer, Refused):
            faults.extend(Fault(pointer + fault.pointer, fault.code, fault.params) for fault in answer.faults)
    return Refused(*faults) if faults else value


def escape(name: str) -> str:
    """A name as one step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


class Field(NamedTuple):
    """One field of a body: its check, and whether it must be there. Null is the same as absent."""

    name: str
    check: Check
    required: bool = False


def column(check: Check, values: Sequence[object]) -> Sequence[object]:
    """What a check keeps of many values, or ``Refused``, in their order; of None, which is an absent field, None.

    Few strings differ in most columns of a file, so each is looked at once.
    """
    sorts = set(map(type, values))
    if not sorts <= {str, NoneType}:
        return [None if value is None else check(value) for value in values]
    if isinstance(check, _Text) and sorts == {str} and check.fit(cast("Sequence[str]", values)):
        return values
    told = {value: check(value) for value in set(values) if value is not None}
    return list(map(told.get, values))


class Checked(NamedTuple):
    """The answer of a checker: the values to keep, by field; or the faults, sorted."""

    values: dict[str, Any]
    faults: list[Fault]


def compiled(fields: tuple[Field, ...]) -> Callable[[Mapping[str, Any]], Checked]:
    """One function that checks a whole body against a table of fields."""
    checks = {field.name: field.check for field in fields}
    required = tuple(field.name for field in fields if field.required)
    needed = frozenset(required)

    def check(body: Mapping[str, Any]) -> Checked:
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        for name, value in body.items():
            if value is None and name in checks:
                continue
            run = checks.get(name)
            if run is None:
                faults.append(Fault("/" + escape(name), "field_unknown"))
                continue
            answer = run(value)
            if type(answer) is Refused:
                faults.extend(Fault("/" + name + fault.pointer, fault.code, fault.params) for fault in answer.faults)
            else:
                values[name] = answer
        if not needed <= values.keys():
            faults.extend(Fault("/" + name, "field_missing") for name in required if body.get(name) is None)
        if len(faults) > 1:
            faults.sort(key=itemgetter(0, 1))
        return Checked(values, faults)

    return check
