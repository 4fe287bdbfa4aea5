"""A cinema of the town with a fine, the law of its repair, and everyone who has to do with a case."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from sqlalchemy import text

from service.evidence import read_catalogue, record_act
from tests.builders.fillings import shipped
from tests.builders.repair_town import ELIGIBLE, PDF, found, standing
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import Database, FixedClock, web
    from tests.builders.fillings import Filling

PNG = bytes.fromhex("89504e470d0a1a0a") + b"picture"


class Town(NamedTuple):
    """The callers; ``key`` and ``record``: of the entity and of its fine."""

    database: Database
    clock: FixedClock
    entity: FlaskClient
    handler: FlaskClient
    reviewer: FlaskClient
    approver: FlaskClient
    other: FlaskClient
    key: str
    entity_id: int
    record: int

    def apply(self, client: FlaskClient | None = None, **changes: Any) -> Any:  # noqa: ANN401 - the test client's answer
        body = {"entity": self.key, "record": self.record, "reason": "the fine was paid", **changes}
        return (client or self.entity).post("/v1/repairs", json=body)

    def opened(self) -> str:
        """A case of repair, with its paper."""
        answer = self.apply()
        assert answer.status_code == 201, answer.json
        assert self.send(answer.json["number"]).status_code == 201
        return str(answer.json["number"])

    def send(
        self,
        number: str,
        *,
        key: str = "commitment",
        name: str = "承诺书.pdf",
        content: bytes = PDF,
        at: str = "repairs",
    ) -> Any:  # noqa: ANN401 - the test client's answer
        return self.entity.post(
            f"/v1/{at}/{number}/materials/{key}", query_string={"name": name}, data=content,
            headers={"Content-Type": "application/octet-stream"},
        )  # fmt: skip

    def objected(self) -> str:
        """An objection of the entity to its fine."""
        body = {"entity": self.key, "record": self.record, "reason": "we were not there that day"}
        answer = self.entity.post("/v1/objections", json=body)
        assert answer.status_code == 201, answer.json
        return str(answer.json["number"])

    def to_decision(self) -> str:
        """A case that waits for its decision."""
        number = self.opened()
        self.does(self.handler, number, "acceptance")
        self.does(self.reviewer, number, "verification", fit=True)
        return number

    def does(self, client: FlaskClient, number: str, step: str, *, at: str = "repairs", **body: object) -> None:
        answer = client.post(f"/v1/{at}/{number}/{step}", json={"reason": "as found", **body})
        assert answer.status_code == 204, answer.json

    def refused(
        self, client: FlaskClient, number: str, step: str, *, at: str = "repairs", **body: object
    ) -> tuple[int, str]:
        answer = client.post(f"/v1/{at}/{number}/{step}", json={"reason": "as found", **body})
        assert answer.status_code >= 400, answer.json
        return answer.status_code, answer.json["code"]

    def struck_or_repaired(self, record: int, act: str) -> None:
        """An act on a record by somebody else than a case: a court, another authority."""
        body = {
            "source": "cases",
            "source_ref": f"{act}-{record}",
            "act": act,
            "acted_on": "2026-06-16",
            "reason": "court",
        }
        with self.database.unit_of_work(town.OPERATOR) as uow:
            record_act(uow=uow, event_id=record, body=body, catalogue=read_catalogue(uow.session))

    def token_of(self, client: FlaskClient) -> str:
        """The id of the token with which a client calls."""
        token = client.environ_base["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
        wanted = text("SELECT id FROM api_token WHERE hash = :hash")
        with self.database.reader() as session:
            found: str = session.execute(wanted, {"hash": sha256(token.encode()).digest()}).scalar_one()
        return found

    def case(self, number: str, *, at: str = "repairs") -> dict[str, Any]:
        answer = self.handler.get(f"/v1/{at}/{number}")
        assert answer.status_code == 200, answer.json
        return dict(answer.json)


@pytest.fixture
def effects() -> tuple[str, ...]:
    """What a repair does by the law of the town beyond what every test has; parameters replace it."""
    return ()


@pytest.fixture
def suspends() -> bool:
    """Whether an objection suspends by the law of the town: it does not."""
    return False


@pytest.fixture
def filling(
    request: pytest.FixtureRequest,
    effects: tuple[str, ...],
    suspends: bool,  # noqa: FBT001 a fixture
) -> Filling:
    """The town, for whoever asks for it; what ships for others."""
    return standing(*effects, suspends=suspends) if "early" in request.fixturenames else shipped


@pytest.fixture
def early(
    assembly: web.Assembly,
    clock: FixedClock,
    caller: Callable[..., FlaskClient],
) -> Town:
    """On 1 June: the minimum publicity of the fine runs to the 15th."""
    database = assembly.database
    entity_id, key, record = found(database)
    return Town(
        database, clock,
        caller("entity", subject=key),
        caller("handler", authority=town.AUTHORITY),
        caller("handler", authority=town.AUTHORITY),
        caller("approver", authority=town.AUTHORITY),
        caller("approver", authority=town.AUTHORITY),
        key, entity_id, record,
    )  # fmt: skip


@pytest.fixture
def place(early: Town) -> Town:
    """On 16 June, the first day on which the fine may be repaired."""
    early.clock.advance(ELIGIBLE - early.clock.now())
    return early
