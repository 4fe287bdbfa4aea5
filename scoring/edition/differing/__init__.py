"""One edition against another, as changes that a person can read: clause, place, before and after."""

from scoring.edition.differing.changes import Change, changes
from scoring.edition.differing.mixing import mixed
from scoring.edition.differing.placing import placed
from scoring.edition.differing.words import place_of, sentence

__all__ = ["Change", "changes", "mixed", "place_of", "placed", "sentence"]
