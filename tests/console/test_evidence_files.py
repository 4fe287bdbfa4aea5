"""A file of records in the console: sent, watched, its refused rows fetched, put right and sent again."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from service.evidence import work_off
from service.platform import Problem
from tests.api.conftest import NOW
from tests.builders.fillings import filled
from tests.builders.workbooks import MADE_TO_HARM, texts_of, workbook
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from service.platform import Database, web
    from tests.builders.fillings import Filling
    from tests.console.conftest import Browser

    Staff = Callable[..., Browser]

NEW = "/console/evidence/files/new"
HEADER = "source,source_ref,entity,code,decided_on"


def populate(database: Database) -> None:
    town.found(database)
    town.people(database, 1)


@pytest.fixture
def filling() -> Filling:
    return filled(NOW, populate)


@pytest.fixture
def cinema(assembly: web.Assembly) -> str:
    (number,) = town.ids(assembly.database)
    return town.key_of(assembly.database, number)


def upload(who: Browser, content: bytes, name: str = "records.csv", **typed: str) -> TestResponse:
    """Send a file by the form, as a browser does."""
    shown = who.get(NEW)
    hidden = {name: re.search(f'name="{name}" value="([^"]*)"', shown.text)[1] for name in ("csrf", "once")}  # type: ignore[index] # a page without a form is a fault
    data = {**hidden, "mode": "good", **typed, "file": (BytesIO(content), name)}
    return who.client.post(NEW, headers=who.headers, data=data)


def worked_off(assembly: web.Assembly, sent: TestResponse) -> str:
    assert sent.status_code == 303, sent.text
    work_off(database=assembly.database, job_id=int(sent.location.rsplit("/", 1)[1]))
    return str(sent.location)


def stored(assembly: web.Assembly) -> int:
    with assembly.database.reader() as session:
        return int(session.execute(text("SELECT count(*) FROM event")).scalar_one())


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_refused_rows_are_fetched_put_right_and_sent_again(
    staff: Staff, assembly: web.Assembly, cinema: str, encoding: str
) -> None:
    handler = staff("handler")
    rows = [f"cases,罚{n},{cinema},penalty_fine,2026-03-0{n}" for n in range(1, 6)]
    wrong = [
        *rows[:2],
        rows[2].replace("penalty_fine", "no_such"),
        '"cases","罚\n4",own:nobody,penalty_fine,2026-03-04',
    ]
    sent = upload(handler, "\r\n".join([HEADER, *wrong, rows[4]]).encode(encoding))
    waiting = handler.get(sent.location)
    assert 'hx-trigger="every 2s"' in waiting.text
    assert handler.get(f"{sent.location}/refused-rows").status_code == 409
    page = worked_off(assembly, sent)
    report = handler.get(page)
    assert "hx-trigger" not in report.text
    assert ("/code" in report.text, stored(assembly)) == (True, 3)
    fetched = handler.get(f"{page}/refused-rows")
    assert fetched.headers["Content-Disposition"].endswith('refused.csv"')
    assert fetched.data.decode(encoding).splitlines() == [
        HEADER,
        wrong[2],
        '"cases","罚',
        '4",own:nobody,penalty_fine,2026-03-04',
    ]
    listed = handler.get(f"{page}/errors.csv").data.decode("utf-8-sig")
    assert ("unknown_event_code" in listed, "4,/code" in listed) == (True, True)
    mended = (
        fetched.data.replace(b"no_such", b"penalty_fine").replace(b"own:nobody", cinema.encode()).replace(b"\n4", b"4")
    )
    again = worked_off(assembly, upload(handler, mended))
    assert ("所有行都已收下" in handler.get(again).text, stored(assembly)) == (True, 5)


def test_a_reload_asks_for_the_moving_part_alone_and_english_is_whole(
    staff: Staff, assembly: web.Assembly, cinema: str
) -> None:
    handler = staff("handler", language="en")
    line = f'{{"source":"cases","source_ref":"1","entity":"{cinema}","code":"penalty_fine","decided_on":"2026-03-01"}}'
    sent = upload(handler, line.encode(), "records.jsonl", mode="all")
    handler.headers["HX-Request"] = "true"
    part = handler.get(sent.location)
    assert ("<html" in part.text, "Waiting" in part.text) == (False, True)
    worked_off(assembly, sent)
    assert "Every row was taken" in handler.get(sent.location).text


def test_the_same_form_sent_twice_is_one_file_and_another_file_is_another(
    staff: Staff, assembly: web.Assembly, cinema: str
) -> None:
    handler = staff("handler")
    shown = handler.get(NEW)
    hidden = {name: re.search(f'name="{name}" value="([^"]*)"', shown.text)[1] for name in ("csrf", "once")}  # type: ignore[index] # as above

    def send(content: bytes) -> str:
        data = {**hidden, "mode": "good", "file": (BytesIO(content), "a.csv")}
        return str(handler.client.post(NEW, headers=handler.headers, data=data).location)

    one, two = (f"{HEADER}\ncases,{n},{cinema},penalty_fine,2026-03-01\n".encode() for n in "12")
    assert send(one) == send(one) != send(two)
    with assembly.database.reader() as session:
        assert session.scalar(text("SELECT count(*) FROM bulk_job")) == 2


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "a.csv"), (b"nonsense,columns\n1,2\n", "a.csv"), (b"%PDF", "a.pdf"), (b"", "")]
)
def test_what_is_no_file_of_records_is_refused_on_the_form(
    staff: Staff, assembly: web.Assembly, content: bytes, name: str
) -> None:
    refused = upload(staff("handler"), content, name)
    assert refused.status_code == 422
    assert 'class="refusal"' in refused.text
    assert stored(assembly) == 0


def test_who_may_not_import_is_refused(staff: Staff, cinema: str) -> None:
    assert staff("inspector").get(NEW).status_code == 403
    assert NEW not in staff("approver").get("/console/evidence").text
    assert cinema


def test_a_workbook_is_put_right_in_a_workbook_and_sent_again(
    staff: Staff, assembly: web.Assembly, cinema: str
) -> None:
    handler = staff("handler")
    book = workbook(
        tuple(HEADER.split(",")),
        ("cases", "1", cinema, "penalty_fine", date(2026, 3, 1)),
        ("cases", "2", cinema, "no_such", date(2026, 3, 2)),
        (None,) * 5,
        ("cases", "=1+2", cinema, "penalty_fine", "2026-03-04"),
    )
    page = worked_off(assembly, upload(handler, book, "records.xlsx"))
    report = handler.get(page)
    assert ("第 2 列是公式" in report.text, stored(assembly)) == (True, 1)
    assert hashlib.sha256(book).hexdigest() in report.text
    fetched = handler.get(f"{page}/errors.xlsx")
    assert fetched.headers["Content-Disposition"].endswith('errors.xlsx"')
    rows, remarks = texts_of(fetched.data)
    assert rows == [
        HEADER.split(","),
        ["cases", "2", cinema, "no_such", "2026-03-02"],
        ["cases", "=1+2", cinema, "penalty_fine", "2026-03-04"],
    ]
    assert [(line[0], line[1]) for line in remarks[1:]] == [("3", "/code"), ("5", "/source_ref")]
    shown = load_workbook(BytesIO(fetched.data)).worksheets[0]
    assert [cell.coordinate for row in shown.iter_rows() for cell in row if cell.fill.fill_type] == ["D2", "B3"]
    assert shown["B3"].data_type == "s"
    shown["D2"].value, shown["B3"].value = "penalty_fine", "3"
    mended = BytesIO()
    shown.parent.save(mended)  # type: ignore[union-attr] # the workbook that it came from
    again = worked_off(assembly, upload(handler, mended.getvalue(), "mended.xlsx"))
    assert ("所有行都已收下" in handler.get(again).text, stored(assembly)) == (True, 3)


@pytest.mark.parametrize("code", MADE_TO_HARM)
def test_a_workbook_made_to_harm_is_refused_on_the_form(
    staff: Staff, assembly: web.Assembly, cinema: str, code: str
) -> None:
    refused = upload(staff("handler"), MADE_TO_HARM[code](), "records.xlsx")
    assert (refused.status_code, 'class="refusal"' in refused.text) == (422, True)
    assert Problem(code).text("zh").title in refused.text
    with assembly.database.reader() as session:
        assert session.scalar(text("SELECT count(*) FROM bulk_chunk")) == 0
    assert cinema


def test_json_is_no_table_to_write_a_workbook_of(staff: Staff, assembly: web.Assembly, cinema: str) -> None:
    handler = staff("handler")
    page = worked_off(assembly, upload(handler, b'{"source":1}\n', "records.jsonl"))
    assert handler.get(f"{page}/errors.xlsx").status_code == 409
    assert "errors.xlsx" not in handler.get(page).text
    assert cinema


def test_my_files_are_listed_with_how_far_each_has_come(staff: Staff, assembly: web.Assembly, cinema: str) -> None:
    handler, other = staff("handler"), staff("handler", login="other")
    assert "还没有上传过文件" in handler.get("/console/evidence/files").text
    first = worked_off(assembly, upload(handler, f"{HEADER}\ncases,1,{cinema},penalty_fine,2026-03-01\n".encode()))
    second = upload(handler, f"{HEADER}\ncases,2,{cinema},penalty_fine,2026-03-01\n".encode()).location
    shown = handler.get("/console/evidence/files").text
    assert shown.index(f'"{second}"') < shown.index(f'"{first}"')
    assert ("等待核对" in shown, "已完成" in shown) == (True, True)
    assert "还没有上传过文件" in other.get("/console/evidence/files").text
    assert staff("inspector").get("/console/evidence/files").status_code == 403


def test_the_list_of_files_goes_on_page_by_page(staff: Staff, cinema: str) -> None:
    handler = staff("handler")
    sent = [upload(handler, f"{HEADER}\ncases,{n},{cinema},x,2026-03-01\n".encode()).location for n in range(26)]
    first = handler.get("/console/evidence/files").text
    (following,) = re.findall(r'rel="next" href="([^"]*)"', first)
    assert f'"{sent[0]}"' not in first
    assert f'"{sent[0]}"' in handler.get(following.replace("&amp;", "&")).text
