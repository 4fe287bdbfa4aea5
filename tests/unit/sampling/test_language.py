"""The language of draw documents refuses every second way of writing the same thing, and says where."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.canonical import canonical
from scoring.sampling.language import DEEPEST, DocumentError, read


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "P-JSON"),
        (b"[1]", "P-JSON"),
        (b'{"a":null}', "P-JSON"),
        (b'{"a":1', "P-JSON"),
        (b'{"a":"\xff"}', "P-JSON"),
        (b"\xef\xbb\xbf{}", "P-JSON"),
        (b'{"a":1,"a":1}', "P-DUPLICATE"),
        (b'{"A":1}', "P-KEY"),
        (b'{"\\u0061":1}', "P-BYTES"),
        (b'{"a b":1}', "P-KEY"),
        (b'{"a":1.5}', "P-NUMBER"),
        (b'{"a":2.0}', "P-NUMBER"),
        (b'{"a":1e3}', "P-NUMBER"),
        (b'{"a":-0}', "P-NUMBER"),
        (b'{"a":9007199254740992}', "P-NUMBER"),
        (b'{"a":-9007199254740992}', "P-NUMBER"),
        (b'{"a":NaN}', "P-NUMBER"),
        (b'{"a":1' + b"0" * 5000 + b"}", "P-NUMBER"),
        (b'{"a": 1}', "P-BYTES"),
        (b'{"a":1}\n', "P-BYTES"),
        (b'{"b":1,"a":1}', "P-BYTES"),
        (b'{"a":"\\u0066"}', "P-BYTES"),
        (b'{"a":"\\/"}', "P-BYTES"),
        (b'{"a":"\\\\"}', "P-TEXT"),
        (b'{"a":"\\n"}', "P-TEXT"),
        (b'{"a":"\n"}', "P-TEXT"),
        (b'{"a":"\\ud800"}', "P-TEXT"),
        ('{"a":"e\u0301"}'.encode(), "P-TEXT"),
        ('{"a":"\u200b"}'.encode(), "P-TEXT"),
        ('{"a":"\u202e"}'.encode(), "P-TEXT"),
        ('{"a":"\ufeff"}'.encode(), "P-TEXT"),
        (b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1), "P-LIMIT"),
        (b'{"a":' + b"[" * 100_000, "P-LIMIT"),
    ],
)
def test_other_bytes_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as refused:
        read(data)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b'{"a":"say \\"yes\\""}',
        '{"a":"信监","b":[1,-1,true,false,""]}'.encode(),
        b'{"a":9007199254740991}',
        b'{"a":' * DEEPEST + b"1" + b"}" * DEEPEST,
    ],
)
def test_canonical_bytes_are_read(data: bytes) -> None:
    assert canonical(read(data)) == data


def test_the_place_of_a_bad_text_is_told() -> None:
    with pytest.raises(DocumentError) as refused:
        read('{"a":[1,{"b":"\u200b"}]}'.encode())
    assert refused.value.pointer == "/a/1/b"


DOCUMENTS = st.recursive(
    st.integers() | st.text(max_size=5) | st.booleans() | st.none() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_what_is_read_says_the_same_to_every_reader(value: object) -> None:
    """Whatever is accepted means to a lax parser what it means to the strict one, and is written in one way only."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8", "surrogatepass")
    try:
        found = read(data)
    except DocumentError:
        return
    assert found == json.loads(data)
    assert canonical(found) == data


def test_one_key_twice_among_many_is_found_without_looking_at_each_pair() -> None:
    keys = ",".join(f'"a{n}":1' for n in range(100_000))
    with pytest.raises(DocumentError) as refused:
        read(f'{{{keys},"a99999":1}}'.encode())
    assert refused.value.code == "P-DUPLICATE"
