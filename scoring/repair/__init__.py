"""Repair and objection: the two procedures as tables, their clocks, and whether a record may be repaired and when."""

from scoring.repair.clocks import Face, Pause, Run, extensions_left, face, stage
from scoring.repair.conditions import Listed, RecordFacts
from scoring.repair.diagram import diagram, steps
from scoring.repair.eligibility import (
    BAR,
    Eligibility,
    How,
    Standing,
    eligibility,
    is_barred,
    papers_missing,
    papers_needed,
)
from scoring.repair.running import Shown, Step, Ticking, shown, ticking
from scoring.repair.table import MACHINES, START, ClockMove, Party, Row, Workflow, refused_as
from scoring.repair.workflows import OBJECTION, REPAIR, WORKFLOWS

__all__ = [
    "BAR",
    "MACHINES",
    "OBJECTION",
    "REPAIR",
    "START",
    "WORKFLOWS",
    "ClockMove",
    "Eligibility",
    "Face",
    "How",
    "Listed",
    "Party",
    "Pause",
    "RecordFacts",
    "Row",
    "Run",
    "Shown",
    "Standing",
    "Step",
    "Ticking",
    "Workflow",
    "diagram",
    "eligibility",
    "extensions_left",
    "face",
    "is_barred",
    "papers_missing",
    "papers_needed",
    "refused_as",
    "shown",
    "stage",
    "steps",
    "ticking",
]
