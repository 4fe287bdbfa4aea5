"""A service that runs under the role that owns its tables says so when it starts: one wall of two is missing."""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from service.platform.database import Database
from service.platform.migrations import may_change_what_stands

log = structlog.get_logger(__name__)


def warn_of_owner(database: Database) -> None:
    """Log `database_role_unrestricted` where the role may change what stands; nothing while the database is away."""
    try:
        with database.engine.connect() as connection:
            unrestricted = may_change_what_stands(connection)
    except SQLAlchemyError:
        return  # what does not answer is told by who asks next
    if unrestricted:
        log.warning("database_role_unrestricted", next="docs/operations.md, Two roles: DATABASE_OWNER_URL")
