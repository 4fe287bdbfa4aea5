"""The dry run: two laws over one stock on a day. Pure: what goes in decides what comes out."""

from service.studio.dry_run.document import dry_run_document
from service.studio.dry_run.migration import Cell, Migration, migration_by, migration_of, moved, near_bounds
from service.studio.dry_run.standing import Standing, standing_of

__all__ = [
    "Cell",
    "Migration",
    "Standing",
    "dry_run_document",
    "migration_by",
    "migration_of",
    "moved",
    "near_bounds",
    "standing_of",
]
