"""What the program says of a fault: in both languages, with its code and the place at fault."""

from service.cli.faults import sentences
from service.platform import Problem


def test_the_place_at_fault_stands_beside_the_code() -> None:
    zh, en = sentences(Problem("encryption_key_missing", pointer="/starts_on"))
    assert zh.endswith("(encryption_key_missing /starts_on)")
    assert en.endswith("(encryption_key_missing /starts_on)")


def test_where_there_is_no_place_the_code_stands_alone() -> None:
    assert [line.endswith("(encryption_key_missing)") for line in sentences(Problem("encryption_key_missing"))] == [
        True,
        True,
    ]
