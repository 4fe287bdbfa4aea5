"""Ready is who has the schema that it wants, or that of a later release; who is before his schema says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.platform import migration_head
from tests.builders.owning import owning

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from service.platform import web


@pytest.mark.parametrize(("further", "status", "current"), [(0, 200, 1), (1, 200, 1), (-1, 503, 0)])
def test_ready_is_who_has_his_schema_or_a_later_one(
    anonymous: FlaskClient, assembly: web.Assembly, further: int, status: int, current: int
) -> None:
    there = f"{int(migration_head()) + further:04}"
    with owning(assembly.database) as owner:
        owner.execute(text("UPDATE alembic_version SET version_num = :there"), {"there": there})
    ready = anonymous.get("/readyz", headers={"Accept-Language": "en"})
    assert ready.status_code == status
    if status == 200:
        assert ready.json["schema"] == there
    else:
        assert ready.json["code"] == "schema_behind"
        assert there in ready.json["detail"]
    assert f"database_schema_current {current}" in anonymous.get("/metrics").text
