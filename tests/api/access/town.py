"""One of everything that an authority holds: made once for a test process, by use cases and over HTTP."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from service import evidence
from service.accounts import issue_token, open_account
from service.app import create_app
from service.bootstrap import assemble
from service.editions import put_in_force
from service.notices.webhooks.fanning import fan_out, new_inbox
from service.platform import Actor, FixedClock, Role, Settings, job_actor, seal
from service.ratings import drain
from service.register import enter_entity, registered_scope
from service.register.inspecting import ITEMS as ITEMS_OF
from service.register.inspecting import enter_record
from tests.api.access.people import BESIDE, HERE, Scope, client, member
from tests.builders import drawing, planning, visited, visiting
from tests.builders.entities import entry
from tests.builders.fillings import with_shipped
from tests.builders.inspecting import item
from tests.builders.repair_town import HEAD, PDF
from tests.builders.repairing import repair_text
from tests.integration.ratings import proposing, town
from tests.law_cases import shipped

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from service.platform import Database

TODAY = datetime(2026, 6, 16, 4, tzinfo=UTC)
BEFORE = datetime(2026, 6, 1, 4, tzinfo=UTC)
PAID = {"performed_on": date(2026, 3, 20), "corrected_on": date(2026, 3, 16)}
FREQUENCIES = planning.FREQUENCIES + "".join(
    planning.FREQUENCIES[: planning.FREQUENCIES.index("[frequency.D]")].replace(".A]", f".{tier}]") for tier in "BC"
)
ORDER = {
    "source": "orders",
    "source_ref": "1",
    "kind": "key_supervision",
    "basis": "文化和旅游市场信用管理规定",
    "document": "京文执管〔2026〕7号",
    "starts_on": "2026-03-10",
}
PROMISE = {
    "source": "promises",
    "source_ref": "1",
    "type": "rectification",
    "text": "30 日内整改完毕",
    "made_on": "2026-03-01",
    "due_on": "2026-03-31",
}
KINDS = [{"kind": "cinema", "licence_no": "1", "valid_from": "2015-01-01", "valid_to": None}]
OURS = {"authority": HERE, "region": town.REGION, "kinds": KINDS}
FILES = {
    "/v1/imports/entities": {**entry("own:filed"), **OURS, "kinds": [{"kind": "none"}]},
    "/v1/imports/inspectors": {"code": "DC-99"},
}
ITEMS = ("CINEMA-1", "CINEMA-2")
LOGIN = "wang.li"
PHOTO = bytes.fromhex("89504e470d0a1a0a") + b"picture"
RECUSAL = {"inspector": "DC-02", "reason": "the inspector's sister owns the cinema next door"}
PARTNER = {
    "code": "credit",
    "name": "信用平台",
    "url": "https://93.184.216.34/hook",  # public, and never called here
    "topics": ["tier.changed"],
    "purpose": "信用信息共享",
    "authority": HERE,
}
STRANGER = "own:stranger"
"""An entity of the authority beside."""


def done(answer: TestResponse) -> Any:  # noqa: ANN401 whatever a route answers with
    assert answer.status_code < 300, (answer.request.path, answer.text)
    return answer.get_json(silent=True)


def furnished(database_url: str) -> None:
    """A filling: the town on 16 June 2026."""
    with with_shipped(database_url, drawing.at(drawing.FREEZING)) as database:
        _inspected(database)
        _ruled(database)
        assembly = assemble(Settings(database_url=database_url), clock=database.clock)
        app = create_app(assembly)
        _at(database, BEFORE)
        keys = [town.key_of(database, number) for number in town.ids(database)]
        _planned(app)
        _recorded(app, database, keys[0])
        _at(database, TODAY)
        _argued(app, keys[0])
        _visited(database, app, keys)
        _named(database, app)
        for _ in range(2):
            town.punish(database, town.ids(database)[3], on=date(2026, 5, 8))
        drain(database=database)
        fan_out(database, new_inbox())
        seal(database)
        assembly.notes.close()
        assembly.database.close()


def by(app: Flask, role: str, **said: Any) -> FlaskClient:  # noqa: ANN401 any part of an actor
    """A client of the town's own authority."""
    return client(app, member(Role(role), Scope(HERE), **said))


def _at(database: Database, instant: datetime) -> None:
    assert isinstance(database.clock, FixedClock)
    database.clock.advance(instant - database.clock.now())


def _inspected(database: Database) -> None:
    """A draw whose visits are open, but for one that found a problem and its order to correct."""
    drawing.district(database, 12, fined=2, frequencies=visiting.POINTS + FREQUENCIES, edition=proposing.edition())
    with database.unit_of_work(town.OPERATOR) as uow:
        evidence.seed(uow)
        enter_record(uow, ITEMS_OF, body=item("CINEMA-2", authority=HERE, kinds=["cinema"], valid_from="2022-01-01"))
    number = visited.sent_out(database)
    held = visited.held(database, number)
    visited.visit(database, held[min(held)], visited.PROBLEM)


def _ruled(database: Database) -> None:
    with database.unit_of_work(town.OPERATOR) as uow:
        put_in_force(uow=uow, text=repair_text({}, head=HEAD), reason="test")
        put_in_force(uow=uow, text=shipped.text("bj-credit-2024"), reason="test")


def _planned(app: Flask) -> None:
    """A published plan with an amendment that waits, a visit of its task, a recusal asked for; a draft."""
    handler, approver = by(app, "handler"), by(app, "approver")
    for draft in (False, True):
        plan = done(handler.post("/v1/inspection-plans", json=planning.plan(year=2027 if draft else 2026)))["number"]
        here = f"/v1/inspection-plans/{plan}"
        days = {"first_day": "2027-06-08", "last_day": "2027-06-30", "deadline": "2027-07-15"} if draft else {}
        task = done(handler.post(f"{here}/tasks", json=planning.task(**days)))["number"]
        if draft:
            return
        done(handler.post(f"{here}/submission"))
        done(approver.post(f"{here}/decision", json={"approved": True, "reason": "fits"}))
        done(handler.post(f"{here}/publication"))
        change = {"reason": "holiday", "tasks": {task: planning.task(last_day="2026-07-05")}}
        done(handler.post(f"{here}/amendments", json=change))


def _recorded(app: Flask, database: Database, key: str) -> None:
    """A fine that was paid, with what follows from it; a promise, a proposal to annul, files of three sorts."""
    handler, approver = by(app, "handler"), by(app, "approver")
    number = town.ids(database)[0]
    town.punish(database, number, on=date(2026, 3, 16), severity="general", **PAID)
    event = {"source": "cases", "source_ref": "1", "entity": key, "code": "penalty_fine", "decided_on": "2026-03-02"}
    record = done(handler.post("/v1/events", json={**event, "severity": "general"}))["id"]
    act = {"source": "cases", "source_ref": "a", "act": "annulment", "acted_on": "2026-06-01", "reason": "复议撤销"}
    done(handler.post(f"/v1/events/{record}/acts", json=act))
    done(handler.post("/v1/measures", json={**ORDER, "record": record}))
    done(handler.post("/v1/commitments", json={**PROMISE, "entity": key}))
    done(
        handler.post("/v1/events/bulk", data=json.dumps({**event, "code": "odd"}), content_type="application/x-ndjson")
    )
    for address, row in FILES.items():
        done(handler.post(f"{address}?format=ndjson", data=json.dumps(row), content_type="application/octet-stream"))
    done(handler.post("/v1/saved-searches", json={"name": "朝阳影院", "query": {"q": "影院"}}))
    done(handler.post(f"/v1/entities/{key}/unreachable-reports", json={"found_on": "2026-05-20", "evidence": "7"}))
    done(handler.post(f"/v1/entities/{key}/visitor-codes", json={"identified": "执照"}))
    facts = {"decision_no": "京文执罚〔2026〕12 号", "decided_on": "2026-05-20", "content": "罚款"}
    done(handler.post("/v1/notices", json={"kind": "repair_notice", "entity": key, "facts": facts}))
    said = {"act": "publish", "place": "site", "done_on": "2026-06-01"}
    done(approver.post(f"/v1/events/{record}/publication-acts", json=said))


def _argued(app: Flask, key: str) -> None:
    """A repair and an objection, each with a paper; a reply."""
    firm = client(app, Actor("token", "firm", Role.ENTITY, subject=key))
    paid, other = (one["id"] for one in done(firm.get(f"/v1/entities/{key}/events"))["items"][-2:])
    for procedure, record, paper in (("repairs", paid, "commitment"), ("objections", other, "proof")):
        case = done(firm.post(f"/v1/{procedure}", json={"entity": key, "record": record, "reason": "罚款已缴"}))
        here = f"/v1/{procedure}/{case['number']}/materials/{paper}?name=a.pdf"
        done(firm.post(here, data=PDF, content_type="application/octet-stream"))
    done(firm.post("/v1/replies", json={"about": "record", "reference": str(other), "text": "已改正"}))


def _visited(database: Database, app: Flask, keys: list[str]) -> None:
    """Two visits that could be one, the first begun with a photograph; a recusal asked for."""
    handler = by(app, "handler")
    numbers = [visiting.opened(database, _task(database, item), keys[1], source=f"task:{item}") for item in ITEMS]
    number = numbers[0].opened[keys[1]]
    lead = by(app, "inspector", person="DC-01")
    code = done(lead.post(f"/v1/visits/{number}/entry-code", json={"inspectors": ["DC-01", "DC-02"]}))["code"]
    done(app.test_client().post("/v1/visit-entries", json={"code": code}))
    done(lead.post(f"/v1/visits/{number}/files", data=PHOTO, content_type="image/png"))
    done(handler.post(f"/v1/visits/{numbers[1].opened[keys[1]]}/recusals", json=RECUSAL))


def _task(database: Database, item: str) -> str:
    return visiting.task(database, items=[item], last_day="2026-06-30")


def _named(database: Database, app: Flask) -> None:
    """An account, a token, a partner of webhooks; two entities of one name; one of the authority beside."""
    with database.unit_of_work(job_actor("tests")) as uow:
        opened = {"name": "王丽", "role": Role.HANDLER, "password": "four unrelated words"}
        open_account(uow=uow, registered=registered_scope, login=LOGIN, authority=HERE, **opened)
        issue_token(uow=uow, registered=registered_scope, role=Role.HANDLER, label="窗口", authority=HERE)
    same = [entry(key, name="同名影院", **OURS) for key in ("own:same-1", "own:same-2")]
    for one in (*same, entry(STRANGER, authority=BESIDE, region="110105")):
        with database.unit_of_work(job_actor("tests")) as uow:
            enter_entity(uow, entry=one)
    done(client(app, job_actor("tests")).post("/v1/webhook-partners", json=PARTNER))
