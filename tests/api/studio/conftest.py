"""A town with its stock: seven cinemas of two districts, fined more and less."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import pytest

from service.platform import seal, web
from service.studio.stock import build_stock
from tests.api.conftest import NOW
from tests.builders.fillings import filled, shipped
from tests.integration.ratings import town

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from service.platform import Database
    from tests.builders.fillings import Filling


def populate(database: Database, law: str) -> None:
    """Of the first district one fined once, one twice, one long ago, three never; of the second one fined once."""
    town.found(database, edition=law)
    shops = town.people(database, 5)
    with database.unit_of_work(town.OPERATOR) as uow:
        audit_id = uow.audit("test.registered", "town", {})
        person: dict[str, Any] = {"name": "张三丰", "natural_person": True, "attributes": {"employees": "12"}}
        shops.append(town.entity(uow.session, audit_id=audit_id, region="110102", **person))
        shops.append(town.entity(uow.session, audit_id=audit_id, attributes={"employees": "7"}))
        uow.mark(shops, "register")
    for shop, day in ((0, date(2026, 1, 10)), (1, date(2026, 1, 10)), (1, date(2026, 2, 10)), (5, date(2026, 3, 1))):
        town.punish(database, shops[shop], on=day)
    town.punish(database, shops[2], on=date(2025, 2, 1))


@pytest.fixture
def law() -> str:
    """The edition in force."""
    return town.EDITION


@cache
def standing(law: str) -> Filling:
    """A filling: the town under an edition, sealed."""
    return filled(NOW, partial(populate, law=law), seal)


@pytest.fixture
def filling(request: pytest.FixtureRequest, law: str) -> Filling:
    return standing(law) if "stocked" in request.fixturenames else shipped


@pytest.fixture
def stocked(app: Flask, assembly: web.Assembly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of stocks, where the application looks for them; the town's lies in it."""
    folder = tmp_path / "stock"
    settings = replace(assembly.settings, stock_folder=folder)
    monkeypatch.setitem(app.extensions, web.EXTENSION, replace(assembly, settings=settings))
    build_stock(database=assembly.database, folder=folder, keep=2)
    return folder
