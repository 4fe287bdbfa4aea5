"""Entities as they arrive: bytes to rows, rows to checked entries. Knows no database."""

from __future__ import annotations

from service.register.intake.checker import check_entry
from service.register.intake.flaws import FileFlaw, Flaw
from service.register.intake.limits import Limits
from service.register.intake.reading import FORMATS, Reading, read_rows

__all__ = ["FORMATS", "FileFlaw", "Flaw", "Limits", "Reading", "check_entry", "read_rows"]
