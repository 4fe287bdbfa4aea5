"""Workbooks of records are read as the CSV that they would be, row for row."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from service.evidence.bulk.limits import Limits
from service.evidence.bulk.workbook import csv_of, without_formulas
from service.evidence.intake.checker import Fault
from service.platform import Problem
from tests.builders.workbooks import MADE_TO_HARM, with_part, with_sheet, workbook

HEADER = ("source", "source_ref", "decided_on")


def csv_text(book: bytes) -> list[str]:
    return b"".join(csv_of(io.BytesIO(book), Limits())).decode().splitlines()


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_days_are_read_as_they_are_shown_whether_counted_from_1900_or_1904_or_typed(epoch: datetime | None) -> None:
    midnight = datetime(2026, 3, 2)  # noqa: DTZ001 -- as workbooks have them
    book = workbook(HEADER, ("a", 1, date(2026, 3, 1)), ("b", 2.0, midnight), ("c", 2.5, "2026-03-03"), epoch=epoch)
    assert csv_text(book) == [
        "source,source_ref,decided_on",
        "a,1,2026-03-01",
        "b,2,2026-03-02",
        "c,2.5,2026-03-03",
    ]


def test_a_number_without_the_format_of_a_day_stays_a_number() -> None:
    assert csv_text(workbook(HEADER, ("a", 1, 46082)))[1] == "a,1,46082"


def test_every_row_keeps_the_number_that_the_sheet_shows() -> None:
    book = workbook(
        (" source ", "source_ref", "decided_on", None),
        ("a\nb", "1", "x\r\ny"),
        (None, None, None),
        ("c", None, None),
        ("d", "2", "3", None, "beyond"),
    )
    assert csv_text(book) == ["source,source_ref,decided_on", "a b,1,x y", "", "c,,", "d,2,3,,beyond"]


def test_a_formula_is_no_value_and_its_row_says_so() -> None:
    (_, row) = csv_text(workbook(HEADER, ("a", "=1+1", '=CONCAT("2026","-03-01")')))
    assert row.startswith("a,=1+1,")
    body = without_formulas(dict)
    assert body({"source": "a", "changes.value": "=1+1"}) == Fault(
        "/changes/value", "import_xlsx_formula", {"column": 2}
    )
    assert body({"source": "a", "reason": "1=1"}) == {"source": "a", "reason": "1=1"}


@pytest.mark.parametrize("code", MADE_TO_HARM)
def test_what_is_made_to_harm_is_refused_by_its_own_code(code: str) -> None:
    with pytest.raises(Problem) as refused:
        csv_text(MADE_TO_HARM[code]())
    assert refused.value.code == code


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Problem) as refused:
        csv_text(content)
    assert refused.value.code == "import_xlsx_damaged"


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (
            "[Content_Types].xml",
            b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override/></Types>',
        ),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/_rels/workbook.xml.rels", b"<x/>"),
    ],
)
def test_a_workbook_whose_parts_lack_what_they_must_have_is_refused(part: str, content: bytes) -> None:
    with pytest.raises(Problem) as refused:
        csv_text(with_part(workbook(HEADER), part, content))
    assert refused.value.code == "import_xlsx_damaged"


def test_an_ordinary_row_of_as_many_columns_as_are_read_is_taken() -> None:
    row = "<row>" + '<c r="" s="1" t="str"><v>x</v></c>'.replace(' r=""', "") * 200 + "</row>"
    (header, _) = csv_text(with_sheet(row * 2))
    assert header == ",".join("x" * 200)


def test_the_row_of_too_many_columns_is_told() -> None:
    said: dict[str, Any] = {}
    try:
        csv_text(workbook(HEADER, ("x",) * 201))
    except Problem as refused:
        said = refused.params
    assert said == {"row": 2, "limit": 200}
