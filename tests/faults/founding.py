"""The town under load: master data, editions and entities, all rated, and a token of its callers."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from service import register, sample
from service.accounts import issue_token
from service.cli.prepare import prepare
from service.cli.runtime import OPERATOR, Runtime
from service.platform import Database, Role, migrate
from service.ratings import drain
from tests.faults.load import SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping

STAFF = {
    "handler": Role.HANDLER,
    "reviewer": Role.HANDLER,
    "approver": Role.APPROVER,
    "editor": Role.RULEBOOK_EDITOR,
}
"""Persons beside the administrator: whoever takes one step may not take the next."""


class Town(NamedTuple):
    """The administrator's token, those of the others by name, and the keys of the entities."""

    token: str
    tokens: Mapping[str, str]
    keys: list[str]


def found_town(database_url: str, *, entities: int) -> Town:
    """Found it in an empty database."""
    migrate(database_url)
    database = Database(database_url)
    try:
        prepare(Runtime(database, {}))
        stream, _ = BytesIO(), BytesIO()
        sample.write(sample.City(seed="faults", size=entities, until=date(2026, 6, 30)), stream, _)
        keys = [json.loads(line)["key"] for line in stream.getvalue().splitlines()]
        stream.seek(0)
        register.import_entities(database.unit_of_work, actor=OPERATOR, stream=stream, file_format="ndjson")
        drain(database=database)
        tokens = {name: token_of(database, role, name) for name, role in STAFF.items()}
        return Town(token_of(database, Role.ADMINISTRATOR, "load"), tokens, keys)
    finally:
        database.close()


def token_of(database: Database, role: Role, label: str) -> str:
    """Another token, of whoever has this role."""
    with database.unit_of_work(OPERATOR) as uow:
        sources = (SOURCE,) if role is Role.ADMINISTRATOR else ()
        issued = issue_token(uow=uow, registered=register.registered_scope, role=role, label=label, sources=sources)
        return issued.token
