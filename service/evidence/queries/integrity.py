"""Whether recorded evidence still is what the ledger says was recorded: changed, exchanged or missing rows."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from service.evidence.intake.bodies import digest
from service.evidence.queries.promised import outcome_faults
from service.evidence.queries.restricted import MEASURES, measure_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

_AT_ONCE: Final = 2_000
_EVENTS = text("""
SELECT 'event' AS what, e.id, e.body_sha256, e.source, e.source_ref, n.public_key AS entity, e.code, e.decided_on,
       e.severity, e.value, o.source_ref AS occasion, e.case_ref, e.kinds, e.corrected_on, e.performed_on,
       e.publicity_ends_on, e.attributes, e.decision_kind,
       e.final = k.final AS fits, e.decision_kind = c.kinds[1] AS usual
  FROM event e JOIN entity n ON n.id = e.entity_id LEFT JOIN occasion o ON o.id = e.occasion_id
       LEFT JOIN event_code c ON c.code = e.code LEFT JOIN decision_kind k ON k.code = e.decision_kind
 ORDER BY e.id
""")
_OCCASIONS = text("""
SELECT 'occasion' AS what, o.id, o.body_sha256, o.source, o.source_ref, n.public_key AS entity, o.type, o.held_on,
       o.closed, o.kinds, o.probability
  FROM occasion o JOIN entity n ON n.id = o.entity_id ORDER BY o.id
""")
_ACTS = text("""
SELECT 'act' AS what, a.id, a.body_sha256, a.source, a.source_ref, a.act, a.acted_on, a.detail,
       e.source AS event_source, e.source_ref AS event_ref
  FROM event_act a LEFT JOIN event e ON e.id = a.event_id ORDER BY a.id
""")
_COMMITMENTS = text("""
SELECT 'commitment' AS what, c.id, c.body_sha256, c.source, c.source_ref, n.public_key AS entity, c.type, c.text,
       c.made_on, c.due_on, c.authority, c.kinds
  FROM credit_commitment c LEFT JOIN entity n ON n.id = c.entity_id ORDER BY c.id
""")
# One row of evidence for each of these entries, with the digest that is in the chain.
_SINGLE = text("""
WITH named AS (
  SELECT id, CASE action WHEN 'evidence.event_recorded' THEN 'event' WHEN 'evidence.act_recorded' THEN 'act'
                         WHEN 'evidence.commitment_recorded' THEN 'commitment'
                         WHEN 'evidence.measure_imposed' THEN 'measure'
                         ELSE 'occasion' END AS what, detail ->> 'sha256' AS sha256
    FROM audit
   WHERE action IN ('evidence.event_recorded', 'evidence.occasion_recorded', 'evidence.act_recorded',
                    'evidence.commitment_recorded', 'evidence.measure_imposed')
), held AS (
  SELECT 'event' AS what, audit_id, encode(body_sha256, 'hex') AS sha256 FROM event
  UNION ALL SELECT 'occasion', audit_id, encode(body_sha256, 'hex') FROM occasion
  UNION ALL SELECT 'act', audit_id, encode(body_sha256, 'hex') FROM event_act
  UNION ALL SELECT 'commitment', audit_id, encode(body_sha256, 'hex') FROM credit_commitment
  UNION ALL SELECT 'measure', audit_id, encode(body_sha256, 'hex') FROM measure
)
SELECT named.what, named.id FROM named
 WHERE NOT EXISTS (SELECT FROM held WHERE held.audit_id = named.id AND held.what = named.what
                                      AND held.sha256 = named.sha256)
 ORDER BY named.id
""")
# As many rows as each of these entries says.
_MANY = text("""
WITH held AS (
  SELECT audit_id, count(*) AS rows
    FROM (SELECT audit_id FROM event UNION ALL SELECT audit_id FROM occasion UNION ALL SELECT audit_id FROM event_act) x
   GROUP BY audit_id
)
SELECT a.id, CAST(a.detail ->> 'stored' AS bigint) AS said, coalesce(held.rows, 0) AS held
  FROM audit a LEFT JOIN held ON held.audit_id = a.id
 WHERE a.action IN ('evidence.batch_recorded', 'evidence.file_recorded')
   AND CAST(a.detail ->> 'stored' AS bigint) <> coalesce(held.rows, 0)
 ORDER BY a.id
""")
# Whose rows have the digests that each of these entries seals.
_BATCHES = text("""
WITH held AS (
  SELECT audit_id, encode(sha256(string_agg(body_sha256, ''::bytea ORDER BY body_sha256)), 'hex') AS sha256
    FROM (SELECT audit_id, body_sha256 FROM event UNION ALL SELECT audit_id, body_sha256 FROM occasion) x
   WHERE audit_id IN (SELECT id FROM audit WHERE action = 'evidence.batch_recorded')
   GROUP BY audit_id
)
SELECT a.id FROM audit a JOIN held ON held.audit_id = a.id
 WHERE a.detail ->> 'stored_sha256' <> held.sha256 ORDER BY a.id
""")
_BESIDE: Final = frozenset({"what", "id", "body_sha256", "fits", "usual"})
_DRAWN: Final = frozenset({("commitment", "authority"), ("measure", "authority")})
"""What stands in a row of this sort whether its body said it or not."""
_OMITTED: Final[Mapping[str, tuple[object, ...]]] = {"closed": (False,), "attributes": ({},)}
"""What stands in a row where a body left the field out."""


_UNFINISHED = text("SELECT audit_id FROM bulk_job WHERE state IN ('queued', 'running') AND audit_id IS NOT NULL")


def unfinished_files(session: Session) -> frozenset[int]:
    """Audit numbers that files have taken whose entries are written when they end."""
    return frozenset(session.scalars(_UNFINISHED))


def evidence_faults(session: Session) -> Iterator[str]:
    """One sentence for each row of evidence that is not what was recorded. Memory does not grow with the evidence.

    A row must give the digest of the body that it was made from; the ledger's entries must find their rows, those of
    single records and of batches by the digests that the chain seals, those of files by their number (`file_faults`).
    """
    for statement in (_EVENTS, _OCCASIONS, _ACTS, _COMMITMENTS, MEASURES):
        for row in session.execute(statement, execution_options={"yield_per": _AT_ONCE}):
            bodies = _acts(row) if row.what == "act" else _bodies(row)
            if all(digest(body) != row.body_sha256 for body in bodies):
                yield f"{row.what} {row.id} is not what was recorded: the row was changed"
    yield from outcome_faults(session)
    yield from measure_faults(session)
    for row in session.execute(_SINGLE):
        article = "an" if row.what[0] in "aeiou" else "a"
        yield f"audit row {row.id} names {article} {row.what} that is gone or was exchanged"
    for row in session.execute(_MANY):
        yield f"audit row {row.id} names {row.said} rows of evidence, but {row.held} are there"
    for row in session.execute(_BATCHES):
        yield f"audit row {row.id} names a batch of which a row was changed, exchanged or is gone"


def _bodies(row: Row[Any]) -> Iterator[dict[str, Any]]:
    """The bodies that a row may come from: what stands at its default may have been said or left out.

    Whether an event is final is what its kind of decision says, and a kind that was left out is the usual one of its
    code; where that is not so, the row comes from no body.
    """
    given = {name: value for name, value in row._asdict().items() if name not in _BESIDE and value is not None}
    usual = False
    if row.what == "event":
        if not row.fits:
            return
        usual = bool(row.usual)
        given.setdefault("attributes", {})
    open_ones = [
        name
        for name, value in given.items()
        if (name == "decision_kind" and usual) or (row.what, name) in _DRAWN or value in _OMITTED.get(name, ())
    ]
    for left_out in product((True, False), repeat=len(open_ones)):
        omitted = {name for name, out in zip(open_ones, left_out, strict=True) if out}
        yield {name: value for name, value in given.items() if name not in omitted}


def _acts(row: Row[Any]) -> Iterator[dict[str, Any]]:
    """The bodies that an act may come from: in a file it names its event; a corrected code may bring its kind along."""
    plain = {"source": row.source, "source_ref": row.source_ref, "act": row.act, "acted_on": row.acted_on}
    named = {"event": {"source": row.event_source, "source_ref": row.event_ref}}
    detail = dict(row.detail)
    changes = detail.pop("changes", None)
    for brought in ({"final"}, {"final", "decision_kind"}):
        said = {name: value for name, value in (changes or {}).items() if name not in brought}
        kept = {} if changes is None else {"changes": said}
        yield {**plain, **detail, **kept}
        yield {**plain, **detail, **kept, **named}
