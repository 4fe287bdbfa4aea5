"""What begins something that belongs to an authority: what is sent names the town's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.api.access.people import HERE
from tests.api.access.town import KINDS, ORDER, PARTNER, PROMISE
from tests.builders import planning
from tests.builders.inspecting import inspector, item
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENT: Final = {"source": "cases", "code": "penalty_fine", "severity": "general", "decided_on": "2026-03-01"}
TEAM: Final = [{"inspector": "DC-03", "seat": 0}, {"inspector": "DC-04", "seat": 1}]
DAYS: Final = {"first_day": "2026-06-20", "last_day": "2026-06-30"}
ACCOUNT: Final = {"login": "new.one", "name": "新", "role": "handler", "authority": HERE}

ELSEWHERE: Final[Mapping[str, str]] = {
    "POST /v1/authorities": "of the whole service: tests/api/test_own_catalogues.py",
    "POST /v1/dry-runs": "rates what the caller reaches: tests/api/studio/test_dry_runs.py",
    "POST /v1/dry-runs/trial": "as above",
    "POST /v1/edition-proposals": "law to be: tests/api/test_edition_proposals.py",
    "POST /v1/event-codes": "test_authority_scope: a code that stays for good and for all",
    "POST /v1/events/bulk": "test_authority_scope: a file keeps the reach of who handed it in",
    "POST /v1/imports/entities": "row by row: test_authority_scope",
    "POST /v1/imports/inspection-items": "row by row, as a single one",
    "POST /v1/imports/inspectors": "row by row, as a single one",
    "POST /v1/imports/owed-items": "row by row, as a single one",
    "POST /v1/publication-comparisons": "compares what the caller sends with what it reaches",
    "POST /v1/replies": "of the entity itself, about its own records: tests/portal/test_replies.py",
    "POST /v1/saved-searches": "the caller's own",
    "POST /v1/studies/back-test": "those whom it concerns: tests/api/test_studies.py",
    "POST /v1/studies/monotone": "as above",
    "POST /v1/studies/policy": "as above",
    "POST /v1/studies/sensitivity": "as above",
    "POST /v1/tiers": "row by row: test_scope",
}
"""What begins nothing that one authority holds, or tells row by row, and where that is shown."""

OUTSIDERS: Final = {
    "/v1/draws/<number>/attests": "a custodian or witness of another organisation",
    "/v1/draws/<number>/custody": "as above, who shows the secret",
    "/v1/draws/<number>/parts/<task>/approval": "of a partner's part: tests/api/inspections/test_joint_draws.py",
    "/v1/draws/<number>/reveals": "a custodian or witness",
}
"""Acts of persons whom the draw's own documents name, and not a scope."""


def bodies(key: str, record: int) -> dict[str, dict[str, Any]]:
    """What is sent to begin each thing, about an entity of the town and one of its records."""
    about = {"entity": key, "record": record, "reason": "x"}
    return {
        "POST /v1/accounts": ACCOUNT,
        "POST /v1/commitments": {**PROMISE, "source_ref": "2", "entity": key},
        "POST /v1/entities": {
            "key": "own:begun",
            "name": "新影院",
            "authority": HERE,
            "region": town.REGION,
            "kinds": KINDS,
        },
        "POST /v1/events": {**EVENT, "source_ref": "b", "entity": key},
        "POST /v1/inspection-items": item("CINEMA-9", authority=HERE, kinds=["cinema"]),
        "POST /v1/inspection-plans": planning.plan(special=True, reason="x"),
        "POST /v1/inspectors": inspector("DC-77", authority=HERE),
        "POST /v1/measures": {**ORDER, "source_ref": "2", "record": record},
        "POST /v1/notices": {"kind": "repair_notice", "entity": key, "facts": FACTS},
        "POST /v1/objections": about,
        "POST /v1/occasions": {
            "source": "cases",
            "source_ref": "o",
            "entity": key,
            "type": "routine",
            "held_on": "2026-03-01",
        },
        "POST /v1/repairs": about,
        "POST /v1/tokens": {"role": "handler", "label": "窗口", "authority": HERE},
        "POST /v1/visits": {
            "type": "complaint",
            "authority": HERE,
            "source": "case/1",
            "items": ["CINEMA-1"],
            "team": {"entity": key, "members": TEAM},
            "reason": "x",
            **DAYS,
        },
        "POST /v1/webhook-partners": {**PARTNER, "code": "second"},
    }


FACTS: Final = {"decision_no": "京文执罚〔2026〕12 号", "decided_on": "2026-05-20", "content": "罚款"}
