"""A proposal in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "provisional": {
        "zh": "拟调整为 {proposed} 级，须由审批人员在 {due_on} 前（含当日）确认；在此之前按 {tier} 级监管",
        "en": "Tier {proposed} is only proposed: an approver decides by {due_on}; until then {tier} is in force",
    },
    "rejected": {
        "zh": "调整为 {proposed} 级的拟定未获确认，仍按 {tier} 级监管",
        "en": "Tier {proposed} was proposed and rejected: {tier} stays in force",
    },
    "dropped": {
        "zh": "调整为 {proposed} 级的拟定逾期未确认，仍按 {tier} 级监管",
        "en": "Tier {proposed} was proposed and not confirmed in time: {tier} stays in force",
    },
}


WAY: Final[Mapping[str, str]] = {
    "zh": "如按现有信用信息调整为 {proposed} 级，恢复途径如下",
    "en": "Should {proposed} take force, as the evidence stands, these are the ways back",
}


def way_told(said: Mapping[str, Any], lang: str) -> tuple[str, ...]:
    """What goes before the ways back from a tier that is not in force, as whole sentences."""
    proposed = proposal_told(said, lang)
    if proposed is None:
        return ()
    return tuple(text + {"zh": "。", "en": "."}[lang] for text in (proposed, WAY[lang].format(**said)))


def proposal_told(said: Mapping[str, Any], lang: str) -> str | None:
    """What keeps a kind's tier from being in force, of its summary (``zh`` or ``en``); None where nothing does."""
    status = said.get("status")
    return None if status is None else SENTENCES[status][lang].format(**said)
