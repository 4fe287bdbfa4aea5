"""Find the work that a lost wake-up left lying."""

from service.platform import Database, redis_answers, wake
from service.ratings import drain, work_waits


def run(database: Database) -> None:
    """Wake the drain where marks wait that it may take; while Redis is away, drain here."""
    with database.reader() as session:
        waiting = work_waits(session)
    if waiting and redis_answers():
        wake("drain")
    elif waiting:
        drain(database=database)
