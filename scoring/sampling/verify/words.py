"""What the verifier says, in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {
    "differs": ("{where}：实为 {found}，应为 {expected}", "{where}: found {found}, expected {expected}"),
    "refused": ("{where}：{found}", "{where}: {found}"),
    "not_reached": (
        "未查验：文件在此之前已被拒绝，或不含所需内容",
        "not checked: the file was refused before, or lacks what this needs",
    ),
    "masked": ("有隐去的行，依据文件所载", "some rows are masked: rests on what the file says"),
    "not_given": ("未提供文件以外的数值", "no value was brought from outside the file"),
    "not_opened": ("密值尚未公开", "the secret is not open"),
    "register_begins_late": (
        "登记簿摘录晚于计划登记，请索取更早的登记",
        "the extract of the register begins after the plan: ask for an earlier one",
    ),
    "void_instant_unknown": (
        "作废理由为自由文本，须用 --previous 提供作废抽取的文件以核对时间",
        "a draw is void for a free reason: its own file (--previous) tells whether that was in time",
    ),
    "previous_needed": ("须用 --previous 提供上一次抽取的文件", "needs the file of the draw before (--previous)"),
    "plan_not_in_file": ("文件未附计划全文", "the plan's own text is not in the file"),
    "few_witnesses": ("外单位见证人不足", "too few witnesses of other organisations"),
    "no_outside_custodian": ("没有外单位保管人持有密值副本", "no custodian of another organisation holds the secret"),
    "fallback": (
        "使用了备用随机源，请向来源核实首选值确不存在",
        "a fallback was used: ask the source whether the primary value exists (--primary)",
    ),
    "value_exists": (
        "{where}：该轮数值有效存在，不得改用备用随机源",
        "{where}: the value exists, so no fallback is lawful",
    ),
    "no_attempt": ("没有对应的约定取值", "there is no such committed attempt"),
    "no_pairing": (
        "未安装配对运算库（py_ecc），未验信标签名",
        "no pairing library (py_ecc) is installed: the beacon's signature was not checked",
    ),
    "narrow": (
        "{where}：层内不足5户，抽中与否易被猜到",
        "{where}: fewer than 5 entities: who is drawn is easily guessed",
    ),
    "imprecise": (
        "{where}：层小且权重不等，概率仅为近似",
        "{where}: small with unequal weights: probabilities are near, not exact",
    ),
    "no_attest": ("没有保管人的复核登记", "no custodian has attested the full file"),
    "few_fit": ("{where}：符合条件的执法检查人员不足5名", "{where}: fewer than 5 inspectors are fit"),
    "bound": (
        "{where}：席位 {found} 不能再多派；这些人员（至多可任席位）+ 其他适任者 = 已派：{expected}",
        "{where}: of seats {found} no more can be filled; inspectors (seats at most) + others = filled: {expected}",
    ),
    "seats_short": ("{where}：有空缺席位", "{where}: seats are empty"),
    "now_needed": ("须用 --now 提供当前时间", "needs the time (--now)"),
    "no_head": ("登记簿中没有该登记摘要", "the register has no such head"),
    "not_in_certificate": (
        "个体证明不含此项，须有抽取记录",
        "a certificate has no such thing: it needs the transcript",
    ),
}
LAST: Mapping[str, tuple[str, str]] = {
    "failed": ("不符：见上列 FAIL 各项", "refused: see each FAIL above"),
    "not_anchored": (
        "自洽，未锚定：请与外部核对以下三值：承诺 {commitment}，公布截止 {closed_at}，随机值 {beacon}",
        (
            "consistent, not anchored: compare these three values: "
            "commitment {commitment}, closing at {closed_at}, beacon {beacon}"
        ),
    ),
    "anchored": ("自洽，且与外部所记一致", "consistent, and anchored in what was noted outside"),
}
