"""Repair and objection: the two procedures as tables, their clocks, and whether a record may be repaired and when."""

from scoring.repair.clocks import Face, Pause, Run, extensions_left, face, stage
from scoring.repair.diagram import diagram, steps
from scoring.repair.table import MACHINES, START, ClockMove, Party, Row, Workflow, refused_as
from scoring.repair.workflows import OBJECTION, REPAIR, WORKFLOWS

__all__ = [
    "MACHINES",
    "OBJECTION",
    "REPAIR",
    "START",
    "WORKFLOWS",
    "ClockMove",
    "Face",
    "Party",
    "Pause",
    "Row",
    "Run",
    "Workflow",
    "diagram",
    "extensions_left",
    "face",
    "refused_as",
    "stage",
    "steps",
]
