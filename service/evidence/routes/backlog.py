"""What was accepted and waits to be worked off is bounded: beyond that nothing more is taken in."""

from __future__ import annotations

from typing import Final

from service.platform import web

_MARKS: Final = "SELECT count(*) FROM (SELECT FROM rerate_mark LIMIT %(most)s) AS waiting"
_FILES: Final = """
    SELECT count(*) FROM (SELECT FROM bulk_job WHERE state IN ('queued', 'running') LIMIT %(most)s) AS waiting
"""


def refuse_unrated() -> None:
    """Refuse records while too many wait to be heeded in tiers.

    Raises:
        Problem: ``backlog_full``.
    """
    web.refuse_when_full(_MARKS, web.settings().waiting_marks)


def refuse_unread_files() -> None:
    """Refuse files while too many wait to be read, or what was read waits.

    Raises:
        Problem: ``backlog_full``.
    """
    web.refuse_when_full(_FILES, web.settings().waiting_files)
    refuse_unrated()
