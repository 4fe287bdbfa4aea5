"""Evidence as the API shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.kernel.points import format_points
from service.evidence.intake.checker import Fault
from service.evidence.intake.refusing import told
from service.evidence.measures import measure_kinds
from service.register import masked_within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from service.evidence.bulk import Job
    from service.evidence.lifecycle import Known
    from service.evidence.queries.records import EventRecord
    from service.register import EntityFacts


def event_document(record: EventRecord, as_of: date) -> dict[str, Any]:
    """One event as known on a day; of one withdrawn by law nothing but that."""
    if record.known.withdrawn_on is not None:
        return {"id": record.id, "standing": "withdrawn", "withdrawn_on": record.known.withdrawn_on}
    event = record.known.event
    return {
        "id": record.id,
        "entity": record.entity,
        "source": event.source,
        "source_ref": event.ref,
        "decision_kind": record.known.decision_kind,
        "code": event.code,
        "severity": event.severity,
        "decided_on": event.decided_on,
        "final": event.final,
        "value": None if event.value is None else format_points(event.value),
        "case_ref": event.case_ref,
        "kinds": record.known.kinds,
        "attributes": dict(event.attributes),
        "corrected_on": event.corrected_on,
        "performed_on": event.performed_on,
        "publicity_ends_on": event.publicity_ends_on,
        "repaired_on": event.repaired_on,
        "annulled_on": event.annulled_on,
        "standing": standing(record.known, as_of),
        "disputed": record.known.disputed,
        "suspended_on": record.known.suspended_on,
        "suspended_by": record.known.suspended_by,
        "acts": [act_document(act) for act in record.acts],
    }


def without_name(told: Any, entity: EntityFacts) -> Any:  # noqa: ANN401 - any part of a document
    """A document with the name of a natural person masked in whatever somebody wrote into it."""
    if isinstance(told, str):
        return masked_within(told, entity)
    if isinstance(told, dict):
        return {name: without_name(part, entity) for name, part in told.items()}
    return [without_name(part, entity) for part in told] if isinstance(told, list) else told


def standing(known: Known, as_of: date) -> str:
    """How an event stands on a day: annulled (whatever the day), not yet decided, warning, repaired or in force."""
    event = known.event
    if event.annulled_on is not None:
        return "annulled"
    if event.decided_on > as_of:
        return "not_yet"
    if not event.final:
        return "warning"
    return "repaired" if event.repaired_on is not None and event.repaired_on <= as_of else "in_force"


def act_document(act: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of event_act
    """One act; a correction's values as they were stored, points in hundredths written out."""
    detail = dict(act.detail)
    changes = detail.pop("changes", None)
    if changes is not None:
        value = changes.get("value")
        detail["changes"] = {**changes, **({"value": format_points(value)} if isinstance(value, int) else {})}
    return {
        "id": act.id,
        "act": act.act,
        "acted_on": act.acted_on,
        "source": act.source,
        "source_ref": act.source_ref,
        **detail,
    }


_COMMITMENT = (
    "id",
    "entity",
    "source",
    "source_ref",
    "type",
    "text",
    "made_on",
    "due_on",
    "authority",
    "kinds",
    "state",
)


def commitment_document(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of commitments.sql
    """One commitment with the outcome that counts, if there is one."""
    settled = {name: getattr(row, name) for name in ("settled_on", "basis", "case_ref")}
    return {**{name: getattr(row, name) for name in _COMMITMENT}, **settled, "event": row.event_id}


_MEASURE = (
    "id",
    "entity",
    "record",
    "source",
    "source_ref",
    "kind",
    "basis",
    "document",
    "authority",
    "starts_on",
    "ends_on",
    "state",
    "acts",
)


def measure_document(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of measures.sql
    """One measure with what happened to it."""
    names = measure_kinds()[row.kind].names
    return {**{name: getattr(row, name) for name in _MEASURE}, "names": dict(names)}


def faults_document(faults: Sequence[Fault], language: str) -> list[dict[str, Any]]:
    """Faults or remarks in a language."""
    return [told(fault).member(language) for fault in faults]


def job_document(job: Job, language: str) -> dict[str, Any]:
    """How a file's job stands; what is only read so far counts among its rows, and nothing of it is kept yet."""
    position = max(job.position, job.read_position)
    document: dict[str, Any] = {
        "id": job.id,
        "state": job.state,
        "format": "xlsx" if job.workbook is not None else job.format,
        "mode": job.mode,
        "field_map": job.field_map,
        "sha256": job.sha256.hex(),
        "workbook_sha256": None if job.workbook is None else job.workbook.hex(),
        "progress": 1000 if job.size == 0 else position * 1000 // job.size,
        "rows": max(job.rows, job.read_rows),
        **{name: getattr(job, name) for name in ("stored", "held", "refused", "warned")},
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }
    if job.state == "done":
        document["merkle_root"] = job.tree().root().hex()
    if job.problem is not None:
        document["problem"] = told(Fault("", job.problem["code"], job.problem["params"])).member(language)
    return document
