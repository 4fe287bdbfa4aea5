"""What is public now and due when, from evidence and editions only; acts of publishing and withdrawal."""

from service.publicity.alarming import raise_publication_alarms
from service.publicity.queries import Owed, one_record, public_records, records_of, worklist
from service.publicity.reading import Published
from service.publicity.usecases import record_publication_act

__all__ = [
    "Owed",
    "Published",
    "one_record",
    "public_records",
    "raise_publication_alarms",
    "record_publication_act",
    "records_of",
    "worklist",
]
