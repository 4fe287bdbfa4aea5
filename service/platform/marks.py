"""Whether entities wait to be rated again, told without counting them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.platform.tables import RerateMark


def marks_wait(session: Session) -> bool:
    """Whether any entity waits to be rated again."""
    return session.execute(select(select(RerateMark.id).exists())).scalar_one()
