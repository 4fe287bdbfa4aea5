"""Codes of entities: what is refused, what is only unverified, what is right."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as peer

from scoring.kernel.codes import (
    USCC_ALPHABET,
    CodeError,
    organisation_check,
    own_number,
    public_key,
    registration_check,
    registration_number,
    unified_check,
    unified_code,
)


def real_file(name: str) -> Path:
    here = Path(__file__).resolve()
    for folder in here.parents:
        if (folder / "shared" / "data" / name).exists():
            return folder / "shared" / "data" / name
    pytest.skip(f"the folder of sample data is not here: {name}")


def code_of(refused: pytest.ExceptionInfo[CodeError]) -> str:
    assert refused.value.zh
    assert refused.value.en
    return refused.value.code


def test_real_codes_are_verified_and_mutated_ones_are_refused_or_unverified() -> None:
    with real_file("uscc_sample.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 80
    for row in rows:
        if row["valid"] == "1":
            assert unified_code(row["code"]).verified, row
        elif row["why"] in {"19 characters", "17 characters"}:
            with pytest.raises(CodeError) as refused:
                unified_code(row["code"])
            assert code_of(refused) == "uscc_length"
        else:
            try:
                verified = unified_code(row["code"]).verified
            except CodeError as error:
                assert error.code == "uscc_alphabet"  # noqa: PT017 either way of refusing is right here
            else:
                assert not verified, row


@pytest.mark.parametrize(
    "code",
    ["91110000101623741K", "911101066976941872", "91110000600037341L", "11120000MB1529459B", "11330283002980874G"],
)
def test_codes_seen_in_use_are_verified(code: str) -> None:
    assert str(public_key(code)) == f"uscc:{code}"
    assert public_key(f"uscc:{code.lower()} ").verified


def test_a_code_in_use_that_fails_its_check_is_unverified_not_refused() -> None:
    assert not unified_code("91350211M0000XUF46").verified


def complete(first8: str, organisation8: str) -> str:
    first17 = first8 + organisation8 + organisation_check(organisation8)
    return first17 + unified_check(first17)


organisations = st.text(USCC_ALPHABET, min_size=8, max_size=8)
beginnings = st.builds(
    "{}{}{:06d}".format, st.sampled_from("123456789ANY"), st.sampled_from(USCC_ALPHABET), st.integers(0, 999_999)
)


@given(beginnings, organisations)
def test_every_completed_code_is_verified(first8: str, organisation8: str) -> None:
    assert unified_code(complete(first8, organisation8)).verified


@given(beginnings, organisations, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_replaced_character_is_never_verified(first8: str, organisation8: str, at: int, other: str) -> None:
    code = complete(first8, organisation8)
    changed = code[:at] + other + code[at + 1 :]
    if changed == code:
        return
    try:
        assert not unified_code(changed).verified
    except CodeError as error:
        assert error.code == "uscc_alphabet"  # noqa: PT017 either way of refusing is right here


@given(st.integers(10_000_000, 99_999_999), organisations)
def test_we_agree_with_the_known_library_where_it_applies(first8: int, organisation8: str) -> None:
    code = complete(str(first8), organisation8)
    assert peer.is_valid(code)
    assert unified_code(code).verified


@pytest.mark.parametrize("first", "ANY")
def test_departments_that_the_known_library_refuses_are_right(first: str) -> None:
    code = complete(first + "2330282", "MA284LBQ")
    assert not peer.is_valid(code)
    assert unified_code(code).verified


def test_a_sum_without_remainder_is_written_zero() -> None:
    assert unified_check("0" * 17) == "0"
    assert organisation_check("0" * 8) == "0"
    assert organisation_check("00000003") != "X"
    assert organisation_check("00000006") == "X"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("uscc:9111", "uscc_length"),
        ("", "uscc_length"),
        ("91330212MACJDE1YSY", "uscc_alphabet"),
        ("B1330212MACJDE1YXY", "uscc_alphabet"),
        ("9133021AMACJDE1YXY", "uscc_alphabet"),
        ("９1330212MACJDE1YXY", "uscc_alphabet"),
        ("reg:12345", "registration_number_form"),
        ("reg:1100001234567x5", "registration_number_form"),
        ("own:", "own_number_form"),
        ("own:-a", "own_number_form"),
        ("own:" + "a" * 65, "own_number_form"),
        ("own:a b", "own_number_form"),
        ("tax:1", "code_scheme_unknown"),
    ],
)
def test_a_malformed_code_is_refused_by_its_own_code(text: str, code: str) -> None:
    with pytest.raises(CodeError) as refused:
        public_key(text)
    assert code_of(refused) == code


@given(st.text(max_size=24))
def test_any_text_is_a_key_or_refused_and_a_key_reads_itself_again(text: str) -> None:
    try:
        key = public_key(text)
    except CodeError:
        return
    assert public_key(str(key)) == key


def test_a_registration_number_of_fifteen_digits_carries_a_check_digit() -> None:
    first14 = "11000012345678"
    right = first14 + registration_check(first14)
    assert registration_number(right).verified
    assert not registration_number(first14 + str((int(right[-1]) + 1) % 10)).verified
    assert registration_number("1100001234567").verified


def test_an_own_number_keeps_its_case() -> None:
    assert str(own_number(" FHRS-12_a.b ")) == "own:FHRS-12_a.b"
