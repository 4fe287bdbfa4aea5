"""The checks of a bundle by code, and what is said of each, in Chinese and English."""

from __future__ import annotations

from typing import Final

from scoring.kernel.verdicts import Said, short

CODES: Final = ("R-JSON", "R-SHAPE", "R-EDITION", "R-CHAIN", "R-EVIDENCE", "R-EXPLANATION", "R-DIGEST")

_SHOWN: Final = 160
ABSENT: Final = "—"
"""Stands for what is not there."""

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "differs": ("{where}：实为 {found}，应为 {expected}", "{where}: found {found}, expected {expected}"),
    "not_reached": (
        "未查验：文件在此之前已被拒绝，或不含所需内容",
        "not checked: the file was refused before, or lacks what this needs",
    ),
    "too_long": ("文件有 {found} 字节，最多 {expected} 字节", "the file has {found} bytes, {expected} at most"),
    "too_deep": ("嵌套过深", "arrays or objects are nested too deeply"),
    "not_utf8": ("不是 UTF-8 文本（第 {found} 字节）", "not UTF-8 (byte {found})"),
    "not_json": ("不是有效的 JSON：{found}", "not valid JSON: {found}"),
    "key_twice": ("键 {found} 出现两次", "key {found} stands twice"),
    "not_an_integer": ("{found} 不是绝对值小于 2^53 的整数", "{found} is no integer below 2^53"),
    "not_canonical": (
        "字节不是其内容的规范形式（RFC 8785）",
        "the bytes are not the canonical form (RFC 8785) of what they say",
    ),
    "edition_refused": ("{where}：评价办法有误：{found}", "{where}: the edition is faulty: {found}"),
    "chain_refused": (
        "{where}：各版本不能连成一部评价办法：{found}",
        "{where}: the editions are no chain of one rulebook: {found}",
    ),
    "line_refused": ("{where}：这一行不能采用：{found}", "{where}: the line cannot be used: {found}"),
}
LAST: Final[dict[str, tuple[str, str]]] = {
    "failed": ("不符：见上列 FAIL 各项", "refused: see each FAIL above"),
    "not_anchored": (
        "自洽，未锚定：请与监管部门公布的核对：评价办法 {editions}；评价说明摘要 {digest}",
        (
            "consistent, not anchored: compare with what the authority published: "
            "editions {editions}; explanation digest {digest}"
        ),
    ),
}


class RefusedError(ValueError):
    """A check that does not hold, raised where it is found; ``said`` is its verdict."""

    def __init__(self, code: str, remark: str, where: str = "", found: object = "", expected: object = "") -> None:
        super().__init__(f"{code} {where}: {remark}")
        self.said = Said(code, "FAIL", remark, where, short(found, _SHOWN), short(expected, _SHOWN))
