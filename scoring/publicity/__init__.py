"""When a record is public, and what is owed about it by which day: functions of evidence, edition and day."""

from scoring.publicity.duty import Due, due_day, duties
from scoring.publicity.record import Done, Record, listed, parted, shown_at
from scoring.publicity.standing import publicity, standing_on
from scoring.publicity.words import Reason, Standing, State

__all__ = [
    "Done",
    "Due",
    "Reason",
    "Record",
    "Standing",
    "State",
    "due_day",
    "duties",
    "listed",
    "parted",
    "publicity",
    "shown_at",
    "standing_on",
]
