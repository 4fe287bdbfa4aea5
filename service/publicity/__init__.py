"""What is public now and due when, from evidence and editions only; acts of publishing and withdrawal."""

from service.publicity.acknowledging import acknowledge_takedown
from service.publicity.alarming import raise_publication_alarms
from service.publicity.alike import Readings
from service.publicity.comparing import Compared, compare_holdings
from service.publicity.documents import owed_document, public_document, record_document
from service.publicity.exporting import columns, double_publicity
from service.publicity.queries import (
    Owed,
    entity_of,
    every_record,
    one_record,
    over_since,
    public_among,
    public_records,
    records_of,
    records_of_each,
    still_shown,
    worklist,
)
from service.publicity.reading import Published
from service.publicity.recipients import Awaited, awaited, known_recipients, raise_comparison_alarms
from service.publicity.usecases import record_publication_act
from service.publicity.watched import figures
from service.publicity.watching import Over, over_records, settle

__all__ = [
    "Awaited",
    "Compared",
    "Over",
    "Owed",
    "Published",
    "Readings",
    "acknowledge_takedown",
    "awaited",
    "columns",
    "compare_holdings",
    "double_publicity",
    "entity_of",
    "every_record",
    "figures",
    "known_recipients",
    "one_record",
    "over_records",
    "over_since",
    "owed_document",
    "public_among",
    "public_document",
    "public_records",
    "raise_comparison_alarms",
    "raise_publication_alarms",
    "record_document",
    "record_publication_act",
    "records_of",
    "records_of_each",
    "settle",
    "still_shown",
    "worklist",
]
