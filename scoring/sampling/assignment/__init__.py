"""Assignment of inspectors to the visits of a draw (§7), its proofs and its stand-ins."""

from scoring.sampling.assignment.bound import Bound, bound, proof
from scoring.sampling.assignment.fitness import fit_counts
from scoring.sampling.assignment.lawful import Unlawful, unlawful
from scoring.sampling.assignment.stand_ins import StandIns, StepIn, seats_held
from scoring.sampling.assignment.values import Assigned, Closed, Seat, Visit, Window
from scoring.sampling.assignment.whole import assign
from scoring.sampling.assignment.words import short_told

__all__ = [
    "Assigned",
    "Bound",
    "Closed",
    "Seat",
    "StandIns",
    "StepIn",
    "Unlawful",
    "Visit",
    "Window",
    "assign",
    "bound",
    "fit_counts",
    "proof",
    "seats_held",
    "short_told",
    "unlawful",
]
