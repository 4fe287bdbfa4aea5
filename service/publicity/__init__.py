"""What is public now and due when, from evidence and editions only; acts of publishing and withdrawal."""

from service.publicity.alarming import raise_publication_alarms
from service.publicity.comparing import Compared, compare_holdings
from service.publicity.documents import owed_document, record_document
from service.publicity.exporting import columns, double_publicity
from service.publicity.queries import (
    Owed,
    entity_of,
    every_record,
    one_record,
    public_records,
    records_of,
    records_of_each,
    still_shown,
    worklist,
)
from service.publicity.reading import Published
from service.publicity.usecases import record_publication_act

__all__ = [
    "Compared",
    "Owed",
    "Published",
    "columns",
    "compare_holdings",
    "double_publicity",
    "entity_of",
    "every_record",
    "one_record",
    "owed_document",
    "public_records",
    "raise_publication_alarms",
    "record_document",
    "record_publication_act",
    "records_of",
    "records_of_each",
    "still_shown",
    "worklist",
]
