"""Find the work that a lost wake-up left lying."""

from service.platform import Database, marks_wait, redis_answers, wake
from service.ratings import drain


def run(database: Database) -> None:
    """Wake the drain where marks wait; while Redis is away, drain here."""
    with database.reader() as session:
        waiting = marks_wait(session)
    if waiting and redis_answers():
        wake("drain")
    elif waiting:
        drain(database=database)
