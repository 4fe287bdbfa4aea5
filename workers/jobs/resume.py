"""Find the file or the study that a lost wake-up or a dead worker left lying."""

from service.evidence import left_lying
from service.platform import Database, wake
from service.studio import runs


def run(database: Database) -> None:
    """Wake each worker for the oldest unfinished work of its kind, where nobody works on any."""
    with database.reader() as session:
        file, study = left_lying(session), runs.left_lying(session)
    if file is not None:
        wake("bulk", file)
    if study is not None:
        wake("study", study)
