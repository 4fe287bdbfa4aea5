"""Evidence: records entered, corrected and annulled, each with what it does to the tier shown before it is saved."""

from service.console.evidence import acts, files, proposals, records
from service.console.evidence.blueprint import blueprint

__all__ = ["acts", "blueprint", "files", "proposals", "records"]
