"""Files to rows: encodings, packing, tables, and everything that is wrong with a file."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from service.register.intake import FileFlaw, Flaw, Limits, read_rows
from service.register.intake.streams import lines_of, text_of

TABLE = "统一社会信用代码,名称,门类,自然人,attributes.floor,上级主体\nown:1,示例网吧,net_cafe||2020-01-01,否,2,\n"
SMALL = Limits(bytes=200_000, expansion=20, expansion_from=1_000, line=5_000, columns=20, rows=50)


def rows(
    content: bytes, file_format: str = "csv", limits: Limits = SMALL
) -> list[tuple[int, dict[str, object] | Flaw]]:
    return list(read_rows(io.BytesIO(content), file_format, limits))


def refused(content: bytes, file_format: str = "csv", limits: Limits = SMALL) -> tuple[str, int | None]:
    with pytest.raises(FileFlaw) as flaw:
        rows(content, file_format, limits)
    return flaw.value.code, flaw.value.row


def workbook(*lines: tuple[object, ...]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for line in lines:
        book.active.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


ENTRY = {
    "key": "own:1",
    "name": "示例网吧",
    "kinds": [{"kind": "net_cafe", "valid_from": "2020-01-01"}],
    "natural_person": False,
    "attributes": {"floor": "2"},
    "parent": None,
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_table_reads_the_same_in_every_encoding_packed_or_not(encoding: str, *, packed: bool) -> None:
    content = TABLE.encode(encoding)
    assert rows(gzip.compress(content) if packed else content) == [(2, ENTRY)]


def test_a_damaged_utf8_file_is_not_taken_for_another_encoding() -> None:
    content = "key,name\nown:1,示例文化传播有限公司\nown:2,示例".encode() + b"\xc4\xe3\n"
    assert refused(content) == ("import_wrong_encoding", 3)


def test_gzip_members_one_after_another_are_one_file() -> None:
    content = TABLE.encode()
    assert rows(gzip.compress(content[:50]) + gzip.compress(content[50:])) == [(2, ENTRY)]


def test_digest_and_size_are_those_of_the_file_as_it_came() -> None:
    content = gzip.compress(TABLE.encode(), mtime=0)
    reading = read_rows(io.BytesIO(content), "csv")
    list(reading)
    assert reading.bytes_read == len(content)
    assert len(reading.digest) == 64


def test_ndjson_rows_are_objects_or_say_why_not() -> None:
    content = b'{"key":"own:1"}\n\n[1]\n{"key":\n{"key":"own:2"}'
    assert rows(content, "ndjson") == [
        (1, {"key": "own:1"}),
        (3, Flaw("", "import_row_not_an_object")),
        (4, Flaw("", "import_row_not_json")),
        (5, {"key": "own:2"}),
    ]


def test_a_workbook_reads_like_a_table_with_numbers_days_and_truth_as_typed() -> None:
    content = workbook(
        ("key", "name", "established_on", "natural_person", "attributes.floor", None),
        ("own:1", "示例", date(2020, 2, 29), True, 2.0),
        (None, None, None, None, None),
        ("own:2", "示例二", "2020-01-01", "否", 3),
    )
    first = {"key": "own:1", "name": "示例", "established_on": "2020-02-29", "natural_person": True}
    second = {"key": "own:2", "name": "示例二", "established_on": "2020-01-01", "natural_person": False}
    assert rows(content, "xlsx") == [
        (2, {**first, "attributes": {"floor": "2"}}),
        (4, {**second, "attributes": {"floor": "3"}}),
    ]


def test_a_formula_in_a_workbook_is_a_flaw_of_its_row_and_column() -> None:
    content = workbook(("key", "name"), ("own:1", "=A1"), ("own:2", "好"))
    assert rows(content, "xlsx") == [
        (2, Flaw("/name", "import_xlsx_formula", {"column": 2})),
        (3, {"key": "own:2", "name": "好"}),
    ]


def test_an_empty_cell_says_nothing_of_what_every_entity_has_and_clears_the_rest() -> None:
    content = b"key,name,status,established_on,kinds,attributes,parent\nown:1,,,,,,\n"
    assert rows(content) == [
        (2, {"key": "own:1", "established_on": None, "kinds": [], "attributes": {}, "parent": None})
    ]


def test_what_cannot_be_read_as_its_type_stays_as_it_is_for_the_checker() -> None:
    content = b"key,natural_person,kinds,attributes\nown:1,perhaps,a|b|c|d|e,floor\n"
    assert rows(content) == [
        (2, {"key": "own:1", "natural_person": "perhaps", "kinds": "a|b|c|d|e", "attributes": "floor"})
    ]


def test_several_licences_and_attributes_stand_in_one_cell() -> None:
    content = b"key,kinds,attributes,attributes.c\nown:1,a|n1|2020-01-01|2021-01-01; b||2022-01-01,x=1;y=2,3\n"
    assert rows(content)[0][1] == {
        "key": "own:1",
        "kinds": [
            {"kind": "a", "licence_no": "n1", "valid_from": "2020-01-01", "valid_to": "2021-01-01"},
            {"kind": "b", "valid_from": "2022-01-01"},
        ],
        "attributes": {"x": "1", "y": "2", "c": "3"},
    }


def test_a_row_of_another_length_is_a_flaw_and_the_next_is_read() -> None:
    assert rows(b"key,name\nown:1\nown:2,b\n") == [
        (2, Flaw("", "import_column_count", {"expected": 2, "found": 1})),
        (3, {"key": "own:2", "name": "b"}),
    ]


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"", "import_empty_file", None),
        (b"name\nx\n", "import_no_key_column", 1),
        (b"key,colour\n", "import_unknown_column", 1),
        (b"key,uscc\n", "import_duplicate_column", 1),
        (b"key," + b",".join(b"attributes.a%d" % n for n in range(20)), "import_too_many_columns", 1),
        (b"key,name\nown:1,a\0b\n", "import_nul_byte", 2),
        (b"key,name\nown:1,\xff\xff\n", "import_wrong_encoding", 2),
        ("key,name\nown:1,名\n".encode() + b"own:2,\xff\n", "import_wrong_encoding", 3),
        ("key,name\nown:1,名\n".encode()[:-2], "import_wrong_encoding", 2),
        ("key\nown:1\n".encode("utf-16"), "import_wrong_encoding", 1),
        (b"key,name\nown:1," + b"x" * 6_000 + b"\n", "import_line_too_long", 2),
        (b'key,name\nown:1,"a"b\n', "import_csv_malformed", 2),
        (b'key,name\nown:1,"a\n', "import_csv_malformed", 2),
        (b"key\n" + b"own:1\n" * 51, "import_too_many_rows", 52),
        (b"key\n" + b"own:1\n" * 40_000, "import_file_too_large", None),
        (gzip.compress(b"key\n" + b"own:1\n" * 20_000), "import_gzip_bomb", None),
        (gzip.compress(TABLE.encode())[:-9], "import_gzip_damaged", None),
        (gzip.compress(TABLE.encode()) + b"more", "import_gzip_damaged", None),
    ],
)
def test_each_broken_file_has_a_code_of_its_own(content: bytes, code: str, row: int | None) -> None:
    limits = SMALL if code == "import_too_many_rows" else Limits(200_000, 20, 1_000, 5_000, 20, 100_000)
    assert refused(content, limits=limits) == (code, row)


def test_a_quote_that_never_closes_is_not_read_into_memory() -> None:
    content = b'key,name\nown:1,"' + b"line\n" * 100_000
    assert refused(content, limits=Limits())[0] == "import_field_too_large"


def test_a_workbook_that_is_none_or_grows_too_much_is_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 100_000)
    assert refused(b"PK but no archive", "xlsx") == ("import_xlsx_damaged", None)
    assert refused(bomb.getvalue(), "xlsx") == ("import_gzip_bomb", None)
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", b"no workbook")
    assert refused(empty.getvalue(), "xlsx") == ("import_xlsx_damaged", None)


def test_a_line_without_end_is_given_up_at_the_limit_not_at_the_end_of_the_file() -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"x" * 1_000

    with pytest.raises(FileFlaw, match="import_line_too_long"):
        list(lines_of(text_of(endless()), SMALL))
    assert read == 6


@settings(max_examples=200)
@given(
    content=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    size=st.integers(1, 7),
    marked=st.booleans(),
)
def test_text_cut_anywhere_reads_as_the_whole(content: str, size: int, *, marked: bool) -> None:
    encoded = content.encode("utf-8-sig" if marked else "utf-8")
    if not marked and content.startswith("\ufeff"):
        content = content[1:]
    blocks = [encoded[i : i + size] for i in range(0, len(encoded), size)] if size > 2 else [encoded]
    assert "".join(text_of(blocks)) == content
    assert "".join(lines_of(text_of([encoded]), Limits())) == content
