"""Files made to harm, sent to the real server: a code for each, nothing written, and no more memory than stated."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from contextlib import closing, suppress
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from openpyxl import Workbook
from sqlalchemy import text

from service.accounts import issue_token
from service.platform import Database, Role, job_actor
from service.register import registered_scope
from tests.builders.fillings import shipped
from tests.integration.platform.test_server import Connection, WholeServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MIB: Final = 1024**2
MOST: Final = 256 * MIB
MORE: Final = 32 * MIB
"""What the process that takes a file may hold at any time, and what of it for the file's sake (docs/evidence.md)."""
TWO_GB: Final = 2 * 1024
"""Blocks of one MiB."""

EVENTS, BULK, IMPORT = "/v1/events", "/v1/events/bulk", "/v1/imports/entities?format="
JSON, NDJSON, CSV, FILE = "application/json", "application/x-ndjson", "text/csv", "application/octet-stream"
TABLES: Final = ("event", "occasion", "event_act", "entity", "bulk_job", "bulk_chunk", "rerate_mark", "outbox")


class Target:
    """A server of one process, someone who may send it files, and what it holds."""

    def __init__(self, server: WholeServer, database: Database, token: str) -> None:
        self._server = server
        self._database = database
        self._token = token

    def send(self, path: str, kind: str, blocks: Iterable[bytes]) -> tuple[int, dict[str, Any]]:
        """Stream a body, until all is sent or the server has answered and hung up."""
        connection = Connection(self._server.path)
        connection.timeout = 60
        connection.putrequest("POST", path)
        headers = {"Content-Type": kind, "Authorization": f"Bearer {self._token}", "Transfer-Encoding": "chunked"}
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        with suppress(BrokenPipeError, ConnectionResetError):
            for block in blocks:
                connection.send(b"%x\r\n%b\r\n" % (len(block), block))
            connection.send(b"0\r\n\r\n")
        with closing(connection):
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def held(self) -> dict[str, int]:
        """How many rows each table has."""
        with self._database.reader() as session:
            return {name: session.scalar(text(f"SELECT count(*) FROM {name}")) for name in TABLES}  # noqa: S608

    def forget_peak(self) -> None:
        """From here on the peak is that of what comes."""
        Path(f"/proc/{self._pid()}/clear_refs").write_text("5", encoding="ascii")

    def peak(self) -> int:
        """The most bytes that the process has held."""
        return peak_of(self._pid())

    def _pid(self) -> int:
        (pid,) = self._server.children()
        return pid


def peak_of(pid: int) -> int:
    """The greatest size of a process so far, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


@pytest.fixture(scope="module")
def target(new_database: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    url = new_database(shipped)
    with closing(Database(url)) as database:
        with database.unit_of_work(job_actor("tests")) as uow:
            token = issue_token(uow=uow, registered=registered_scope, role=Role.HANDLER, label="tests").token
        server = WholeServer(tmp_path_factory.mktemp("web"), url, processes=1)
        try:
            server.wait_until_ready()
            yield Target(server, database, token)
        finally:
            server.kill()


def packed(blocks: Iterable[bytes]) -> bytes:
    """A gzip file of these blocks."""
    out = io.BytesIO()
    with gzip.open(out, "wb", compresslevel=9) as file:
        for block in blocks:
            file.write(block)
    return out.getvalue()


def workbook(**parts: Iterable[bytes]) -> bytes:
    """A workbook in which parts are exchanged for others; names of parts as openpyxl writes them."""
    plain, out = io.BytesIO(), io.BytesIO()
    book = Workbook()
    book.active.append(["key", "name"])
    book.active.append(["own:1", "=1+1"])
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for entry in old.infolist():
            with new.open(entry.filename, "w") as file:
                for block in parts.pop(Path(entry.filename).stem, (old.read(entry),)):
                    file.write(block)
    assert not parts, "each part takes the place of one"
    return out.getvalue()


SPACES: Final = b" " * MIB
OPEN_SHEET: Final = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'


def mixed(piece: bytes, mib: int) -> Iterator[bytes]:
    """So many MiB of a piece over and over, with enough noise that they pack no better than is let through."""
    for _ in range(mib):
        yield os.urandom(3 * 1024).hex().encode() + piece * (MIB // len(piece))


CASES: Final[dict[str, tuple[str, str, Callable[[], Iterable[bytes]], int, str]]] = {
    "a line of 2 GB": (BULK, NDJSON, lambda: repeat(SPACES, TWO_GB), 422, "line_too_long"),
    "a line of 2 GB in an import": (
        IMPORT + "ndjson",
        FILE,
        lambda: repeat(SPACES, TWO_GB),
        422,
        "import_line_too_long",
    ),
    "a body of 2 GB": (EVENTS, JSON, lambda: repeat(SPACES, TWO_GB), 413, "body_too_large"),
    "a heading of 2 GB": (BULK, CSV, lambda: repeat(b"a," * (MIB // 2), TWO_GB), 422, "line_too_long"),
    "U+0000 in a body": (EVENTS, JSON, lambda: [b'{"source": "\\u0000"}'], 400, "nul_byte"),
    "a byte of zero in a body": (EVENTS, JSON, lambda: [b'{"source": "\0"}'], 400, "malformed_json"),
    "bytes of zero in an import": (IMPORT + "csv", FILE, lambda: [b"key\n", bytes(MIB)], 422, "import_nul_byte"),
    "a gzip bomb": (BULK, NDJSON, lambda: [packed(repeat(b"\n" * MIB, 24))], 422, "gzip_bomb"),
    "a gzip bomb in an import": (
        IMPORT + "csv",
        FILE,
        lambda: [packed((b"key\n", *repeat(b"\n" * MIB, 24)))],
        422,
        "import_gzip_bomb",
    ),
    "a quote that is never closed": (
        IMPORT + "csv",
        FILE,
        lambda: (b'key\n"', *repeat(b"x\n" * (MIB // 2), 64)),
        422,
        "import_field_too_large",
    ),
    "a million columns": (IMPORT + "csv", FILE, lambda: [b"key" + b",a" * MIB], 422, "import_line_too_long"),
    "UTF-16": (BULK, CSV, lambda: ["source,source_ref\n".encode("utf-16")], 422, "line_encoding"),
    "neither UTF-8 nor GB18030": (IMPORT + "csv", FILE, lambda: [b"key\n\xff\xff\n"], 422, "import_wrong_encoding"),
    "an XLSX that is a zip bomb": (
        IMPORT + "xlsx",
        FILE,
        lambda: [workbook(sheet1=repeat(SPACES, 64))],
        422,
        "import_gzip_bomb",
    ),
    "an XLSX of one cell": (
        IMPORT + "xlsx",
        FILE,
        lambda: [workbook(sheet1=(OPEN_SHEET, b'<c t="inlineStr"><is><t>', *mixed(b"x", 64)))],
        422,
        "import_xlsx_too_large",
    ),
    "an XLSX of one row": (
        IMPORT + "xlsx",
        FILE,
        lambda: [workbook(sheet1=(OPEN_SHEET, *mixed(b"<c/>", 64)))],
        422,
        "import_xlsx_too_large",
    ),
    "an XLSX of attributes": (
        IMPORT + "xlsx",
        FILE,
        lambda: [workbook(sheet1=(OPEN_SHEET, *mixed(b'<c r="" s=""/>', 64)))],
        422,
        "import_xlsx_too_large",
    ),
    "an XLSX of styles": (
        IMPORT + "xlsx",
        FILE,
        lambda: [workbook(styles=(b"<styleSheet>", *mixed(b"<xf/>", 64)))],
        422,
        "import_xlsx_too_large",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_made_to_harm_is_refused_and_takes_no_more_than_stated(target: Target, case: str) -> None:
    path, kind, blocks, status, code = CASES[case]
    before = target.held()
    content = blocks()
    target.forget_peak()
    idle = target.peak()
    answered, told = target.send(path, kind, content)
    assert (answered, told["code"]) == (status, code)
    assert target.held() == before
    assert target.peak() < min(MOST, idle + MORE)


def test_rows_with_formulas_are_told_one_by_one_and_none_is_written(target: Target) -> None:
    before = target.held()
    answered, told = target.send(IMPORT + "xlsx", FILE, [workbook()])
    assert (answered, told["state"], told["refused"]) == (200, "refused", 1)
    assert target.held() == before
