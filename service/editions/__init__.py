"""Editions in the database and what is in force where and when."""

from service.editions.queries import EditionSummary, Shelf, digests_in_force, law_for, shelf, summaries, text_of
from service.editions.usecases import digest_of, put_in_force, shipped

__all__ = [
    "EditionSummary",
    "Shelf",
    "digest_of",
    "digests_in_force",
    "law_for",
    "put_in_force",
    "shelf",
    "shipped",
    "summaries",
    "text_of",
]
