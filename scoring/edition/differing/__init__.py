"""One edition against another, as changes that a person can read: clause, place, before and after."""

from scoring.edition.differing.changes import Change, changes
from scoring.edition.differing.words import sentence

__all__ = ["Change", "changes", "sentence"]
