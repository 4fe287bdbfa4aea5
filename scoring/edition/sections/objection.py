"""The section on objections: how soon a record is marked, who decides, by when, and what holds meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scoring.edition.grammar import CLAUSE, KEY, SENTENCE
from scoring.edition.scalars import Flag
from scoring.edition.sections.procedure import CLOCKS, MATERIAL, Material, check_clocks, check_materials
from scoring.edition.shapes import Field, ListOf, Table, optional

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.edition.clocks import ClockLaw
    from scoring.edition.envelope import Edition
    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.tiering import Text


@dataclass(frozen=True, slots=True)
class ObjectionDuty:
    """Something else that the edition orders, such as telling the subject before a bad rating is published."""

    key: str
    text: Text
    clause: str


@dataclass(frozen=True, slots=True)
class Objection:
    """The section. ``suspends``: while a record is disputed it has no effect. ``forwards``: to who supplied it."""

    clause: str
    suspends: bool
    forwards: bool
    second_review: bool
    clocks: Mapping[str, ClockLaw]
    materials: tuple[Material, ...]
    duties: tuple[ObjectionDuty, ...]


def _objection(
    *,
    clause: str,
    suspends: bool,
    forwards: bool,
    second_review: bool,
    clock: Mapping[str, ClockLaw],
    material: tuple[Material, ...],
    duty: tuple[ObjectionDuty, ...],
) -> Objection:
    return Objection(clause, suspends, forwards, second_review, clock, material, duty)


OBJECTION: Final = Table(
    _objection,
    {
        "clause": CLAUSE,
        "suspends": Field(Flag()),
        "forwards": Field(Flag()),
        "second_review": Field(Flag()),
        "clock": Field(CLOCKS),
        "material": optional(ListOf(MATERIAL), ()),
        "duty": optional(
            ListOf(Table(ObjectionDuty, {"key": Field(KEY), "text": Field(SENTENCE), "clause": CLAUSE})), ()
        ),
    },
)

SLOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "mark": ("remind",),
    "decide": ("lapse", "uphold", "hand_up", "remind"),
    "forward": ("remind", ""),
    "source": ("go_on", "lapse", ""),
    "review": ("close", ""),
    "second_review": ("lapse", "uphold", "remind", ""),
}
"""The clocks that the procedure starts, with the ends that each may have; "": it may be missing."""


def check_objection(edition: Edition, notes: Remarks) -> None:
    """Everything wrong in the section; places begin at it."""
    section = edition.objection
    if section is None:
        return
    check_clocks(edition, section.clocks, SLOTS, notes)
    check_materials(section.materials, (), notes)
    asked = {"source": section.forwards, "review": section.second_review, "second_review": section.second_review}
    for slot, wanted in asked.items():
        if wanted and slot not in section.clocks:
            notes.error(
                "clock_missing",
                "/clock",
                clause=section.clause,
                zh=f"缺少时钟 {slot}：没有期限，异议会一直等待；请写 [clock.{slot}]",
                en=f"the clock {slot} is missing, so that an objection would wait for ever: write [clock.{slot}]",
            )
        elif not wanted and slot in section.clocks:
            notes.error(
                "clock_unknown",
                f"/clock/{slot}",
                clause=section.clocks[slot].clause,
                zh=f"没有这一步，时钟 {slot} 不会启动；请删去或允许这一步",
                en=f"the edition does not allow the step of clock {slot}: remove the clock or allow the step",
            )
