"""What a visit looks at, and what its findings say: pure functions over rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from service.inspections.visits.vocabulary import result_codes
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.inspections.visits.tables import VisitFinding
    from service.inspections.visits.vocabulary import ResultCode
    from service.register import ItemRow

Place = tuple[str, str]
"""An item and the code of one entry of its checklist."""


class Standing(NamedTuple):
    """What stands at one entry: the finding that counts, or, in a conflict, the newest of each inspector."""

    finding: VisitFinding | None
    others: tuple[VisitFinding, ...]

    @property
    def in_conflict(self) -> bool:
        """Whether inspectors found different things and the lead has not settled it."""
        return self.finding is None


def entries_of(items: Iterable[ItemRow], kinds: Sequence[str]) -> list[dict[str, Any]]:
    """The checklist of items for an entity of some kinds, as a visit keeps it."""
    return [
        {
            "item": item.code,
            "entry": line["code"],
            "group": item.merging_group,
            "kinds": sorted(set(item.kinds) & set(kinds)),
            "skills": list(item.skills),
            "methods": list(item.methods),
            **{name: line[name] for name in ("look", "passes", "fails", "event_code", "severities")},
        }
        for item in items
        for line in item.checklist
    ]


def joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two checklists as one, each entry once."""
    entries = {(row["item"], row["entry"]): row for row in (*one["entries"], *other["entries"])}
    return {"entries": list(entries.values())}


def groups(checklist: Mapping[str, Any]) -> frozenset[str]:
    """The merging groups of a checklist's items."""
    return frozenset(row["group"] for row in checklist["entries"] if row["group"])


def entry_at(checklist: Mapping[str, Any], item: str, entry: str) -> Mapping[str, Any] | None:
    """One entry of a checklist; None where it has none such."""
    for row in checklist["entries"]:
        if (row["item"], row["entry"]) == (item, entry):
            found: Mapping[str, Any] = row
            return found
    return None


def standing(findings: Iterable[VisitFinding]) -> dict[Place, Standing]:
    """What stands at each entry with findings, given in the order in which they came in.

    The newest finding of each inspector counts; where they differ nothing stands until the lead settles it, which sets
    aside everything said before.
    """
    latest: dict[Place, dict[str, VisitFinding]] = {}
    for row in findings:
        there = latest.setdefault((row.item, row.entry), {})
        if row.settles:
            there.clear()
        there[row.inspector] = row
    found: dict[Place, Standing] = {}
    for place, by_inspector in latest.items():
        rows = sorted(by_inspector.values(), key=_number)
        agreed = len({(row.result, row.severity) for row in rows}) == 1
        found[place] = Standing(rows[-1] if agreed else None, tuple(rows))
    return found


def complete(
    checklist: Mapping[str, Any], found: Mapping[Place, Standing], result: ResultCode
) -> list[tuple[Mapping[str, Any], VisitFinding]]:
    """Every entry with its finding, in the checklist's order; empty where the result needs none.

    Raises:
        Problem: ``visit_incomplete`` with every entry that lacks a finding or is in conflict;
            ``visit_result_contradicted``.
    """
    pairs: list[tuple[Mapping[str, Any], VisitFinding]] = []
    faults: list[Problem] = []
    for row in checklist["entries"] if result.findings != "none" else ():
        place = (row["item"], row["entry"])
        at = found.get(place)
        if at is None or at.finding is None:
            wrong = "visit_entry_without_finding" if at is None else "visit_entry_in_conflict"
            faults.append(Problem(wrong, pointer=_pointer(place), item=place[0], entry=place[1]))
        else:
            pairs.append((row, at.finding))
    if faults:
        raise Problem("visit_incomplete", errors=faults, count=len(faults))
    found_now = "some_fail" if any(finding.result == "fail" for _, finding in pairs) else "all_pass"
    if result.findings not in {found_now, "none"}:
        fits = ", ".join(code for code, row in result_codes().items() if row.findings == found_now)
        raise Problem("visit_result_contradicted", pointer="/result", result=result.code, fits=fits)
    return pairs


def _pointer(place: Place) -> str:
    return f"/findings/{place[0]}/{place[1]}"


def _number(row: VisitFinding) -> int:
    return row.id
