"""The checks of a ledger's proof by code, and what is said of each, in Chinese and English."""

from __future__ import annotations

from typing import Final

CODES: Final = ("L-FORM", "L-NOTE", "L-KEY", "L-KEPT", "L-CONTINUES", "L-ENTRY")

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "not_reached": ("未查验：文件在此之前已被拒绝", "not checked: the file was refused before"),
    "form_refused": (
        "文件不是账本证明的规范 JSON：{where} {found}",
        "the file is no proof of a ledger in canonical JSON: {where} {found}",
    ),
    "note_malformed": ("{where}：不是检查点（签名便笺）", "{where}: no checkpoint (a signed note)"),
    "another_log": (
        "{where}：属于账本 {found}，而检查点属于 {expected}",
        "{where}: of the ledger {found}, and the checkpoint is of {expected}",
    ),
    "no_key": (
        "未给出公钥：请用 --key 给出您早先从监管部门取得的公钥",
        "no key was given: bring with --key the one that you had from the authority before",
    ),
    "not_signed": (
        "{where}：没有所给公钥的有效签名",
        "{where}: bears no signature that holds under a key that was given",
    ),
    "signed": ("由 {found} 签名", "signed by {found}"),
    "nothing_kept": (
        "未给出您留存的检查点：可用 --checkpoint 给出",
        "no checkpoint of yours was given: bring one that you kept with --checkpoint",
    ),
    "kept_differs": (
        "与您留存的检查点不符：第 {where} 条处根为 {found}，您留存的是 {expected}：账本已被改写",
        (
            "differs from the checkpoint that you kept: at {where} entries the root is {found}, yours is {expected}: "
            "the ledger was rewritten"
        ),
    ),
    "kept_elsewhere": (
        "文件中没有 {expected} 条处的检查点：请取 first={expected} 的证明",
        "the file has no checkpoint at {expected} entries: fetch the proof with first={expected}",
    ),
    "no_earlier": ("文件不含更早的检查点", "the file holds no earlier checkpoint"),
    "not_continued": (
        "第 {found} 条的检查点不是第 {expected} 条的检查点的开头：账本已被改写",
        "the checkpoint at {found} entries is not how the one at {expected} begins: the ledger was rewritten",
    ),
    "continued": (
        "{found} 条之后续至 {expected} 条，此前一条未改",
        "from {found} entries on to {expected}, none changed",
    ),
    "no_entries": ("文件不含账本条目", "the file holds no entries"),
    "entry_refused": (
        "{where}：第 {found} 条不在检查点之下",
        "{where}: entry {found} does not stand under the checkpoint",
    ),
    "entries": ("{found} 条在检查点之下", "under the checkpoint: {found}"),
}
LAST: Final[dict[bool, tuple[str, str]]] = {
    True: ("账本 {name} 共 {size} 条，根 {root}", "the ledger {name} at {size} entries, root {root}"),
    False: ("不符：见上列 FAIL 各项", "refused: see each FAIL above"),
}
