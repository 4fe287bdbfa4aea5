"""A file of records in the console: sent, watched, its refused rows fetched, put right and sent again."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.evidence import work_off
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from service.platform import web
    from tests.console.conftest import Browser

    Staff = Callable[..., Browser]

NEW = "/console/evidence/files/new"
HEADER = "source,source_ref,entity,code,decided_on"


@pytest.fixture
def cinema(assembly: web.Assembly) -> str:
    town.found(assembly.database)
    (number,) = town.people(assembly.database, 1)
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
