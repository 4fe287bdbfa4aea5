"""What a task names must exist and fit together before a plan may go on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from scoring.sampling.beacon import CHAINS
from scoring.sampling.strata import WEIGHTED
from service import register
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.inspections.plans.queries import Plan


def check_task(session: Session, plan: Plan, body: Mapping[str, Any]) -> None:
    """Refuse a task that names what is not there or does not fit.

    Raises:
        Problem: ``invalid_body`` with every fault and its place.
    """
    faults = list(_faults(session, plan, body))
    if faults:
        raise Problem("invalid_body", errors=faults, count=len(faults))


def check_plan(session: Session, plan: Plan, tasks: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse a plan without tasks, or with one that no longer fits.

    Raises:
        Problem: ``plan_without_tasks``, ``invalid_body``.
    """
    if not tasks:
        raise Problem("plan_without_tasks", plan=plan.number)
    for body in tasks.values():
        check_task(session, plan, body)


def _faults(session: Session, plan: Plan, body: Mapping[str, Any]) -> Iterator[Problem]:
    authorities = {row.code for row in register.authorities(session)}
    for pointer, code in _named_authorities(body):
        if code not in authorities:
            yield Problem("entity_authority_unknown", pointer=pointer, authority=code)
    kinds = {row.code for row in register.kinds(session)}
    for place, kind in enumerate(body["kinds"]):
        if kind not in kinds:
            yield Problem("entity_kind_unknown", pointer=f"/kinds/{place}", kind=kind)
    if plan.authority not in {body["lead"], *body["partners"]} and plan.authority not in register.authority_line(
        session, body["lead"]
    ):
        yield Problem("task_of_another_authority", pointer="/lead", authority=body["lead"], plan=plan.number)
    if date.fromisoformat(body["first_day"]).year != plan.year and not plan.special:
        yield Problem("task_outside_the_year", pointer="/first_day", year=plan.year)
    yield from _items(session, body)
    yield from _draw(body)


def _items(session: Session, body: Mapping[str, Any]) -> Iterator[Problem]:
    first_day = date.fromisoformat(body["first_day"])
    items = {row.code: row for row in register.inspection_items(session, on=first_day)}
    covered: set[str] = set()
    for place, code in enumerate(body["items"]):
        item = items.get(code)
        if item is None:
            yield Problem("task_item_not_in_force", pointer=f"/items/{place}", item=code, on=body["first_day"])
            continue
        covered.update(item.kinds)
        if body["method"] not in item.methods:
            yield Problem("task_item_method", pointer="/method", item=code, method=body["method"])
    for place, kind in enumerate(body["kinds"]):
        if covered and kind not in covered:
            yield Problem("task_kind_without_item", pointer=f"/kinds/{place}", kind=kind)


def _draw(body: Mapping[str, Any]) -> Iterator[Problem]:
    """What the protocol asks of a random task (docs/draw-protocol.md §2)."""
    if body["channel"] != "random":
        return
    if body["names"] == "open" and body["rows"] != "open":
        yield Problem("task_names_and_rows", pointer="/rows")
    if body["names"] != "open" and not body["holder"]:
        yield Problem("task_without_holder", pointer="/holder")
    if body["rows"] == "none" and len(body["custodians"]) < 2:  # noqa: PLR2004 the protocol's own number (§2)
        yield Problem("task_without_custodians", pointer="/custodians")
    if not body["sources"]:
        yield Problem("task_without_sources", pointer="/sources")
    yield from _sources(body["sources"])
    yield from _weights(body)
    seen: set[str] = set()
    for place, size in enumerate(body["sizes"]):
        if size["stratum"] in seen:
            yield Problem("task_stratum_twice", pointer=f"/sizes/{place}/stratum", stratum=size["stratum"])
        seen.add(size["stratum"])
        if size["ratio"][0] == 0:
            yield Problem("task_stratum_never_drawn", pointer=f"/sizes/{place}/ratio", stratum=size["stratum"])


def _weights(body: Mapping[str, Any]) -> Iterator[Problem]:
    """Weights go with the weighted order, which needs a ratio for its one stratum."""
    weighted = body["order"] == "pareto"
    if body["weights"] and not weighted:
        yield Problem("task_weights_and_order", pointer="/order")
    if weighted and WEIGHTED not in {size["stratum"] for size in body["sizes"]}:
        yield Problem("task_weighted_without_size", pointer="/sizes", stratum=WEIGHTED)
    seen: set[str] = set()
    for place, each in enumerate(body["weights"]):
        if each["tier"] in seen:
            yield Problem("task_stratum_twice", pointer=f"/weights/{place}/tier", stratum=each["tier"])
        seen.add(each["tier"])


def _sources(sources: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """Sources of entropy that a verifier knows, each once."""
    seen: set[tuple[str, str]] = set()
    for place, source in enumerate(sources):
        if source["kind"] == "drand" and source["chain"] not in CHAINS:
            yield Problem("task_source_unknown", pointer=f"/sources/{place}/chain", chain=source["chain"])
        if source_named(source) in seen:
            yield Problem("task_source_twice", pointer=f"/sources/{place}")
        seen.add(source_named(source))


def source_named(source: Mapping[str, Any]) -> tuple[str, str]:
    """A source as a plan tells it from others: its kind, and the hash of its chain or the name of its announcement."""
    return str(source.get("kind", "")), str(source.get("chain") or source.get("name", ""))


def _named_authorities(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "/lead", body["lead"]
    yield from ((f"/partners/{place}", code) for place, code in enumerate(body["partners"]))
    yield from (
        (f"/seats/{place}/authority", seat["authority"])
        for place, seat in enumerate(body["seats"])
        if seat["authority"]
    )
