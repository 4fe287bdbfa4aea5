"""Puts the parts of a process together; nothing below knows how."""

import os
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from service import accounts, evidence, publicity, ratings, repairs
from service.accounts import BrowserAuthenticator, TokenAuthenticator
from service.editions import digests_in_force
from service.evidence import refuse_reserved
from service.inspections import visits
from service.inspections.draws import load_of_year
from service.notices import webhooks, written
from service.platform import (
    UNBOUNDED,
    Bounds,
    Clock,
    Database,
    QueryNotes,
    Scope,
    Settings,
    SettingsError,
    configure_logs,
    load_settings,
    traces,
    use_encryption_keys,
    use_ledger_keys,
    use_redis,
    web,
)
from service.platform.allocator import bound_arenas
from service.platform.metrics import Reader, Readings, platform_figures
from service.platform.verified_backups import backup_figures
from service.register import authorities_below, registered_scope

ROOMS: Mapping[str, Reader] = {
    "platform": platform_figures,
    "ratings": ratings.figures,
    "webhooks": webhooks.figures,
    "visits": visits.figures,
    "repairs": repairs.figures,
    "publicity": publicity.figures,
    "notices": written.figures,
    "evidence": evidence.figures,
    "accounts": accounts.figures,
}
"""Whose figures `/metrics` tells; the first ones are read first."""


IDLE = 60
"""Seconds that the web server lets a transaction wait for its next statement: for the next piece of a file, say."""


def open_database(settings: Settings, *, clock: Clock | None = None, bounds: Bounds = UNBOUNDED) -> Database:
    """The database of these settings, the process's Redis for wake-ups and its keys for secrets."""
    use_redis(settings.redis_url)
    if settings.encryption_keys:
        use_encryption_keys(settings.encryption_keys)
    if settings.ledger_keys:
        use_ledger_keys(settings.ledger_name, settings.ledger_keys)
    database = Database(settings.database_url, clock=clock, pool_size=settings.pool_size, bounds=bounds)
    if (followed := traces()) is not None:
        followed.follow_statements(database.engine)
    return database


def assemble(settings: Settings, *, clock: Clock | None = None) -> web.Assembly:
    """Everything that the web application stands on.

    Raises:
        SettingsError: second factors are asked for and could not be stored.
    """
    if settings.second_factor_roles and not settings.encryption_keys:
        raise SettingsError(("SECOND_FACTOR_ROLES needs ENCRYPTION_KEY, under which second factors are stored",))
    bounds = Bounds(statement=settings.statement_timeout, lock=settings.lock_timeout, idle=IDLE)
    database = open_database(settings, clock=clock, bounds=bounds)
    database.caller = web.caller
    rooms = {**ROOMS, "backups": backup_figures(settings.backup_age)}
    return web.Assembly(
        settings=settings,
        database=database,
        notes=QueryNotes(database),
        authenticate=TokenAuthenticator(database, below=authorities_below),
        authenticate_browser=BrowserAuthenticator(
            database, below=authorities_below, required=settings.second_factor_roles
        ),
        registered=known_scope,
        digests=lambda session, day: digests_in_force(session, on=day),
        seats_used=load_of_year,
        readings=Readings(settings.database_url, database.clock, rooms, kept=settings.metrics_kept),
    )


def known_scope(session: Session, scope: Scope, now: datetime) -> Scope:
    """The scope of a token as the register writes it, with sources that are not the service's own.

    Raises:
        Problem: ``source_reserved``, and as ``registered_scope``.
    """
    refuse_reserved(scope.sources)
    return registered_scope(session, scope, now)


def process_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process, with its logs and its memory set up accordingly.

    Raises:
        SettingsError: with everything missing or malformed at once.
    """
    settings = load_settings(os.environ if environ is None else environ)
    bound_arenas()
    configure_logs(settings.log_level)
    return settings
