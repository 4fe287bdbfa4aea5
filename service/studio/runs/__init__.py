"""Studies that take longer than a request: asked for, worked off by a job, and their results kept.

Kinds of study are a table (`kinds`); this package imports none of their functions, and no NumPy.
"""

from service.studio.runs.asking import ask, cancel, text_of
from service.studio.runs.kinds import KINDS, Kind, Work
from service.studio.runs.reading import left_lying, result_of, studies, study_told
from service.studio.runs.working import work_off

__all__ = [
    "KINDS",
    "Kind",
    "Work",
    "ask",
    "cancel",
    "left_lying",
    "result_of",
    "studies",
    "study_told",
    "text_of",
    "work_off",
]
