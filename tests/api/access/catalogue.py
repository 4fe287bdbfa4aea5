"""Of everything that an address can name: how one that the town's authority holds is found.

An address that names something else fails the test of scope until it stands here: in `HELD`, if it belongs to an
authority; in `WORDS`, if it is a word of the protocol; in `OPEN`, if it belongs to nobody or to the law.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from tests.builders import drawing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

PARAMETER: Final = re.compile(r"<[^>]*>")
FIRST: Final = "SELECT public_key FROM entity WHERE id = (SELECT min(id) FROM entity)"
FINED: Final = "SELECT max(id) FROM event WHERE code = 'fine' AND severity = 'general'"
RECORD: Final = "SELECT event_id FROM publication_act"
DRAW: Final = "SELECT number FROM draw"
PHOTOGRAPH: Final = "SELECT encode(sha256, 'hex') FROM visit_file"
BEGUN: Final = "SELECT v.number FROM visit v JOIN visit_file f ON f.visit_id = v.id"
SENT: Final = "SELECT public_id FROM entity_import ORDER BY id LIMIT 1"
SENT_CATALOGUE: Final = "SELECT public_id FROM entity_import ORDER BY id DESC LIMIT 1"
PLAN: Final = "SELECT p.number FROM inspection_plan p JOIN inspection_plan_amendment a ON a.plan_id = p.id"
TASK: Final = "SELECT v.number FROM inspection_task_version v JOIN inspection_plan_amendment a ON a.plan_id = v.plan_id"
CASE: Final = "SELECT number FROM repair_case WHERE procedure = '{}'"
PAPER: Final = (
    "SELECT encode(m.sha256, 'hex') FROM repair_material m JOIN repair_case c ON c.id = m.case_id "
    "WHERE c.procedure = '{}'"
)
NOTICE: Final = "SELECT number FROM entity_notice ORDER BY id LIMIT 1"

HELD: Final[Mapping[str, str]] = {
    "/v1/accounts/<login>": "SELECT login FROM account",
    "/v1/act-proposals/<int:proposal_id>": "SELECT id FROM event_act_proposal",
    "/v1/bulk-jobs/<int:job_id>": "SELECT id FROM bulk_job",
    "/v1/commitments/<int:commitment_id>": "SELECT id FROM credit_commitment",
    "/v1/draws/<number>": DRAW,
    "/v1/draws/<number>/certificates/<code>": "SELECT code FROM draw_seat LIMIT 1",
    "/v1/draws/<number>/parts/<task>": "SELECT task FROM draw",
    "/v1/draws/<number>/rows/<code>": "SELECT code FROM draw_seat LIMIT 1",
    "/v1/draws/<number>/files/<digest>": f"SELECT '{drawing.EVIDENCE}'",
    "/v1/entities/<key>": FIRST,
    "/v1/entities/<key>/visitor-codes/<code>": "SELECT id FROM visitor_code",
    "/v1/events/<int:event_id>": RECORD,
    "/v1/imports/catalogues/<import_id>": SENT_CATALOGUE,
    "/v1/imports/entities/<import_id>": SENT,
    "/v1/inspection-items/<code>": "SELECT 'CINEMA-1'",
    "/v1/inspection-items/<code>/<day>": "SELECT valid_from FROM inspection_item_version WHERE code = 'CINEMA-1'",
    "/v1/inspection-plans/<number>": PLAN,
    "/v1/inspection-plans/<number>/amendments/<int:n>": "SELECT n FROM inspection_plan_amendment",
    "/v1/inspection-plans/<number>/tasks/<task>": TASK,
    "/v1/inspection-tasks/<task>": TASK,
    "/v1/inspectors/<code>": "SELECT min(code) FROM inspector_version",
    "/v1/measures/<int:measure_id>": "SELECT id FROM measure",
    "/v1/notices/<number>": NOTICE,
    "/v1/objections/<number>": CASE.format("objection"),
    "/v1/objections/<number>/materials/<digest>": PAPER.format("objection"),
    "/v1/provisional-ratings/<int:proposal_id>": "SELECT min(id) FROM rating_proposal",
    "/v1/rectification-orders/<number>": "SELECT number FROM rectification_order",
    "/v1/repairs/<number>": CASE.format("repair"),
    "/v1/repairs/<number>/materials/<digest>": PAPER.format("repair"),
    "/v1/replies/<int:reply>": "SELECT id FROM reply",
    "/v1/same-names/<int:proposal>": "SELECT id FROM same_name",
    "/v1/saved-searches/<int:search>": "SELECT id FROM saved_search",
    "/v1/tokens/<token_id>": "SELECT id FROM api_token",
    "/v1/unreachable-reports/<int:report_id>": "SELECT report_id FROM unreachable_step",
    "/v1/visit-merges/<int:proposal>": "SELECT id FROM visit_merge_proposal",
    "/v1/visits/<number>": BEGUN,
    "/v1/visits/<number>/files/<digest>": PHOTOGRAPH,
    "/v1/webhook-partners/<code>": "SELECT code FROM webhook_partner",
    "/v1/webhook-partners/<code>/deliveries/<int:message>": "SELECT max(outbox_id) FROM webhook_delivery",
}
"""Addresses down to a parameter, and the question after something of the town that stands there."""

WORDS: Final[Mapping[str, str]] = {
    "/console/draws/<number>/events/<int:proposal>": "1",
    "/console/draws/<number>/files/<kind>": "commitment",
    "/console/draws/<number>/steps/<step>": "events",
    "/console/evidence/events/<int:event>/acts/<act>": "annulment",
    "/console/objections/<number>/steps/<name>": "examination",
    "/console/plans/<number>/steps/<step>": "withdrawal",
    "/console/repairs/<number>/steps/<name>": "acceptance",
    "/portal/my/cases/<procedure>": "repairs",
    "/v1/draws/<number>/documents/<kind>": "commitment",
    "/v1/draws/<number>/events/<int:proposal>": "1",
    "/v1/objections/<number>/materials/<key>": "proof",
    "/v1/repairs/<number>/materials/<key>": "commitment",
}
"""What stands at a parameter that names no thing of its own, but a part of what was named before."""

OPEN: Final[Mapping[str, str]] = {
    "/console/<path:rest>": "nothing: told as a page",
    "/console/account/second-factor/<any(begin, confirm, codes, off):act>": "the caller's own",
    "/console/entities/searches/<int:search>": "the caller's own",
    "/console/insight/studies/<int:study>": "tests/api/test_studies.py",
    "/console/rulebooks/dry-runs/<int:run>": "tests/api/studio/test_dry_runs.py",
    "/console/rulebooks/editions/<edition_id>": "law",
    "/console/rulebooks/proposals/<int:proposal>": "law to be",
    "/console/rulebooks/proposals/copy/<edition_id>": "law",
    "/console/rulebooks/rerates/<int:run>": "of an edition",
    "/console/rulebooks/trials/<edition_id>": "law",
    "/portal/<path:rest>": "nothing: told as a page",
    "/portal/draws/<number>": "public",
    "/portal/entities/<key>": "public",
    "/portal/feeds/<name>": "public",
    "/portal/plans/<number>": "public",
    "/problems/<code>": "the catalogue of problems",
    "/static/<path:name>": "files of pages",
    "/v1/authorities/<code>": "the register's own lists, public",
    "/v1/draw-registers/<authority>": "public",
    "/v1/dry-runs/<int:run>": "tests/api/studio/test_dry_runs.py: a narrow scope sees no wider run",
    "/v1/dry-runs/<int:run>/against/<int:other>": "as above",
    "/v1/edition-proposals/<int:proposal>": "law to be: tests/api/test_edition_proposals.py",
    "/v1/editions/<edition_id>": "law",
    "/v1/kinds/<code>": "the register's own lists, public",
    "/v1/ledger/checkpoints/<int:size>": "public",
    "/v1/regions/<code>": "the register's own lists, public",
    "/v1/rerates/<int:run>": "of an edition: tests/api/test_rerates.py",
    "/v1/studies/<int:study>": "tests/api/test_studies.py: those whom it concerns",
    "/v1/verifiers/<digest>": "programs, public",
    "/v1/verifiers/<digest>/<name>": "programs, public",
}
"""Addresses that name nothing of one authority, and why."""


ASKED: Final[Mapping[str, str]] = {
    "DELETE /v1/accounts/<login>/identities": "issuer=https://sso.example",
    "/v1/objections/<number>/materials/<key>": "name=a.pdf",
    "/v1/repairs/<number>/materials/<key>": "name=a.pdf",
    "/v1/draws/<number>/transcript": "view=full",
    "/v1/entities.csv": "purpose=audit",
    "/v1/entities/<key>/measures": "purpose=audit",
    "/v1/entities/<key>/penalty-record": "purpose=audit",
    "/v1/entities/<key>/rating-bundle": "kind=cinema",
    "/v1/entities/<key>/tier": "purpose=audit",
    "/v1/entities/<key>/way-back": "kind=cinema",
    "/v1/double-publicity": "since=2020-01-01&until=2026-12-31",
    "/v1/double-publicity.csv": "since=2020-01-01&until=2026-12-31",
    "/v1/events": "reference=1",
    "/v1/ledger/receipts": "position=1",
    "/v1/staff": "ids=DC-01",
    "/v1/statistics/unvisited": "tier=A",
    "/v1/statistics/unvisited.csv": "tier=A",
}
"""What has to be asked beside an address."""

PAGES: Final[Mapping[str, str]] = {
    "/console/accounts/of/<login>": "/v1/accounts/<login>",
    "/console/commitments/<int:number>": "/v1/commitments/<int:commitment_id>",
    "/console/draws/<number>": "/v1/draws/<number>",
    "/console/entities/<key>": "/v1/entities/<key>",
    "/console/entities/files/<import_id>": "/v1/imports/entities/<import_id>",
    "/console/evidence/entities/<key>": "/v1/entities/<key>",
    "/console/evidence/events/<int:event>": "/v1/events/<int:event_id>",
    "/console/evidence/files/<int:job>": "/v1/bulk-jobs/<int:job_id>",
    "/console/insight/draws/<number>": "/v1/draws/<number>",
    "/console/inspections/<number>": "/v1/visits/<number>",
    "/console/inspections/<number>/files/<digest>": "/v1/visits/<number>/files/<digest>",
    "/console/notices/<number>": "/v1/notices/<number>",
    "/console/objections/<number>": "/v1/objections/<number>",
    "/console/objections/<number>/materials/<digest>": "/v1/objections/<number>/materials/<digest>",
    "/console/plans/<number>": "/v1/inspection-plans/<number>",
    "/console/plans/<number>/amendments/<int:n>": "/v1/inspection-plans/<number>/amendments/<int:n>",
    "/console/plans/<number>/tasks/<task>": "/v1/inspection-tasks/<task>",
    "/console/publications/<int:event>": "/v1/events/<int:event_id>",
    "/console/recusals/<number>": "/v1/visits/<number>",
    "/console/repairs/<number>": "/v1/repairs/<number>",
    "/console/repairs/<number>/materials/<digest>": "/v1/repairs/<number>/materials/<digest>",
    "/console/visitor-codes/<key>": "/v1/entities/<key>",
    "/console/visits/<number>": "/v1/visits/<number>",
    "/console/visits/<number>/files/<digest>": "/v1/visits/<number>/files/<digest>",
    "/portal/my/cases/<procedure>/<number>": "/v1/repairs/<number>",
    "/portal/my/cases/<procedure>/<number>/materials/<digest>": "/v1/repairs/<number>/materials/<digest>",
    "/portal/my/notices/<number>": "/v1/notices/<number>",
}
"""Addresses of pages, and those of the interface that name the same."""


PUBLISHED: Final = {"/v1/draws/<number>", "/v1/inspection-plans/<number>", "/v1/inspection-tasks/<task>"}
"""What of the town is published: its pages are for all staff, and tell staff of others what anybody is told."""


def is_known(place: str) -> bool:
    """Whether the catalogue says what an address names."""
    return any(place in known for known in (HELD, WORDS, OPEN, PAGES))


def places(rule: str) -> list[str]:
    """The addresses down to each parameter of a rule."""
    return [rule[: found.end()] for found in PARAMETER.finditer(rule)]


def is_held(rule: str) -> bool:
    """Whether a rule names something that belongs to an authority."""
    return any(place in HELD or place in PAGES for place in places(rule))


def is_of_public(rule: str) -> bool:
    """Whether a page is about something that the interface tells anybody of."""
    return any(PAGES.get(place) in PUBLISHED for place in places(rule))


def address(session: Session, rule: str, method: str = "GET") -> str:
    """The rule's address of things that the town holds.

    Raises:
        LookupError: the town has no such thing.
    """
    named = rule
    for place in reversed(places(rule)):
        found = WORDS.get(place) or session.scalar(text(HELD[PAGES.get(place, place)]))
        if found is None:
            raise LookupError(place)
        start = place.rindex("<")
        named = f"{named[:start]}{found}{named[len(place) :]}"
    asked = ASKED.get(f"{method} {rule}" if method == "DELETE" else rule)
    return named if asked is None else f"{named}?{asked}"
