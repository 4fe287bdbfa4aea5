"""Filing: an application for repair, an objection, and the papers that belong to them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from scoring.repair import START, is_barred
from service import register
from service.platform import Beyond, KeptFile, Problem, Role, beyond_scope, keep_file, local_day, next_number
from service.repairs.opening import takes_papers
from service.repairs.reading import law_of_case, materials_of
from service.repairs.record import adverse, eligible, law_of
from service.repairs.tables import RepairCase, RepairMaterial
from service.repairs.usecases.effects import mark_disputed
from service.repairs.usecases.stepping import Case, held_case, person_of, take
from service.repairs.vocabulary import parts_of, repair_rules

if TYPE_CHECKING:
    from scoring.edition.envelope import Edition
    from scoring.repair import Eligibility, Party
    from service.platform import UnitOfWork
    from service.repairs.record import Adverse

_LONGEST_NAME: Final = 120
_LONGEST_SHOWN: Final = 80
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SECOND_EXTENSION: Final = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}(?=\.|$)")


def apply(uow: UnitOfWork, *, entity: str, record: int, reason: str, separate: str | None = None) -> str:
    """Apply for the repair of a record; returns the number of the case.

    Raises:
        Problem: ``entity_not_found``, ``repair_record_not_found``, ``repair_record_not_own``, ``repair_no_law``,
            ``repair_record_struck``, ``repair_warning_only``, ``repair_done_already``, ``repair_case_open``,
            ``repair_not_separate``, ``repair_barred``, ``repair_not_yet_eligible``,
            ``repair_not_eligible`` (one error for each condition that fails, with its day).
    """
    found = _own_record(uow, entity, record)
    day = local_day(uow.now, found.entity.timezone)
    edition = law_of(uow.session, "repair", found, day)
    if edition is None or edition.repair is None:
        raise Problem("repair_no_law", entity=found.entity.key, day=day)
    if separate is not None and edition.repair.separate is None:
        raise Problem("repair_not_separate", pointer="/separate", edition=edition.id)
    if not found.event.final:
        raise Problem("repair_warning_only", record=record)
    if found.event.repaired_on is not None:
        raise Problem("repair_done_already", record=record, on=found.event.repaired_on)
    case = open_case(uow, "repair", found, edition, separate=separate)
    said = eligible(found, edition, day)
    if not said.holds:
        raise not_eligible(said, edition)
    take(uow, case, "submit", _filing_part(uow), reason=reason, detail={"papers": list(said.papers)})
    return case.row.number


def object_to(uow: UnitOfWork, *, entity: str, record: int, reason: str) -> str:
    """Object to a record: it is marked as disputed in this transaction; returns the number of the case.

    Raises:
        Problem: ``entity_not_found``, ``repair_record_not_found``, ``repair_record_not_own``, ``repair_record_struck``,
            ``objection_no_law``, ``repair_case_open``.
    """
    found = _own_record(uow, entity, record)
    day = local_day(uow.now, found.entity.timezone)
    edition = law_of(uow.session, "objection", found, day)
    if edition is None or edition.objection is None:
        raise Problem("objection_no_law", entity=found.entity.key, day=day)
    case = open_case(uow, "objection", found, edition, separate=None)
    take(uow, case, "object", _filing_part(uow), reason=reason)
    mark_disputed(uow, case, reason)
    take(uow, case, "mark", "service", reason=None)
    return case.row.number


def add_material(uow: UnitOfWork, *, procedure: str, number: str, key: str, name: str, content: bytes) -> KeptFile:
    """Keep a paper of a case by its digest; the same again is kept once.

    Raises:
        Problem: ``repair_case_not_found``, ``repair_papers_closed``, ``repair_wrong_part``,
            ``repair_material_unknown``, ``repair_material_barred``, ``repair_material_name``,
            ``repair_material_type``, ``repair_material_ending``, ``repair_material_size``, ``repair_papers_full``,
            ``stored_file_empty``, ``stored_file_kind``.
    """
    case = held_case(uow, procedure, number)
    if not takes_papers(case.row):
        raise Problem("repair_papers_closed", case=number, state=case.row.state)
    if not {"applicant", "handler"} & set(parts_of(uow.actor.role)):
        raise Problem("repair_wrong_part", case=number, event="material", parts="applicant, handler")
    material = next((one for one in case.law.materials if one.key == key), None)
    if material is None:
        known = ", ".join(one.key for one in case.law.materials) or "–"
        raise Problem("repair_material_unknown", key=key[:80], known=known)
    section = case.law.edition.repair
    if procedure == "repair" and section is not None:
        found = adverse(uow.session, case.row.event_id, as_of=case.today)
        if found is not None and is_barred(section, key, found.facts):
            raise Problem("repair_material_barred", key=key, clause=material.clause, instead=material.instead or "–")
    kept = keep_file(uow, content)
    if kept.media_type not in material.media_types:
        raise Problem("repair_material_type", key=key, found=kept.media_type, types=", ".join(material.media_types))
    if kept.size > material.most_bytes:
        raise Problem("repair_material_size", key=key, most=material.most_bytes)
    plain = _plain_name(name, kept.media_type)
    there = materials_of(uow.session, case.row)
    if any((one.key, one.sha256) == (key, kept.sha256) for one in there):
        uow.abandon()
        return kept
    if len(there) >= repair_rules()["papers"]["most"]:
        raise Problem("repair_papers_full", case=number, most=len(there))
    told = {"case": number, "material": key, "sha256": kept.sha256.hex(), "size": kept.size}
    uow.session.add(
        RepairMaterial(
            case_id=case.row.id,
            key=key,
            name=plain,
            sha256=kept.sha256,
            size=kept.size,
            media_type=kept.media_type,
            person=person_of(uow),
            sent_on=case.today,
            audit_id=uow.audit("repairs.material_sent", case.row.entity_key, told),
        )
    )
    uow.session.flush()
    return kept


def not_eligible(said: Eligibility, edition: Edition) -> Problem:
    """The refusal of an application: for each condition that fails, its clause and the day from which it would hold."""
    texts = {one.key: one.text for one in edition.repair.conditions} if edition.repair is not None else {}
    if edition.repair is not None and edition.repair.fraud is not None:
        texts["not_barred"] = edition.repair.fraud.text
    errors = [
        Problem(
            f"repair_condition_{one.how}",
            pointer=f"/conditions/{one.key}",
            zh=texts[one.key]["zh"],
            en=texts[one.key].get("en", texts[one.key]["zh"]),
            clause=one.clause,
            day=one.from_day,
            missing=one.missing,
        )
        for one in said.standings
        if one.how != "holds"
    ]
    bar = next((one for one in said.standings if one.key == "not_barred" and one.how != "holds"), None)
    if bar is not None:
        return Problem("repair_barred", edition=edition.id, clause=bar.clause, day=bar.from_day or "–", errors=errors)
    if said.from_day is None:
        return Problem("repair_not_eligible", edition=edition.id, errors=errors)
    return Problem("repair_not_yet_eligible", edition=edition.id, day=said.from_day, errors=errors)


def _own_record(uow: UnitOfWork, entity: str, record: int) -> Adverse:
    """The record that is meant, of an entity within the caller's scope."""
    number = register.resolve(uow.session, [entity]).get(entity)
    facts = None if number is None else register.facts(uow.session, [number], position=None).get(number)
    if facts is None or not (uow.actor.role is Role.ENTITY or uow.actor.may_see(facts.authority, facts.region)):
        raise Problem("entity_not_found", pointer="/entity", key=entity[:80])
    if uow.actor.role is Role.ENTITY and uow.actor.subject != facts.key:
        raise Problem("repair_record_not_own", pointer="/entity")
    found = adverse(uow.session, record, as_of=local_day(uow.now, facts.timezone))
    if found is None:
        raise Problem("repair_record_not_found", pointer="/record", record=record)
    if found.entity.id != facts.id:
        raise Problem("repair_record_not_own", pointer="/record")
    if found.withdrawn or found.event.annulled_on is not None:
        raise Problem("repair_record_struck", pointer="/record", record=record)
    return found


def open_case(
    uow: UnitOfWork, procedure: str, found: Adverse, edition: Edition, *, separate: str | None = None
) -> Case:
    """A case with its number and no step yet; one record has one open case of a procedure at a time."""
    wanted = select(RepairCase.number).where(
        RepairCase.event_id == found.event_id, RepairCase.procedure == procedure, RepairCase.open
    )
    today = local_day(uow.now, found.entity.timezone)
    series = f"{procedure}:{found.entity.region}:{today.year}"
    turn = next_number(uow, series)  # held to the end: of two who file at once the second sees the first
    with beyond_scope(uow.session, Beyond.ONCE):
        there = uow.session.scalar(wanted)
    if there is not None:
        raise Problem("repair_case_open", case=there)
    number = f"{found.entity.region}-{today.year}-{repair_rules()['letters'][procedure]}{turn:05d}"
    row = RepairCase(
        number=number,
        procedure=procedure,
        event_id=found.event_id,
        entity_id=found.entity.id,
        entity_key=found.entity.key,
        authority=found.entity.authority,
        region=found.entity.region,
        edition_id=edition.id,
        edition_digest=edition.digest,
        filed_on=today,
        separate=separate,
        state=START,
        due_provisional=False,
        open=True,
        opened_at=uow.now,
        audit_id=uow.audit(
            f"repairs.{procedure}_opened", found.entity.key, {"case": number, "edition": edition.digest}
        ),
    )
    uow.session.add(row)
    uow.session.flush()
    return Case(row, law_of_case(uow.session, row), [], today)


def _filing_part(uow: UnitOfWork) -> Party:
    part = next((one for one in parts_of(uow.actor.role) if one in {"applicant", "handler"}), None)
    if part is None:
        raise Problem("repair_wrong_part", case="–", event="submit", parts="applicant, handler")
    return part


def _plain_name(name: str, media_type: str) -> str:
    """The name of a file as people wrote it, refused where it leads somewhere or hides what it is."""
    plain = unicodedata.normalize("NFC", name)
    stem, dot, ending = plain.rpartition(".")
    hidden = any(unicodedata.category(char) in _UNSEEN for char in plain)
    leads = any(mark in plain for mark in ("/", "\\", "..", ":")) or plain.startswith((".", "~"))
    if not dot or not stem.strip() or hidden or leads or len(plain) > _LONGEST_NAME or _SECOND_EXTENSION.search(stem):
        raise Problem("repair_material_name", name=_seen(plain[:_LONGEST_SHOWN]))
    endings = repair_rules()["extensions"].get(media_type, ())
    if ending.lower() not in endings:
        shown, may = plain[:_LONGEST_SHOWN], ", ".join(endings)
        raise Problem("repair_material_ending", name=shown, ending=ending[:10], found=media_type, endings=may)
    return plain


def _seen(name: str) -> str:
    """A name with what nobody sees in it written out."""
    return "".join(
        char.encode("ascii", "backslashreplace").decode() if unicodedata.category(char) in _UNSEEN else char
        for char in name
    )
