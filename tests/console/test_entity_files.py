"""A file of entities in the console: checked alone, read in, what is wrong told row by row."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from tests.builders.workbooks import workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from service.platform import web
    from tests.console.conftest import Browser

    Staff = Callable[..., Browser]

NEW = "/console/entities/files/new"
HEADER = ("公共编码", "名称", "监管部门", "行政区划")
GOOD = ("own:1", "示例影城", "bj-culture", "110105")
WRONG = ("own:2", "示例网吧", "no-such", "110105")


def upload(who: Browser, content: bytes, name: str = "entities.xlsx", **typed: str) -> TestResponse:
    """Send a file by the form, as a browser does."""
    shown = who.get(NEW)
    hidden = {name: re.search(f'name="{name}" value="([^"]*)"', shown.text)[1] for name in ("csrf", "once")}  # type: ignore[index] # a page without a form is a fault
    data = {**hidden, "mode": "all_or_nothing", "step": "store", **typed, "file": (BytesIO(content), name)}
    return who.client.post(NEW, headers=who.headers, data=data)


def entities(assembly: web.Assembly) -> int:
    with assembly.database.reader() as session:
        return int(session.execute(text("SELECT count(*) FROM entity")).scalar_one())


def test_a_file_is_checked_first_and_then_read_in(staff: Staff, assembly: web.Assembly) -> None:
    handler = staff("handler")
    before = entities(assembly)
    checked = handler.get(upload(handler, workbook(HEADER, GOOD), step="check").location)
    assert ("仅核对，未导入" in checked.text, "没有发现问题" in checked.text, entities(assembly)) == (
        True,
        True,
        before,
    )
    stored = handler.get(upload(handler, workbook(HEADER, GOOD)).location)
    assert ("所有行都已导入" in stored.text, entities(assembly)) == (True, before + 1)
    again = handler.get(upload(handler, workbook(HEADER, GOOD)).location)
    assert ("没有变化" in again.text, entities(assembly)) == (True, before + 1)


@pytest.mark.parametrize(
    ("mode", "more", "said"), [("all_or_nothing", 0, "整个文件没有导入"), ("keep_good", 1, "其余")]
)
def test_what_is_wrong_is_told_row_by_row(
    staff: Staff, assembly: web.Assembly, mode: str, more: int, said: str
) -> None:
    handler = staff("handler")
    before = entities(assembly)
    sent = upload(handler, workbook(HEADER, GOOD, WRONG), mode=mode)
    report = handler.get(sent.location)
    assert (said in report.text, "/authority" in report.text, entities(assembly) - before) == (True, True, more)
    listed = handler.get(f"{sent.location}/errors.csv")
    assert "3,/authority" in listed.data.decode("utf-8-sig")
    shown = handler.get("/console/entities/files").text
    assert f'href="{sent.location}"' in shown
    assert staff("handler", login="other").get("/console/entities/files").text.count("/console/entities/files/") == 1


@pytest.mark.parametrize(("content", "name"), [(b"", "a.csv"), (b"%PDF", "a.pdf"), (b"no zip", "a.xlsx"), (b"", "")])
def test_what_is_no_file_of_entities_is_refused_on_the_form(
    staff: Staff, assembly: web.Assembly, content: bytes, name: str
) -> None:
    handler = staff("handler")
    before = entities(assembly)
    refused = upload(handler, content, name)
    assert (refused.status_code, 'class="refusal"' in refused.text, entities(assembly)) == (422, True, before)


def test_english_is_whole_and_who_may_not_sees_nothing(staff: Staff) -> None:
    handler = staff("handler", language="en")
    assert "All rows were imported." in handler.get(upload(handler, workbook(HEADER, GOOD)).location).text
    auditor = staff("auditor")
    assert auditor.get(NEW).status_code == 403
    assert NEW not in auditor.get("/console/entities").text


def test_refused_rows_are_fetched_put_right_and_sent_again(staff: Staff, assembly: web.Assembly) -> None:
    handler = staff("handler")
    before = entities(assembly)
    repeated = ("own:3", "示例书店", "bj-culture", "999999")
    page = handler.get(upload(handler, workbook(HEADER, GOOD, WRONG, repeated), mode="keep_good").location)
    at = page.request.path
    assert f'href="{at}/errors.xlsx"' in page.text
    rows = handler.get(f"{at}/refused-rows").data.decode("utf-8-sig").splitlines()
    assert rows == [",".join(line) for line in (HEADER, WRONG, repeated)], "those alone, as they were sent"
    book = handler.get(f"{at}/errors.xlsx")
    first, second = load_workbook(BytesIO(book.data)).worksheets
    assert [[cell.value for cell in row] for row in first.iter_rows()] == [list(HEADER), list(WRONG), list(repeated)]
    coloured = [cell.value for row in first.iter_rows() for cell in row if cell.fill.patternType == "solid"]
    assert coloured == ["no-such", "999999"]
    assert [row[1].value for row in second.iter_rows()][1:] == ["/authority", "/region"]
    first["C2"].value, first["D3"].value = "bj-culture", "110105"
    mended = BytesIO()
    first.parent.save(mended)
    assert "所有行都已导入" in handler.get(upload(handler, mended.getvalue(), mode="keep_good").location).text
    assert entities(assembly) == before + 3
    stranger = staff("handler", login="far", authority="bj-culture-110118", regions=["110118"])
    assert stranger.get(f"{at}/refused-rows").status_code == 404
    good = handler.get(upload(handler, workbook(HEADER, GOOD)).location).request.path
    assert handler.get(f"{good}/refused-rows").status_code == 404


def test_lines_of_json_come_back_as_they_were_and_no_citizen_s_number_is_kept(
    staff: Staff, assembly: web.Assembly
) -> None:
    handler = staff("handler")
    lines = ['{"key": "own:1", "name": 5}', "no json", '{"key": "own:2", "name": "甲", "authority": "bj-culture"}']
    page = handler.get(upload(handler, "\n".join(lines).encode(), "entities.ndjson", mode="keep_good").location)
    at = page.request.path
    assert f"{at}/errors.xlsx" not in page.text
    sent = handler.get(f"{at}/refused-rows").data.decode().splitlines()
    assert sent[:2] == lines[:2]
    assert handler.get(f"{at}/errors.xlsx").status_code == 409
    number = "11010519491231002X"
    person = (f"own:{number}", "王某", "bj-culture", "110105", "是")
    page = handler.get(upload(handler, workbook((*HEADER, "natural_person"), person)).location)
    assert number not in handler.get(f"{page.request.path}/refused-rows").data.decode()
    assert "王某" in handler.get(f"{page.request.path}/refused-rows").data.decode()
    upload(handler, f'{{"key": "own:{number}", "name": "王某", "natural_person": true}}'.encode(), "a.ndjson")
    with assembly.database.reader() as session:
        kept = session.execute(text("SELECT string_agg(cells::text, '') FROM entity_import_row")).scalar_one()
    assert number not in kept
