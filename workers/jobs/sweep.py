"""Find the work that a lost wake-up left lying."""

from service.platform import Database, marks_wait, wake


def run(database: Database) -> None:
    """Wake the drain where marks wait."""
    with database.reader() as session:
        waiting = marks_wait(session)
    if waiting:
        wake("drain")
