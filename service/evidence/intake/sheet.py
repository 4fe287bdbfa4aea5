"""Drafts by column: bodies with the same fields are checked field by field, which costs a fraction of row by row.

Only what is plainly right is taken here, and taken as ``event_draft`` and ``occasion_draft`` take it; a property test
compares. Whatever else is left to them, for they say what is wrong.
"""

from __future__ import annotations

from operator import itemgetter
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from service.evidence.intake.bodies import EVENT, OCCASION, digest, ends_early
from service.evidence.intake.checker import Field, Refused, column, keys, points, probability
from service.evidence.intake.draft import Draft, event_draft, occasion_draft, source_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from service.evidence.catalogue import Catalogue, DecisionKind
    from service.evidence.intake.checker import Fault
    from service.platform import Actor

Numbered: TypeAlias = "tuple[int, Mapping[str, Any]]"
"""A body and the number of its row in the file or batch."""

_FEW: Final = 8
"""Rows of one shape below which looking at them one by one costs less."""
_FIELDS: Final[Mapping[bool, Mapping[str, Field]]] = {
    False: {field.name: field for field in EVENT},
    True: {field.name: field for field in OCCASION},
}
_NEEDED: Final = {
    sort: frozenset(field.name for field in fields.values() if field.required) for sort, fields in _FIELDS.items()
}
_JUDGED: Final = ("source", "code", "decision_kind", "severity", "kinds")
"""Fields that the catalogues have a say in: what one row is told of them, every row is told that says the same."""
_REWRITTEN: Final = frozenset({keys, points, probability})
"""Checks that keep another value than was said; what the others keep has the canonical form of what was said."""


class Sheet(NamedTuple):
    """Drafts of events, or of occasions, by column.

    ``values``: by field, None where a row has none. ``digests``: of the canonical bodies. ``kinds``: of decision;
    None for occasions. ``remarks``: by number, of the rows about which the catalogues remark something.
    """

    numbers: Sequence[int]
    values: Mapping[str, Sequence[Any]]
    digests: Sequence[bytes]
    kinds: Sequence[DecisionKind | None]
    remarks: Mapping[int, tuple[Fault, ...]]

    @property
    def name(self) -> str:
        """The table that they are about."""
        return "occasion" if "held_on" in self.values else "event"

    def drafts(self) -> Iterator[tuple[int, Draft]]:
        """The drafts one by one, each with the number of its row."""
        names = tuple(self.values)
        rows = zip(*self.values.values(), strict=True)
        for number, row, of_body, kind in zip(self.numbers, rows, self.digests, self.kinds, strict=True):
            values = {name: value for name, value in zip(names, row, strict=True) if value is not None}
            yield number, Draft(values, of_body, kind, self.remarks.get(number, ()))


def sheets_of(drafts: Iterable[tuple[int, Draft]]) -> list[Sheet]:
    """Drafts by column: one sheet of the occasions, one of the events, as far as there are any."""
    sorts: dict[bool, list[tuple[int, Draft]]] = {}
    for numbered in drafts:
        sorts.setdefault(numbered[1].kind is None, []).append(numbered)
    return [
        Sheet(
            [number for number, _ in rows],
            {name: [draft.values.get(name) for _, draft in rows] for name in _FIELDS[sort]},
            [draft.digest for _, draft in rows],
            [draft.kind for _, draft in rows],
            {number: draft.remarks for number, draft in rows if draft.remarks},
        )
        for sort, rows in sorts.items()
    ]


def alike(rows: Iterable[Numbered], catalogue: Catalogue, actor: Actor) -> tuple[list[Sheet], list[Numbered]]:
    """Sheets of the rows that are plainly right and like others; and the rows left, in the order of their numbers."""
    shapes: dict[tuple[str, ...], list[Numbered]] = {}
    for row in rows:
        shapes.setdefault(tuple(row[1]), []).append(row)
    sheets: list[Sheet] = []
    left: list[Numbered] = []
    for names, group in shapes.items():
        sort = "held_on" in names
        fits = _NEEDED[sort] <= set(names) <= _FIELDS[sort].keys()
        sheet, others = None, group
        if fits:
            sheet, others = _sheet(group, [_FIELDS[sort][name] for name in names], catalogue, actor)
        left += others
        if sheet is not None:
            sheets.append(sheet)
    left.sort(key=itemgetter(0))
    return sheets, left


def _sheet(
    group: list[Numbered], fields: Sequence[Field], catalogue: Catalogue, actor: Actor
) -> tuple[Sheet | None, list[Numbered]]:
    """The sheet of the rows of one shape that are right, and the other rows."""
    others: list[Numbered] = []
    while len(group) >= _FEW:
        bodies = [body for _, body in group]
        values = {field.name: column(field.check, [body[field.name] for body in bodies]) for field in fields}
        wrong = _wrong(fields, values)
        judged: list[Draft] = []
        if not wrong:
            judged, wrong = _judged(bodies, values, catalogue, actor)
        if not wrong:
            numbers = [number for number, _ in group]
            kinds = [draft.kind for draft in judged]
            remarks = {number: draft.remarks for number, draft in zip(numbers, judged, strict=True) if draft.remarks}
            return Sheet(numbers, values, _digests(bodies, fields, values), kinds, remarks), others
        others += [row for place, row in enumerate(group) if place in wrong]
        group = [row for place, row in enumerate(group) if place not in wrong]
    return None, others + group


def _wrong(fields: Sequence[Field], values: Mapping[str, Sequence[Any]]) -> set[int]:
    """The places of the rows of which a field is refused, or missing where it is required."""
    wrong: set[int] = set()
    for field in fields:
        bad = {Refused, NoneType} if field.required else {Refused}
        if not bad.isdisjoint(map(type, values[field.name])):
            wrong.update(place for place, value in enumerate(values[field.name]) if type(value) in bad)
    ends = values.get("publicity_ends_on", ())
    if not wrong and ends:
        pairs = enumerate(zip(ends, values["decided_on"], strict=True))
        wrong.update(place for place, (end, decided) in pairs if end is not None and ends_early(end, decided))
    return wrong


def _judged(
    bodies: Sequence[Mapping[str, Any]], values: Mapping[str, Sequence[Any]], catalogue: Catalogue, actor: Actor
) -> tuple[list[Draft], set[int]]:
    """For each row a draft of which the catalogues say the same; and the places where these, or the source, offend."""
    draft_of = occasion_draft if "held_on" in values else event_draft
    judged = list(zip(*(values[name] for name in _JUDGED if name in values), strict=True))
    told = {one: draft_of(body, catalogue) for one, body in dict(zip(judged, bodies, strict=True)).items()}
    wrong = {
        one
        for one, draft in told.items()
        if not isinstance(draft, Draft) or source_faults(draft.values["source"], actor)
    }
    if wrong:
        return [], {place for place, one in enumerate(judged) if one in wrong}
    drafts = {one: draft for one, draft in told.items() if isinstance(draft, Draft)}
    return [drafts[one] for one in judged], set()


def _digests(
    bodies: Sequence[Mapping[str, Any]], fields: Sequence[Field], values: Mapping[str, Sequence[Any]]
) -> list[bytes]:
    """The digests of the canonical bodies; what was said is canonical where no check writes it anew, and no null is."""
    if not any(field.check in _REWRITTEN or None in values[field.name] for field in fields):
        return list(map(digest, bodies))
    rows = zip(*values.values(), strict=True)
    return [digest({name: value for name, value in zip(values, row, strict=True) if value is not None}) for row in rows]
