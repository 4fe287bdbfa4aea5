"""Visits on a phone: an inspector's own visits, the door, the checklist, the record and its signatures."""

from service.console.visits import door, findings, mine, offline, record
from service.console.visits.blueprint import blueprint

__all__ = ["blueprint", "door", "findings", "mine", "offline", "record"]
