"""Draws: prepared, committed, drawn from public chance, sent out and opened, each step with its hour and its person."""

from service.console.draws import preparing, reading, room, stepping
from service.console.draws.blueprint import blueprint

__all__ = ["blueprint", "preparing", "reading", "room", "stepping"]
