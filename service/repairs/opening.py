"""What may happen next in a case, by whom, and what speaks against it: told before anybody tries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from scoring.repair import MACHINES, Eligibility, extensions_left, papers_missing, papers_needed, refused_as, ticking
from scoring.repair import Step as Taken
from service import publicity
from service.platform import Role
from service.repairs.entering import is_barred
from service.repairs.reading import holders_of
from service.repairs.record import adverse, eligible, waits_for
from service.repairs.vocabulary import parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from scoring.repair import Row, Shown
    from service.platform import Actor
    from service.repairs.reading import CaseLaw
    from service.repairs.record import Adverse
    from service.repairs.tables import RepairCase, RepairMaterial, RepairStep

LOOKED: Final = frozenset({"examine", "answer", "uphold"})
"""Steps by which somebody says what he found of a record."""
CLOCK: Final = "clock"
_OPEN_TO_PAPERS: Final = {
    "repair": ("submitted", "supplement_asked"),
    "objection": ("raised", "marked", "forwarded", "answered", "under_review"),
}
_SETTLES: Final = frozenset({"refuse_acceptance", "grant", "refuse", "lift", "expire"})


class Prospect(NamedTuple):
    """A record of a case of repair under its law on a day: the day of the decision where there is one, else today.

    ``needed``: keys of the papers that it takes; ``missing``: those, and what was asked for, that are not there.
    """

    found: Adverse
    said: Eligibility
    needed: tuple[str, ...]
    missing: tuple[str, ...]
    on: date


class Standing(NamedTuple):
    """A case as it stands on a day.

    ``awaited``: places that have not followed a grant yet; ``issued``: the caller issued a code with which somebody
    acted in it for the entity.
    """

    row: RepairCase
    law: CaseLaw
    steps: Sequence[RepairStep]
    clocks: Sequence[Shown]
    prospect: Prospect | None
    awaited: tuple[str, ...]
    issued: bool = False


class Opening(NamedTuple):
    """A step that somebody may take in the state of a case.

    ``apart``: by part, who took it in this case and therefore may not take this step. ``against``: the code by which
    the caller would be refused, or None.
    """

    event: str
    to: str
    by: tuple[str, ...]
    apart: Mapping[str, tuple[str, ...]]
    against: str | None


def prospect(
    session: Session,
    row: RepairCase,
    law: CaseLaw,
    steps: Sequence[RepairStep],
    materials: Sequence[RepairMaterial],
    *,
    today: date,
) -> Prospect | None:
    """How the record of a case of repair stands under its law; None for an objection."""
    section = law.edition.repair
    if row.procedure != "repair" or section is None:
        return None
    day = next((one.taken_on for one in reversed(steps) if one.event in _SETTLES), today)
    there = {one.key for one in materials}
    found = adverse(session, row.event_id, as_of=day, materials=there)
    assert found is not None  # noqa: S101 evidence is never deleted
    asked = [key for one in steps if one.event == "ask_supplement" for key in one.detail["papers"] if key not in there]
    missing = tuple(dict.fromkeys([*papers_missing(section, found.facts), *asked])) if row.open else ()
    return Prospect(found, eligible(found, law.edition, day), papers_needed(section, found.facts), missing, day)


def awaited(session: Session, row: RepairCase, law: CaseLaw) -> tuple[str, ...]:
    """The places that have not followed the grant of a case yet; none while there is no grant."""
    if row.procedure != "repair" or row.state != "granted":
        return ()
    waited = waits_for(law.edition, publicity.awaited(session, [row.event_id]))
    return tuple(dict.fromkeys(one.place for one in waited))


def openings(actor: Actor, of: Standing) -> list[Opening]:
    """The steps that a human may take in the state of a case, in the order of the table."""
    rows = [row for row in of.law.workflow.rows if row.state == of.row.state and set(row.by) - MACHINES]
    holders = holders_of(of.steps)
    return [
        Opening(
            row.event,
            row.to,
            tuple(part for part in row.by if part not in MACHINES),
            {part: _who(of.steps, part) for part in row.apart if part in holders},
            _against(actor, row, of, holders),
        )
        for row in rows
    ]


def takes_papers(row: RepairCase) -> bool:
    """Whether a case takes papers in its state."""
    return row.state in _OPEN_TO_PAPERS[row.procedure]


def is_proposed(steps: Sequence[RepairStep]) -> bool:
    """Whether a revocation is proposed and was not dropped."""
    said = [step.event for step in steps if step.event in {"propose_revocation", "drop_revocation"}]
    return said[-1:] == ["propose_revocation"]


def is_examined(steps: Sequence[RepairStep]) -> bool:
    """Whether somebody has looked at the record again and said what he found."""
    return any(step.event in LOOKED and step.part != CLOCK for step in steps)


def may_be_extended(of_law: CaseLaw, steps: Sequence[RepairStep], clock: str) -> bool:
    """Whether a clock runs and its term may still be prolonged."""
    running = ticking(of_law.workflow, [Taken(step.event, step.taken_on) for step in steps], of_law.clocks)
    held = running.get(clock)
    return held is not None and extensions_left(of_law.clocks[held.law], held.run) > 0


def _who(steps: Sequence[RepairStep], part: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step.person for step in steps if step.part == part))


def _against(actor: Actor, row: Row, of: Standing, holders: Mapping[str, set[str]]) -> str | None:
    """In the order in which a step is refused: the part, the term, the person, then what must hold beside."""
    over_http = actor.kind in {"token", "account"}
    own = () if over_http and actor.role is Role.ADMINISTRATOR else parts_of(actor.role)  # no route lets one in
    part = next((one for one in own if one in row.by), None)
    if part is None:
        return "repair_wrong_part"
    if any(one.stage == "over" and one.lapse and one.face.due is not None for one in of.clocks):
        return "repair_term_over"
    names = {*actor.hands, *([] if actor.person is None else [actor.person])}
    if any(refused_as(row, part, name, holders) == "same_person" for name in names):
        return "repair_same_person"
    if is_barred(row) and of.issued:
        return "repair_issued_code"
    guard = _GUARDS.get(row.event)
    return None if guard is None else guard(row, of)


def _asked_once(_: Row, of: Standing) -> str | None:
    return "repair_asked_already" if any(step.event == "ask_supplement" for step in of.steps) else None


def _complete(_: Row, of: Standing) -> str | None:
    return "repair_papers_missing" if of.prospect is not None and of.prospect.missing else None


def _extension(row: Row, of: Standing) -> str | None:
    (clock,) = (move.clock for move in row.clocks)
    return None if may_be_extended(of.law, of.steps, clock) else "repair_no_extension"


def _fit(row: Row, of: Standing) -> str | None:
    section = of.law.edition.repair
    if row.event == "lift" and (section is None or section.lifting is None):
        return "repair_no_lifting"
    last = next((step for step in reversed(of.steps) if step.event == "verify"), None)
    if last is None or not last.detail["fit"]:
        return "repair_not_verified"
    if of.prospect is None or of.prospect.found.withdrawn or of.prospect.found.event.annulled_on is not None:
        return "repair_record_struck"
    if of.prospect.found.event.repaired_on is not None:
        return "repair_done_already"
    return "repair_not_eligible" if row.event == "grant" and not of.prospect.said.holds else None


def _told(_: Row, of: Standing) -> str | None:
    return "repair_still_shown" if of.awaited else None


def _fraud(row: Row, of: Standing) -> str | None:
    section = of.law.edition.repair
    if row.event != "drop_revocation" and (section is None or section.fraud is None):
        return "repair_no_fraud_rule"
    if row.event == "propose_revocation":
        return "repair_revocation_proposed" if is_proposed(of.steps) else None
    return None if is_proposed(of.steps) else "repair_revocation_not_proposed"


def _forwarded(_: Row, of: Standing) -> str | None:
    section = of.law.edition.objection
    return None if section is not None and section.forwards else "objection_not_forwarded"


def _examined(_: Row, of: Standing) -> str | None:
    return None if is_examined(of.steps) else "objection_unexamined"


def _reviewable(_: Row, of: Standing) -> str | None:
    section = of.law.edition.objection
    return None if section is not None and section.second_review else "objection_no_review"


_GUARDS: Final[Mapping[str, Callable[[Row, Standing], str | None]]] = {
    "ask_supplement": _asked_once,
    "supply": _complete,
    "accept": _complete,
    "extend": _extension,
    "grant": _fit,
    "lift": _fit,
    "close": _told,
    "propose_revocation": _fraud,
    "drop_revocation": _fraud,
    "revoke": _fraud,
    "forward": _forwarded,
    "correct": _examined,
    "ask_review": _reviewable,
}
