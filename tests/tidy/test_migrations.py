"""Each revision only adds to what the release before it uses, so that both work on one database for a while."""

from __future__ import annotations

import re

import pytest

from service.platform.migrations import scripts

from .migrating import released_with, takings
from .tree import ROOT, read

FIRST = "0081"
"""The first revision of which this is asked: before it there was no release to go on working."""
VERSIONS = ROOT / "service/platform/migrations/versions"
RULED = sorted(path for path in VERSIONS.glob("[0-9]*.py") if path.name[:4] >= FIRST)
RELEASES = set(re.findall(r"^## (\d+\.\d+\.\d+)", read(ROOT / "CHANGELOG.md"), re.MULTILINE))


def test_revisions_take_nothing_that_a_release_uses() -> None:
    found = {path.name: list(takings(read(path))) for path in RULED if released_with(read(path)) not in RELEASES}
    assert {name: said for name, said in found.items() if said} == {}


def test_every_revision_is_looked_at() -> None:
    ruled = {path.name[:4] for path in RULED}
    assert {one.revision for one in scripts().walk_revisions() if one.revision >= FIRST} == ruled


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DROP TABLE entity", "drops a table"),
        ("ALTER TABLE entity DROP COLUMN body", "drops a column"),
        ("ALTER TABLE entity DROP body", "drops a column"),
        ("ALTER TABLE entity\n  RENAME COLUMN body TO said", "renames"),
        ("ALTER TABLE entity RENAME TO subject", "renames"),
        ("ALTER TABLE entity ALTER COLUMN region TYPE bigint", "changes a type"),
        ("ALTER TABLE entity ALTER region SET NOT NULL", "asks for what the program before does not write"),
        ("ALTER TABLE entity ADD COLUMN district text NOT NULL", "asks for what the program before does not write"),
        ("ALTER TABLE entity ADD CONSTRAINT ck_entity_x CHECK (id > 0)", "adds a rule that rows"),
        ("CREATE INDEX ix_entity_x ON entity (region)", "makes an index"),
        ("CREATE UNIQUE INDEX ix_entity_x ON entity (region)", "makes an index"),
        ("DROP INDEX ix_entity_x", "drops an index"),
    ],
)
def test_what_would_stop_the_release_before_is_seen(statement: str, what: str) -> None:
    (said,) = takings(f"STEP = {statement!r}")
    assert said.startswith(what)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE draft (id bigint NOT NULL); CREATE INDEX ix_draft_id ON draft (id)",
        "ALTER TABLE entity ADD COLUMN district text",
        "ALTER TABLE entity ADD COLUMN district text NOT NULL DEFAULT ''",
        "ALTER TABLE entity ADD CONSTRAINT ck_entity_x CHECK (id > 0) NOT VALID",
        "ALTER TABLE entity ALTER COLUMN region DROP NOT NULL",
        "ALTER TABLE entity DROP CONSTRAINT ck_entity_x",
        "CREATE INDEX CONCURRENTLY ix_entity_x ON entity (region)",
        "DROP INDEX CONCURRENTLY ix_entity_x",
        "UPDATE entity SET region = 'x'",
    ],
)
def test_what_only_adds_is_let_through(statement: str) -> None:
    assert list(takings(f"STEP = {statement!r}")) == []


def test_what_no_release_uses_any_more_may_go() -> None:
    source = 'CONTRACTS = "0.1.0"\nSTEP = "DROP TABLE entity"'
    assert released_with(source) == "0.1.0"
    assert released_with('STEP = "DROP TABLE entity"') is None
