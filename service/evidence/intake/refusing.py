"""Faults as the problem that the caller is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.evidence.intake.checker import Fault


def told(fault: Fault) -> Problem:
    """One fault in the words of the catalogue of problems."""
    problem = Problem(fault.code, pointer=fault.pointer or None)
    problem.params.update(fault.params)
    return problem


def problem_of(faults: Sequence[Fault]) -> Problem:
    """All faults of one body: the one there is, with its own code and status; of several, the list of them."""
    if len(faults) == 1:
        return told(faults[0])
    return Problem("invalid_body", errors=[told(fault) for fault in faults], count=len(faults))
