"""The chain made into tables, step by step, for one kind, one day and the dictionaries of some columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar.almanac import almanac_of
from scoring.rating.columnar.caps import limits_of
from scoring.rating.columnar.cases import facts_of
from scoring.rating.columnar.grading import ladder_of
from scoring.rating.columnar.outcomes import outcomes_of
from scoring.rating.columnar.ratings import Standing
from scoring.rating.columnar.reading import reader_of
from scoring.rating.columnar.risk import tiering_of
from scoring.rating.columnar.score import sheet_of
from scoring.rating.columnar.spans import windows_of
from scoring.rating.columnar.totals import heaps_of
from scoring.rating.columnar.worth import scale_of

if TYPE_CHECKING:
    from scoring.rating.columnar.arrays import Small
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.caps import Limit
    from scoring.rating.columnar.cases import Facts
    from scoring.rating.columnar.columns import Columns
    from scoring.rating.columnar.grading import Ladder
    from scoring.rating.columnar.outcomes import Outcomes
    from scoring.rating.columnar.reading import Reader
    from scoring.rating.columnar.risk import Tiering
    from scoring.rating.columnar.score import Sheet
    from scoring.rating.columnar.spans import Spans
    from scoring.rating.columnar.totals import Heaps
    from scoring.rating.columnar.worth import Scale


@dataclass(frozen=True, slots=True)
class Program:
    """The tables of every step. ``by_span``: by rule the standing outside its span, then within."""

    book: Book
    reader: Reader
    windows: Spans
    by_span: Small
    scale: Scale
    facts: Facts
    limits: tuple[Limit, ...]
    sheet: Sheet
    heaps: Heaps | None
    """For totals without lines; None where a total cannot do without them."""
    outcomes: Outcomes
    ladder: Ladder
    tiering: Tiering


def program_of(book: Book, columns: Columns) -> Program:
    """The tables of every step."""
    reader, almanac = reader_of(book, columns), almanac_of(columns, book.as_of)
    limits, sheet = limits_of(book, almanac), sheet_of(book)
    return Program(
        book=book,
        reader=reader,
        windows=windows_of(book),
        by_span=_by_span(book),
        scale=scale_of(book, almanac, reader.points),
        facts=facts_of(book),
        limits=limits,
        sheet=sheet,
        heaps=heaps_of(limits, sheet),
        outcomes=outcomes_of(book),
        ladder=ladder_of(book),
        tiering=tiering_of(book),
    )


def _by_span(book: Book) -> Small:
    ended = (Standing.OUTSIDE_WINDOW if rule.validity is None else Standing.LAPSED for rule in book.rules)
    pairs = [standing for each in ended for standing in (each, Standing.COUNTED)]
    return np.array([*pairs, Standing.NO_RULE, Standing.NO_RULE], np.int8)
