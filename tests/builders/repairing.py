"""Editions with sections on repair and objection: as text, to be changed in one place per test, and as values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scoring.edition.sections.repair import Repair
from tests.builders.edition_text import HEAD
from tests.builders.plain import edition, rating

if TYPE_CHECKING:
    from scoring.edition.envelope import Edition
    from scoring.edition.sections.repair import RepairCondition

CLAUSES = """
[clauses]
"art. 1" = { zh = "第一条" }
"""
REPAIR = """
[repair]
clause = "art. 1"
decided_by = "finder"
separate = { text = { zh = "责任人可以单独申请" } }
lifting = { text = { zh = "重整计划批准后可以临时解除" } }
on_expiry = { text = { zh = "期满自动修复" } }

[repair.fraud]
text = { zh = "弄虚作假的，三年内不予修复" }
bar = { number = 36, unit = "months", counting = "from_next_day" }

[[repair.condition]]
key = "minimum"
text = { zh = "最短公示期届满", en = "The minimum publicity is over" }
test = "minimum_publicity"

[[repair.condition]]
key = "performed"
text = { zh = "已履行义务" }
test = "done"
fact = "performed_on"

[[repair.condition]]
key = "last_repair"
text = { zh = "距上次修复满一年" }
test = "elapsed"
fact = "repaired_on"
term = { number = 12, unit = "months", counting = "from_day" }

[[repair.condition]]
key = "kind"
text = { zh = "吊销许可证的不予修复" }
test = "repairable"
never = ["revocation"]

[[repair.material]]
key = "commitment"
name = { zh = "信用承诺书" }
media_types = ["application/pdf"]
most_mib = 10
barred_classes = ["serious"]
barred_after = ["promise_broken_on"]
instead = "report"

[[repair.material]]
key = "report"
name = { zh = "整改报告" }
media_types = ["application/pdf"]
most_mib = 10
needed = false

[repair.clock.accept]
term = { number = 3, unit = "working_days", counting = "from_next_day" }
lapse = "accept"
paused_by = ["supplement"]

[repair.clock.supplement]
term = { number = 10, unit = "working_days", counting = "from_next_day" }
lapse = "lapse"

[repair.clock.decide]
term = { number = 10, unit = "working_days", counting = "from_next_day" }
lapse = "hand_up"
then = "above"
escalate = 2
extension = { number = 10, unit = "working_days" }

[repair.clock.above]
term = { number = 10, unit = "working_days", counting = "from_next_day" }
lapse = "remind"

[repair.clock.lifting]
term = { number = 12, unit = "months", counting = "from_next_day" }
lapse = "end_lifting"

[[repair.effect]]
effect = "stop_publication"

[[repair.effect]]
effect = "lift_measures"

[[repair.effect]]
effect = "zero_points"
"""
OBJECTION = """
[objection]
clause = "art. 1"
suspends = false
forwards = true
second_review = true

[objection.clock.mark]
term = { number = 1, unit = "working_days", counting = "from_next_day" }
lapse = "remind"

[objection.clock.decide]
term = { number = 5, unit = "working_days", counting = "from_next_day" }
lapse = "lapse"
paused_by = ["source"]

[objection.clock.source]
term = { number = 5, unit = "working_days", counting = "from_next_day" }
lapse = "go_on"

[objection.clock.review]
term = { number = 10, unit = "working_days", counting = "from_next_day" }
lapse = "close"

[objection.clock.second_review]
term = { number = 10, unit = "working_days", counting = "from_next_day" }
lapse = "uphold"
"""


def repair_text(changes: dict[str, str] | None = None, *, head: str = 'calendar = "cn"\n') -> str:
    """An edition of both sections and no rating, with some of its text replaced."""
    text = HEAD + head + CLAUSES + REPAIR + OBJECTION
    for old, new in (changes or {}).items():
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def repair_edition(*conditions: RepairCondition, **parts: object) -> Edition:
    """An edition whose section on repair has these conditions and nothing beside."""
    plain = Repair("c", "finder", conditions, (), {}, (), None, None, None, None)
    return replace(edition(rating()), ratings={}, repair=replace(plain, **parts))
