"""Editions in the database and what is in force where and when."""

from service.editions.examining import Examined, changes_of, examine
from service.editions.proposing import Adopted, decide, propose, steps_of, withdraw
from service.editions.queries import EditionSummary, Shelf, digests_in_force, law_for, shelf, summaries, text_of
from service.editions.refusing import read_offered as offered
from service.editions.usecases import digest_of, put_in_force, shipped

__all__ = [
    "Adopted",
    "EditionSummary",
    "Examined",
    "Shelf",
    "changes_of",
    "decide",
    "digest_of",
    "digests_in_force",
    "examine",
    "law_for",
    "offered",
    "propose",
    "put_in_force",
    "shelf",
    "shipped",
    "steps_of",
    "summaries",
    "text_of",
    "withdraw",
]
