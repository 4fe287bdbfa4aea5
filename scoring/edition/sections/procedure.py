"""What the sections on repair and objection share: how a term, a clock and a paper are written, and their lint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args

from scoring.edition.clocks import ClockLaw, Extension, Lapse, endless
from scoring.edition.grammar import CLAUSE, KEY, NAMES, SENTENCE
from scoring.edition.scalars import Choice, Flag, Whole, Words
from scoring.edition.shapes import Field, ListOf, MapOf, Table, optional
from scoring.kernel.workdays import Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scoring.edition.envelope import Edition
    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.tiering import Text

_UNITS: Final = ("working_days", "calendar_days", "months")
_MIB: Final = 1024 * 1024
_WAITED_FOR: Final = {"accept": "supplement", "decide": "source"}
"""By clock, the one that runs while a case waits for somebody else."""
_AT_ANY_TIME: Final = ("lapse", "remind")

TERM: Final = Table(
    Term,
    {
        "number": Field(Whole(1, 1200)),
        "unit": Field(Choice(_UNITS)),
        "counting": Field(Choice(("from_day", "from_next_day"))),
    },
)
EXTENSION: Final = Table(
    Extension,
    {
        "number": Field(Whole(1, 1200)),
        "unit": Field(Choice(_UNITS)),
        "most": optional(Whole(1, 12), 1),
        "approved": optional(Flag(), default=True),
        "clause": CLAUSE,
    },
)
CLOCK: Final = Table(
    ClockLaw,
    {
        "term": Field(TERM),
        "lapse": Field(Choice(get_args(Lapse))),
        "clause": CLAUSE,
        "then": optional(KEY),
        "paused_by": optional(ListOf(KEY), ()),
        "escalate": optional(Whole(0, 250)),
        "extension": optional(EXTENSION),
    },
)
CLOCKS: Final = MapOf(KEY, CLOCK)


@dataclass(frozen=True, slots=True)
class Material:
    """A paper that belongs to an application.

    It is asked for from records of ``classes`` (empty: of every class). ``barred_classes`` and ``barred_after``
    (facts of the record's owner, such as a broken promise) say who may not use it; ``instead`` names what they bring.
    ``needed`` False: only as the ``instead`` of another.
    """

    key: str
    name: Text
    clause: str
    needed: bool
    classes: tuple[str, ...]
    media_types: tuple[str, ...]
    most_bytes: int
    barred_classes: tuple[str, ...]
    barred_after: tuple[str, ...]
    instead: str | None


def _material(*, most_mib: int, **fields: Any) -> Material:  # noqa: ANN401 - fields of one dataclass
    return Material(most_bytes=most_mib * _MIB, **fields)


MATERIAL: Final = Table(
    _material,
    {
        "key": Field(KEY),
        "name": Field(SENTENCE),
        "clause": CLAUSE,
        "needed": optional(Flag(), default=True),
        "classes": optional(NAMES, ()),
        "media_types": Field(ListOf(Words(pattern=r"[a-z]+/[a-z0-9.+-]+", longest=80), least=1)),
        "most_mib": Field(Whole(1, 20)),
        "barred_classes": optional(NAMES, ()),
        "barred_after": optional(ListOf(KEY), ()),
        "instead": optional(KEY),
    },
)


def check_clocks(
    edition: Edition, clocks: Mapping[str, ClockLaw], slots: Mapping[str, tuple[str, ...]], notes: Remarks
) -> None:
    """Every step that waits has a clock, each ends in a way that the step knows, and counts days of a known calendar.

    Args:
        edition: that has the section.
        clocks: of the section.
        slots: by clock that the procedure starts, the ends that it may have; "" among them: it may be missing.
        notes: the sheet, whose places begin at the section.
    """
    if edition.calendar is None:
        notes.error(
            "calendar_missing",
            "/clock",
            zh="期限须避开休息日而没有 calendar；请写明适用的工作日历",
            en="a term must not end on a day off and no calendar is named: write calendar",
        )
    for slot, ends in slots.items():
        if slot not in clocks and "" not in ends:
            notes.error(
                "clock_missing",
                "/clock",
                zh=f"缺少时钟 {slot}：没有期限，案件会一直等待；请写 [clock.{slot}]",
                en=f"the clock {slot} is missing, so that a case would wait for ever: write [clock.{slot}]",
            )
    _check_names(clocks, slots, notes)
    _check_standstills(clocks, slots, notes)
    for name, why_zh, why_en in endless(clocks):
        notes.error(
            "clock_never_ends",
            f"/clock/{name}",
            clause=clocks[name].clause,
            zh=f"时钟 {name} 可能永不终止：{why_zh}",
            en=f"the clock {name} may never end: {why_en}",
        )


def _check_names(clocks: Mapping[str, ClockLaw], slots: Mapping[str, tuple[str, ...]], notes: Remarks) -> None:
    """Every clock is one that something starts, and ends in a way that its step knows."""
    followers = {law.then for law in clocks.values()} - {None}
    for name, law in clocks.items():
        if name not in slots and name not in followers:
            notes.error(
                "clock_unknown",
                f"/clock/{name}",
                clause=law.clause,
                zh=f"程序没有时钟 {name}；可用：{', '.join(slots)}，或由 then 指明的时钟",
                en=f"the procedure has no clock {name}; write one of: {', '.join(slots)}, or one that then names",
            )
        allowed = [end for end in slots.get(_slot(name, clocks, slots), ()) if end]
        if allowed and law.lapse not in allowed:
            notes.error(
                "clock_end_unknown",
                f"/clock/{name}/lapse",
                clause=law.clause,
                zh=f"时钟 {name} 届满不能是 {law.lapse}；可用：{', '.join(allowed)}",
                en=f"the clock {name} cannot end with {law.lapse}; write one of: {', '.join(allowed)}",
            )


def _check_standstills(clocks: Mapping[str, ClockLaw], slots: Mapping[str, tuple[str, ...]], notes: Remarks) -> None:
    """While papers or a source are waited for, a term that is not paused can only lapse: nothing can be decided."""
    for name, law in clocks.items():
        waited = _WAITED_FOR.get(_slot(name, clocks, slots))
        if waited in clocks and waited not in law.paused_by and law.lapse not in _AT_ANY_TIME:
            notes.error(
                "clock_not_paused",
                f"/clock/{name}/paused_by",
                clause=law.clause,
                zh=f"时钟 {name} 会在等待 {waited} 期间届满，其时不能 {law.lapse}；"
                f'请写 paused_by = ["{waited}"]，或以 {"、".join(_AT_ANY_TIME)} 终止',
                en=f"the clock {name} may end while {waited} is waited for, when there is no {law.lapse}: "
                f'write paused_by = ["{waited}"], or end it with {" or ".join(_AT_ANY_TIME)}',
            )


def _slot(name: str, clocks: Mapping[str, ClockLaw], slots: Mapping[str, tuple[str, ...]]) -> str:
    """The clock that the procedure starts in whose place a clock stands: itself, or the one that it follows."""
    seen: set[str] = set()
    while name not in slots and name not in seen:
        seen.add(name)
        name = next((before for before, law in clocks.items() if law.then == name), name)
    return name


def check_materials(materials: Iterable[Material], facts: Iterable[str], notes: Remarks) -> None:
    """No paper stands twice, and each that is barred names one that is there in its place."""
    keys = [material.key for material in materials]
    known = tuple(facts)
    for place, material in enumerate(materials):
        at = f"/material/{place}"
        if keys.index(material.key) != place:
            notes.error(
                "material_twice",
                at,
                clause=material.clause,
                zh=f"材料 {material.key} 写了两次，请合并",
                en=f"the material {material.key} stands twice: write it once",
            )
        if material.instead is not None and (material.instead not in keys or material.instead == material.key):
            notes.error(
                "material_unknown",
                f"{at}/instead",
                clause=material.clause,
                zh=f"没有材料 {material.instead}；请在 [[material]] 中写明",
                en=f"there is no other material {material.instead}: write it under [[material]]",
            )
        for turn, fact in enumerate(material.barred_after):
            if fact not in known:
                notes.error(
                    "fact_unknown",
                    f"{at}/barred_after/{turn}",
                    clause=material.clause,
                    zh=f"没有事实 {fact}；可用：{', '.join(known)}",
                    en=f"there is no fact {fact}; write one of: {', '.join(known)}",
                )
