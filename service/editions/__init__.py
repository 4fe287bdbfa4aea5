"""Editions in the database and what is in force where and when."""

from service.editions.adoptions import adoptions
from service.editions.examining import Examined, changes_of, examine
from service.editions.proposing import Adopted, decide, propose, steps_of, withdraw
from service.editions.queries import EditionSummary, Shelf, digests_in_force, law_for, shelf, summaries, text_of
from service.editions.refusing import read_offered as offered
from service.editions.refusing import refusal
from service.editions.schemas import EditionChangeSchema
from service.editions.shelving import kept_of, shelf_again
from service.editions.telling import text_proposed
from service.editions.usecases import digest_of, put_in_force, shipped

__all__ = [
    "Adopted",
    "EditionChangeSchema",
    "EditionSummary",
    "Examined",
    "Shelf",
    "adoptions",
    "changes_of",
    "decide",
    "digest_of",
    "digests_in_force",
    "examine",
    "kept_of",
    "law_for",
    "offered",
    "propose",
    "put_in_force",
    "refusal",
    "shelf",
    "shelf_again",
    "shipped",
    "steps_of",
    "summaries",
    "text_of",
    "text_proposed",
    "withdraw",
]
