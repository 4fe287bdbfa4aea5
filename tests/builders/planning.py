"""A district with cinemas rated by the town's edition, inspectors and an item: what a plan needs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from service.evidence.tables import Occasion
from service.ratings import drain
from service.register.inspecting import INSPECTORS, ITEMS, enter_record
from tests.builders.draws.material import CHAIN
from tests.builders.fillings import with_shipped
from tests.builders.inspecting import inspector, item
from tests.integration.ratings import town

if TYPE_CHECKING:
    from datetime import date

    from service.platform import Database

FREQUENCIES = """
[frequency.A]
clause = "2"
ratio = "1/10"
max_per_year = 2
min_interval_days = 60
[frequency.D]
clause = "2"
ratio = "100 %"
min_per_year = 2
max_per_year = 4
[frequency.never_inspected]
clause = "2"
ratio = "1/5"
[frequency.recent]
clause = "2"
ratio = "1/50"
[frequency.unrated]
clause = "2"
ratio = "1/10"
"""
HERE = town.AUTHORITY


def district(database: Database, cinemas: int, *, fined: int = 0, frequencies: str = FREQUENCIES) -> list[int]:
    """So many cinemas, the first ``fined`` of them in tier D, an item for them and two inspectors."""
    town.found(database, edition=town.EDITION + frequencies)
    ids = town.people(database, cinemas)
    for number in ids[:fined]:
        town.punish(database, number)
    drain(database=database)
    with database.unit_of_work(town.OPERATOR) as uow:
        enter_record(uow, ITEMS, body=item("CINEMA-1", authority=HERE, kinds=["cinema"]))
        for code, skills in (("DC-01", ["leader"]), ("DC-02", [])):
            enter_record(uow, INSPECTORS, body=inspector(code, authority=HERE, skills=skills))
    return ids


def standing(database_url: str) -> None:
    """A filling: the district with three cinemas, one of them in tier D, a week before its task begins."""
    with with_shipped(database_url, datetime(2026, 6, 1, 4, tzinfo=UTC)) as database:
        district(database, 3, fined=1)


def inspected(database: Database, entity: int, on: date) -> None:
    """An inspection of an entity without findings."""
    with database.unit_of_work(town.OPERATOR) as uow:
        audit_id = uow.audit("test.inspected", str(entity), {})
        uow.session.add(
            Occasion(
                entity_id=entity,
                source="visits",
                source_ref=f"v{audit_id}",
                body_sha256=b"",
                type="routine",
                held_on=on,
                closed=True,
                kinds=None,
                audit_id=audit_id,
            )
        )


def task(**said: Any) -> dict[str, Any]:  # noqa: ANN401 any field of a task
    """A random task on the district's cinemas in June 2026, unless something else is said."""
    return {
        "title": {"zh": "影院双随机抽查", "en": "Random inspection of cinemas"},
        "channel": "random",
        "items": ["CINEMA-1"],
        "kinds": ["cinema"],
        "lead": HERE,
        "basis": [{"title": "北京市优化营商环境条例", "article": "第六十七条"}],
        "method": "on_site",
        "cut_off_day": "2026-06-01",
        "first_day": "2026-06-08",
        "last_day": "2026-06-30",
        "deadline": "2026-07-15",
        "contact": "监管科",
        "holder": "OP-09",
        "sources": [{"kind": "drand", "chain": CHAIN}, *({"kind": "balls", "name": f"welfare-{n}"} for n in (1, 2, 3))],
        **said,
    }


def plan(**said: Any) -> dict[str, Any]:  # noqa: ANN401 any field of a plan
    """The district's plan for 2026, unless something else is said."""
    return {
        "authority": HERE,
        "year": 2026,
        "names": {"zh": "2026年度抽查计划", "en": "Inspection plan for 2026"},
        **said,
    }
