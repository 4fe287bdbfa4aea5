"""Drop what was kept only for a while."""

from datetime import timedelta

from service.platform import Database, web

KEPT = timedelta(days=7)


def run(database: Database) -> None:
    """Forget the answers of old idempotency keys."""
    web.forget_old_keys(database, KEPT)
