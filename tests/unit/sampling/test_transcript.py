"""Files of a draw: what the public view must not hold, what masks keep, what builders refuse, every certificate."""

from collections.abc import Iterator
from functools import cache

import pytest

from scoring.kernel.canonical import canonical
from scoring.kernel.errors import LawError
from scoring.sampling import transcript
from scoring.sampling.certificate import certificate
from scoring.sampling.outcome import ROOTS
from scoring.sampling.verify import verify
from scoring.sampling.views import seen
from tests.builders.draws import material as m
from tests.builders.draws.features import closed, numbers
from tests.builders.draws.making import Facts, Made

LISTS = ("frame", "roster", *ROOTS)


@cache
def made() -> Made:
    """A draw by announced numbers: its verification needs no pairing."""
    return Made(numbers())


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("shown", [*LISTS, "all", "nothing"])
def test_a_public_view_keeps_every_root_and_never_the_key_of_the_salts(shown: str) -> None:
    public = transcript.public(made().full(), lambda name, _: shown in {name, "all"})
    assert m.SALT_KEY.hex() not in set(texts(public))
    full = {name: seen(made().full())[0].root(name) for name in LISTS}
    assert {name: seen(public)[0].root(name) for name in LISTS} == full
    assert verify(canonical(public)).passes()


def test_nothing_of_a_row_that_is_not_shown_can_be_read() -> None:
    public = transcript.public(made().full(), lambda name, _: name in {"drawn", "teams"})
    drawn = {code for (code,) in made().outcomes[0].rows["drawn"]}
    others = {row.code for row in m.entities()} - drawn
    assert others
    assert not others & set(texts(public["parts"]))
    assert public["parts"][0]["avoid"] == []


def test_recusals_are_shown_of_the_entities_asked_for_alone() -> None:
    public = transcript.public(made().full(), lambda name, row: name != "avoid" or row[0] == "E001")
    assert [row[:3] for row in public["parts"][0]["avoid"]] == [["E001", ["P001"], ["P002", "P003"]]]
    assert verify(canonical(public)).verdict("F-AVOID") == "UNSEEN"


def test_the_secret_stays_out_of_the_public_view_where_rows_are_never_open() -> None:
    never = transcript.public(Made(closed()).full(), lambda *_: True)
    assert m.SECRET.hex() not in set(texts(never))
    assert transcript.public(made().full(), lambda *_: False)["secret"] == m.SECRET.hex()


@pytest.mark.parametrize("opened", [True, False], ids=["opened", "before opening"])
def test_every_entity_has_a_certificate_that_holds(*, opened: bool) -> None:
    public = transcript.public(made().full(), lambda *_: True)
    drawn = {code for (code,) in made().outcomes[0].rows["drawn"]}
    for row in made().frozen[0].frame:
        told = certificate(public, "P1", row.code, opened=opened)
        report = verify(canonical(told))
        assert report.passes(), (row.code, report.failed())
        assert bool(told["drawn"]) == (opened and row.code in drawn)
        assert report.verdict("S-DRAWN") == ("PASS" if opened else "UNSEEN")
        assert not {each.code for each in m.entities()} - {row.code} & set(texts(told))


def test_a_certificate_with_another_row_s_path_or_place_is_refused() -> None:
    public = transcript.public(made().full(), lambda *_: True)
    one, other = (certificate(public, "P1", code, opened=False) for code in ("E001", "E002"))
    assert "F-ROOT" in verify(canonical({**one, "row": {**one["row"], "path": other["row"]["path"]}})).failed()
    assert "F-ROOT" in verify(canonical({**one, "row": {**one["row"], "index": 1}})).failed()


@pytest.mark.parametrize(("part", "code"), [("P1", "E999"), ("P9", "E001")])
def test_an_entity_that_is_not_there_has_no_certificate(part: str, code: str) -> None:
    with pytest.raises(LawError) as refused:
        certificate(made().full(), part, code, opened=True)
    assert refused.value.code == "entity_not_in_frame"


def test_a_wrong_value_of_a_witness_is_refused_and_a_late_one_is_missing() -> None:
    with pytest.raises(LawError) as refused:
        transcript.closing(made().commitment, {"NO-01": bytes(32)}, 1)
    assert refused.value.code == "witness_value_wrong"
    late = transcript.closing(made().commitment, {"NO-02": m.WITNESS_VALUE}, 1)
    assert (late["missing"], [each["witness"] for each in late["reveals"]]) == (["NO-01"], ["NO-02"])


def test_entries_of_the_beacon_that_differ_are_refused() -> None:
    values: list[Facts] = [{"kind": "balls", "name": "welfare", "values": [1, 2]}]
    other: list[Facts] = [{**values[0], "values": [2, 1]}]
    entered: list[Facts] = [{"by": "OP-03", "at": 1, "values": values}, {"by": "OP-04", "at": 1, "values": other}]
    with pytest.raises(LawError) as refused:
        transcript.entropy(made().closing, entered)
    assert refused.value.code == "entropy_entries_differ"
    assert transcript.entropy(made().closing, entered[:1])["values"] == values
