"""Empty seats told in Chinese and English: how many, what is in the way, and what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.sampling.assignment.bound import Bound

_PHRASES: Final[dict[str, tuple[str, str]]] = {
    "full": ("所有检查席位均已派员。", "Every seat of every visit has its inspector."),
    "short": ("{count} 个席位无人可派：{seats}。", "{count} {noun} without an inspector: {seats}."),
    "seat": ("{code} 第 {number} 席", "{code} seat {number}"),
    "more": ("等", " and others"),
    "nobody": (
        "受限的 {size} 个席位没有适格且可派的检查人员，同组其他适格人员最多可填 {others} 个。",
        "For the {size} seats in question nobody is fit beyond those who can fill {others} of them.",
    ),
    "people": (
        (
            "受限的 {size} 个席位只能由 {people}（共 {many} 人，上限合计 {caps} 次）及至多 {others} 个其他人次填补，"
            "因此最多可填 {most} 个，任何派法均不能更多。"
        ),
        (
            "The {size} seats in question can be filled only by {people} ({many} in number, caps {caps} in all) and "
            "{others} places by others, so at most {most} of them: no other assignment can do better."
        ),
    ),
    "next": (
        (
            "请为这些席位另行承诺并抽取（使用新的名录库和新的信标值），增加具备所需单位、技能且无须回避的检查人员，"
            "或提高上述人员的上限。"
        ),
        (
            "Make a new commitment for these seats, with its own roster and beacon value: add inspectors of the "
            "authority and skills asked for who are not recused, or raise the caps of those named."
        ),
    ),
    "unproved": (
        "现有派员结果尚不能证明空席最少：请重新计算后再核验。",
        "It is not shown that these teams leave the fewest seats empty: compute them again and verify.",
    ),
}
_MOST_NAMED = 10


def short_told(short: Sequence[tuple[str, int]], found: Bound, lang: str = "zh") -> tuple[str, ...]:
    """The sentences about the empty seats ``short`` (code, index from 0) and the bound that explains them."""
    if not short:
        return (_phrase("full", lang),)
    seats = [_phrase("seat", lang, code=code, number=index + 1) for code, index in short]
    noun = "seat" if len(short) == 1 else "seats"
    first = _phrase("short", lang, count=len(short), noun=noun, seats=_some(seats, lang))
    if not found.proves:
        return (first, _phrase("unproved", lang))
    people = found.closed.inspectors
    numbers = {"size": len(found.closed.seats), "others": found.others, "caps": found.caps}
    most = found.caps + found.others
    named = _some(people, lang)
    why = _phrase("people" if people else "nobody", lang, **numbers, people=named, many=len(people), most=most)
    return (first, why, _phrase("next", lang))


def _some(names: Sequence[str], lang: str) -> str:
    joined = ("、" if lang == "zh" else ", ").join(names[:_MOST_NAMED])
    return joined + (_phrase("more", lang) if len(names) > _MOST_NAMED else "")


def _phrase(key: str, lang: str, **parts: object) -> str:
    zh, en = _PHRASES[key]
    return (en if lang == "en" else zh).format(**parts)
