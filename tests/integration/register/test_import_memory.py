"""Memory does not grow with the file."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator

from service.platform import Database
from service.register import import_entities
from tests.builders.entities import entry
from tests.integration.register.conftest import ADMINISTRATOR

READ = """
import io, itertools, json, resource
from service.register.intake import check_entry, read_rows

class Endless(io.RawIOBase):
    def __init__(self, rows):
        self._rows = iter(rows)
        self._rest = b""
    def readable(self):
        return True
    def readinto(self, buffer):
        while len(self._rest) < len(buffer):
            row = next(self._rows, None)
            if row is None:
                break
            self._rest += row
        piece, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)

def entries(count):
    for n in range(count):
        yield (json.dumps({"key": f"own:{n}", "name": f"示例{n}", "attributes": {"note": "x" * 150}}) + "\\n").encode()

def peak(count):
    for _, raw in read_rows(Endless(entries(count)), "ndjson"):
        assert not check_entry(raw)[1]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

small = peak(2_000)
print(peak(60_000) - small)
"""


def test_reading_thirty_times_the_rows_takes_no_more_memory() -> None:
    told = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=True)
    assert int(told.stdout) < 8 * 1024  # KiB; the file itself is 13 MiB


def rows(count: int) -> Iterator[bytes]:
    for n in range(count):
        yield json.dumps(entry(f"own:{n}", name=f"示例{n}", region="999999", note="x")).encode() + b"\n"


def test_a_file_of_nothing_but_flaws_is_told_whole(database: Database) -> None:
    report = import_entities(
        database.unit_of_work,
        actor=ADMINISTRATOR,
        stream=io.BytesIO(b"".join(rows(3_000))),
        file_format="ndjson",
        mode="keep_good",
    )
    assert (report.refused, report.flaws, report.created) == (3_000, 3_000, 0)
