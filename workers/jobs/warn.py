"""Raise the warnings that the rules find."""

from service.evidence import raise_warnings
from service.platform import Database, job_actor


def run(database: Database) -> None:
    """Look once with every rule."""
    with database.unit_of_work(job_actor("warn")) as uow:
        raise_warnings(uow=uow)
