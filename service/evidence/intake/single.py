"""One event, one statement: looked up, held against what is known, stored, audited and marked in one round trip."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from service.evidence.catalogue import ended_by
from service.evidence.intake.judgement import Facts
from service.evidence.sql import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.evidence.intake.draft import Draft
    from service.platform import Actor

_TRACES: Final = ", {ledger}, mark AS (INSERT INTO rerate_mark (subject, reason) SELECT entity_id, 'event' FROM stored)"


class Stored(NamedTuple):
    """What the statement found, and the number of the row it stored, if it did."""

    facts: Facts
    id: int | None


@cache
def statement(name: str, ledger: str | None) -> bytes:
    """The statement that records a draft. ``ledger``: a clause that audits ``stored``; None where others do."""
    return sql(name).replace("{traces}", "" if ledger is None else _TRACES.format(ledger=ledger)).encode()


def statement_of(draft: Draft) -> str:
    """The name of the statement that records a draft."""
    return "record_occasion" if draft.kind is None else "record_event"


def parameters(draft: Draft, actor: Actor, audit_id: int) -> dict[str, Any]:
    """The statement's parameters but for those of the ledger clause."""
    values = draft.values
    shared = {
        "ended_by": list(ended_by()),
        "authorities": actor.authorities,
        "regions": [prefix(region) for region in actor.regions] or None,
        "entity": values["entity"],
        "source": values["source"],
        "source_ref": values["source_ref"],
        "sha256": draft.digest,
        "kinds": _list(values.get("kinds")),
        "audit_id": audit_id,
    }
    if draft.kind is None:
        said = {field: values.get(field) for field in ("type", "held_on", "probability")}
        return {**shared, **said, "closed": values.get("closed", False)}
    attributes = values.get("attributes")
    optional = ("severity", "value", "occasion", "case_ref", "corrected_on", "performed_on", "publicity_ends_on")
    return {
        **shared,
        **{field: values.get(field) for field in optional},
        "decision_kind": draft.kind.code,
        "code": values["code"],
        "decided_on": values["decided_on"],
        "final": draft.kind.final,
        "attributes": None if not attributes else orjson.dumps(attributes).decode(),
        "early": draft.kind.before_establishment == "warn",
        "late": draft.kind.after_deregistration == "warn",
    }


def found(row: Sequence[Any]) -> Stored:
    """The statement's answer, read."""
    return Stored(Facts(*row[:10]), row[10])


def prefix(region: str) -> str:
    """What the codes of a region and of all it contains begin with (GB/T 2260: pairs of digits, 00 closes a level)."""
    while region.endswith("00"):
        region = region[:-2]
    return region


def _list(items: tuple[str, ...] | None) -> list[str] | None:
    return None if items is None else list(items)
