"""A name is found however it was written: traditional, full width, by its sounds, by a part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.register.names import bigrams, keys_of, search_key, trigrams


@pytest.mark.parametrize(
    "written",
    [
        "北京市朝阳区示例文化传播有限公司（一）",
        "北京市朝陽區示例文化傳播有限公司(一)",
        " 北京市 朝阳区·示例文化传播有限公司「一」",
    ],
)
def test_every_way_of_writing_one_name_has_one_key(written: str) -> None:
    assert search_key(written) == "北京市朝阳区示例文化传播有限公司一"


def test_full_width_letters_and_case_do_not_matter() -> None:
    assert search_key("Ｘｉｎ－Ｊｉａｎ ＫＴＶ") == search_key("xin-jian ktv") == "xinjianktv"


@pytest.mark.parametrize(("written", "key"), [("乾隆酒店", "乾隆酒店"), ("餅乾店", "饼干店"), ("蘋果園", "苹果园")])
def test_what_a_character_stands_for_its_neighbours_tell(written: str, key: str) -> None:
    assert search_key(written) == key


def test_the_key_of_every_chinese_character_is_its_own_key() -> None:
    blocks = (range(0x2E80, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x323B0))
    keys = [search_key(chr(number)) for block in blocks for number in block]
    assert [key for key in keys if search_key(key) != key] == []


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("朝阳区", "chaoyangqu", "cyq"),
        ("重庆银行", "chongqingyinhang", "cqyh"),
        ("大栅栏书店", "dashilanshudian", "dslsd"),
        ("绿色网吧A1", "lvsewangbaa1", "lswba1"),
        ("𠮷野家", "𠮷yejia", "𠮷yj"),
    ],
)
def test_pinyin_reads_phrases_before_characters(name: str, pinyin: str, initials: str) -> None:
    keys = keys_of(name)
    assert (keys.pinyin, keys.initials) == (pinyin, initials)


def test_grams_are_pairs_of_neighbours_characters_and_runs_of_letters() -> None:
    assert keys_of("书店A1").grams == [
        *("书店", "店a", "a1", "书", "店"),
        *("shu", "hud", "udi", "dia", "ian", "ana", "na1", "a1$"),
        *(".sda", ".da1", ".a1$"),
    ]


def test_a_letter_alone_is_found_by_nothing() -> None:
    assert trigrams("ab") == []
    assert keys_of("A").grams == ["a"]


def test_a_name_of_one_character_is_its_own_gram() -> None:
    assert bigrams("店") == ["店"]
    assert bigrams("") == []


@given(st.text(max_size=40), st.text(max_size=8), st.text(max_size=40))
def test_whatever_part_of_a_key_is_asked_for_its_grams_are_among_the_names(before: str, part: str, after: str) -> None:
    keys = keys_of(before + part + after)
    for start in range(len(keys.key)):
        for size in (2, 5):
            asked = keys.key[start : start + size]
            if len(asked) > 1:
                assert set(bigrams(asked)) <= set(keys.grams)


@given(st.text(max_size=60))
def test_a_key_is_its_own_key_and_has_one_initial_for_each_character(name: str) -> None:
    keys = keys_of(name)
    assert search_key(keys.key) == keys.key
    assert len(keys.initials) == len(keys.key)
