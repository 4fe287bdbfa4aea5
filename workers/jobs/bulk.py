"""Work a file of evidence off."""

from service.evidence import work_off
from workers.process import database


def run(job_id: int) -> None:
    """Work off the job of this number, from where it stands."""
    work_off(database=database(), job_id=job_id)
