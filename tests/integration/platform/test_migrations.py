"""Migrations: in order, one head, repeatable, and equal to the models."""

import re
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pkgutil import walk_packages

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

import service
from service.platform import Base, migrate, migration_head, schema_serves
from service.platform.migrations import scripts
from tests.builders.owning import owner_of


def test_revisions_form_one_line_with_four_digits_and_the_head_file_names_its_end() -> None:
    revisions = list(scripts().walk_revisions())
    assert scripts().get_heads() == [migration_head()]
    assert all(re.fullmatch(r"\d{4}", revision.revision) for revision in revisions)
    assert [revision.revision for revision in revisions] == sorted((r.revision for r in revisions), reverse=True)


def test_migrating_again_and_side_by_side_changes_nothing(database_url: str) -> None:
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(migrate, [database_url] * 3)) == [migration_head()] * 3


def test_the_migrated_database_equals_the_models(database_url: str) -> None:
    for module in walk_packages(service.__path__, "service."):
        if module.name.endswith(".tables"):
            import_module(module.name)
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        difference = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert difference == []


def test_a_database_that_a_later_release_has_led_on_is_served_and_left_as_it_is(database_url: str) -> None:
    later = f"{int(migration_head()) + 1:04}"
    engine = create_engine(owner_of(database_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :later"), {"later": later})
    assert migrate(database_url) == later
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == later
    engine.dispose()
    assert schema_serves(later)
    assert schema_serves(migration_head())
    assert not schema_serves("0001")
    assert not schema_serves(None)
