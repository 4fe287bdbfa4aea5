"""By which severities the editions that were put in force weigh each event code."""

import tomllib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    table = op.create_table(
        "event_severity",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("code", "severity", name="pk_event_severity"),
    )
    texts = op.get_bind().execute(sa.text("SELECT text FROM edition")).scalars()
    rows = {pair for text in texts for pair in pairs(tomllib.loads(text))}
    if rows:
        op.bulk_insert(table, [{"code": code, "severity": severity} for code, severity in sorted(rows)])
    insert_only("event_severity")


def pairs(part: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any part of an edition
    """Code and severity of every rule that weighs by severities."""
    if isinstance(part, dict):
        if isinstance(part.get("severities"), dict) and isinstance(part.get("code"), str):
            yield from ((part["code"], severity) for severity in part["severities"])
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from pairs(one)
