"""The whole document: the envelope, its clauses, the map from its predecessor, and every section."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from scoring.edition.envelope import MATTERS
from scoring.edition.grammar import EMPTY, ENVELOPE_FIELDS, FREQUENCY_FIELDS, KEY, NAME, SENTENCE
from scoring.edition.overrides import RatingSection
from scoring.edition.sections import deadlines, publicity
from scoring.edition.sections.objection import OBJECTION, check_objection
from scoring.edition.sections.repair import REPAIR, check_repair
from scoring.edition.sections.section import Section
from scoring.edition.shapes import AnyOf, Field, MapOf, Table, optional

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.edition.place import Place


@dataclass(frozen=True, slots=True)
class CodeOrNothing:
    """A code of this edition, or "" for a code of the predecessor that this edition no longer knows."""

    def read(self, value: object, at: Place) -> object:
        """The code."""
        return "" if value == "" else KEY.read(value, at)

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        return {"anyOf": [{"const": ""}, KEY.schema()]}


MAP: Final = Table(
    dict,
    {
        "codes": optional(MapOf(KEY, CodeOrNothing()), EMPTY),
        "dimensions": optional(MapOf(KEY, KEY), EMPTY),
    },
)

SECTIONS: Final[Mapping[str, Section]] = MappingProxyType(
    {
        "publicity": publicity.SECTION,
        "deadlines": deadlines.SECTION,
        "repair": Section(REPAIR, check_repair),
        "objection": Section(OBJECTION, check_objection),
    }
)
"""Every section but rating and frequency, by its name."""

DOCUMENT: Final = Table(
    dict,
    {
        **ENVELOPE_FIELDS,
        "clauses": Field(MapOf(NAME, SENTENCE)),
        "map": optional(MAP, MappingProxyType({"codes": EMPTY, "dimensions": EMPTY})),
        "frequency": optional(MapOf(KEY, Table(dict, FREQUENCY_FIELDS)), EMPTY),
        "rating": optional(RatingSection(), MappingProxyType({})),
        **{name: optional(section.shape) for name, section in SECTIONS.items()},
    },
    (AnyOf(MATTERS),),
)
