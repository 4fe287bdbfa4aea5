"""Three repairs: one that is granted, one that time ends with nobody acting, one that is revoked for fraud.

Their days lie in the past, so that nobody waits for a term: the last step of each is taken today.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scoring.editions.shipped import calendar_or_weekdays
from service import ratings, repairs
from service.cli.city import wait_until_rated
from service.cli.progress import Step
from service.cli.rehearsal.choosing import ROLES, choose
from service.cli.rehearsal.following import Followers, publish, withdraw
from service.cli.rehearsal.partnering import partner_of
from service.platform import Problem, job_actor
from service.ratings.usecases import decide_proposal
from service.repairs.queries import case_view

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from service.cli.processes import Children
    from service.cli.rehearsal.choosing import Chosen
    from service.cli.rehearsal.partnering import Partner
    from service.cli.rehearsal.stage import Stage
    from service.platform import Actor

REASON = "演示 · demonstration"
PAPER = b"%PDF-1.4\n% demonstration\n%%EOF\n"
LONGEST_AGO = 20
"""Working days since the oldest application."""

PATIENCE = 30.0
"""Seconds for the sweep and for the partner."""

LACKING = "城市中没有足够的可修复的处罚 · the city has too few penalties that may be repaired"


class Case:
    """One case and what was done in it: each step with its day and the last days of the clocks that run after it."""

    def __init__(self, stage: Stage, chosen: Chosen) -> None:
        self.stage = stage
        self.chosen = chosen
        self.number = ""
        self.steps: list[dict[str, Any]] = []
        self.effects: list[str] = []

    def ago(self, working_days: int) -> date:
        """The day so many working days before today, as the edition counts them."""
        calendar = calendar_or_weekdays(self.chosen.edition.calendar)
        return calendar.working_days_before(self.stage.this_day(), working_days)

    def apply(self, day: date) -> None:
        """The entity applies."""
        entity = self.chosen.entity.key
        with self.stage.on(day, self.stage.party(entity)) as uow:
            self.number = repairs.apply(uow, entity=entity, record=self.chosen.record, reason=REASON)
        self.look(day)

    def send(self, day: date, papers: tuple[str, ...]) -> None:
        """The entity sends papers."""
        for key in papers:
            with self.stage.on(day, self.stage.party(self.chosen.entity.key)) as uow:
                repairs.add_material(
                    uow, procedure="repair", number=self.number, key=key, name=f"{key}.pdf", content=PAPER
                )

    def take(self, day: date, actor: Actor, step: Callable[..., Any], **said: Any) -> None:  # noqa: ANN401 - a step's own arguments
        """Somebody takes a step."""
        with self.stage.on(day, actor) as uow:
            step(uow, number=self.number, reason=REASON, **said)
        self.look(day)

    def look(self, day: date) -> str:
        """Note the steps that are new; returns the state."""
        with self.stage.running.database.reader() as session:
            view = case_view(session, self.stage.handler, "repair", self.number, now=self.stage.moment(day))
        due = {one.clock: one.face.due.day.isoformat() for one in view.clocks if one.face.due is not None}
        for one in view.steps[len(self.steps) :]:
            told = {"event": one.event, "part": one.part, "on": one.taken_on.isoformat(), "state": one.state}
            self.effects += one.detail.get("effects", [])
            self.steps.append({**told, "due": due})
        return view.row.state

    def document(self) -> dict[str, Any]:
        """The case as the summary has it."""
        return {
            "entity": self.chosen.entity.key,
            "record": self.chosen.record,
            "case": self.number,
            "edition": self.chosen.edition.id,
            "state": self.steps[-1]["state"],
            "steps": self.steps,
            "effects": self.effects,
        }


def rehearse_repairs(stage: Stage, workers: Children, seconds: dict[str, float]) -> dict[str, Any]:
    """Rehearse the three repairs.

    Returns:
        ``granted``, ``lapsed``, ``revoked``: each the case with its steps, and for the first and the last ``before``,
        ``repaired`` and ``after``: tier, score, publication and frame; ``partner``: what a partner that is told by
        webhooks holds in the end. None where the city has no penalty for it; ``lacking`` then says so.
    """
    with Step("寻找可修复的处罚 · penalties to repair") as step:
        oldest = calendar_or_weekdays("cn").working_days_before(stage.this_day(), LONGEST_AGO)
        chosen = choose(stage, oldest)
    seconds["repair"] = step.seconds
    told: dict[str, Any] = dict.fromkeys(ROLES) | {"lacking": None if len(chosen) == len(ROLES) else LACKING}
    if not chosen:
        return told
    with ExitStack() as stack:
        try:
            partner = stack.enter_context(partner_of(stage.running))
        except Problem as refused:
            partner, told["partner"] = None, refused.code
        told |= _rehearsed(stage, workers, seconds, chosen, partner)
    return told


def _rehearsed(
    stage: Stage,
    workers: Children,
    seconds: dict[str, float],
    chosen: Mapping[str, Chosen],
    partner: Partner | None,
) -> dict[str, Any]:
    cases = {part: Case(stage, one) for part, one in chosen.items()}
    watched = {part: one for part, one in chosen.items() if part != "lapsed"}
    today = stage.this_day()
    with Step("信用修复 · repairs") as step:
        followers = Followers(stage, watched.values())
        for one in watched.values():
            publish(stage, one)
        before = followers.of(watched)
        for part, play in (("granted", grant), ("revoked", grant_in_error), ("lapsed", leave)):
            if part in cases:
                play(cases[part])
    seconds["repair"] += step.seconds
    seconds["repaired"] = wait_until_rated(stage.running, workers)
    repaired = followers.of(watched)
    for part, one in watched.items():
        if part == "granted":
            withdraw(stage, one)
            if cases[part].look(today) == "granted":  # the scheduler closes what is shown nowhere
                cases[part].take(today, stage.handler, repairs.close)
        else:
            cases[part].take(today, stage.handler, repairs.propose_revocation)
            cases[part].take(today, stage.approver, repairs.revoke_for_fraud)
    seconds["repaired"] += wait_until_rated(stage.running, workers)
    if confirm(stage, chosen.get("revoked")):
        seconds["repaired"] += wait_until_rated(stage.running, workers)
    after = followers.of(watched)
    told = {part: case.document() for part, case in cases.items()}
    for part in watched:
        told[part] |= {"before": before[part], "repaired": repaired[part], "after": after[part]}
        if partner is not None:
            told[part]["partner"] = _copied(partner, chosen[part], before[part], after[part], part)
    return told


def grant(case: Case) -> None:
    """Applied for without a paper, supplemented, accepted, verified and granted, by three persons."""
    stage, papers = case.stage, case.chosen.papers
    case.apply(case.ago(4))
    case.send(case.ago(4), papers[:-1])
    if papers:
        case.take(case.ago(3), stage.handler, repairs.ask_supplement, papers=list(papers[-1:]))
        case.send(case.ago(2), papers[-1:])
        case.take(case.ago(2), stage.party(case.chosen.entity.key), repairs.supply)
    case.take(case.ago(2), stage.handler, repairs.accept)
    case.take(case.ago(1), stage.second_handler, repairs.verify, fit=True)
    case.take(stage.this_day(), stage.approver, repairs.decide, decision="grant")


def grant_in_error(case: Case) -> None:
    """Granted yesterday on papers that turn out to be false."""
    stage = case.stage
    case.apply(case.ago(4))
    case.send(case.ago(4), case.chosen.papers)
    case.take(case.ago(3), stage.handler, repairs.accept)
    case.take(case.ago(2), stage.second_handler, repairs.verify, fit=True)
    case.take(case.ago(1), stage.approver, repairs.decide, decision="grant")


def confirm(stage: Stage, chosen: Chosen | None) -> int:
    """Let another approver confirm the falls that are only proposed, as a fall into the last tier is; how many."""
    if chosen is None:
        return 0
    with stage.running.database.reader() as session:
        standing = ratings.current(session, chosen.entity.key, datetime.now(UTC))
    summary = {} if standing is None else standing.summary
    proposed = [said["proposal"] for said in summary.values() if said.get("proposal") is not None]
    for number in proposed:
        with stage.on(stage.this_day(), stage.second_approver) as uow:
            decide_proposal(uow=uow, proposal_id=number, outcome="confirmed", reason=REASON)
    return len(proposed)


def leave(case: Case) -> None:
    """Asked for papers that never come: the sweep ends the case when the term is over."""
    papers = case.chosen.papers
    case.apply(case.ago(LONGEST_AGO))
    case.take(case.ago(LONGEST_AGO - 1), case.stage.handler, repairs.ask_supplement, papers=list(papers))
    until = time.monotonic() + PATIENCE
    while case.look(case.stage.this_day()) == "supplement_asked" and time.monotonic() < until:
        # The scheduler of the demonstration sweeps too: a case that it holds is passed over here.
        with case.stage.on(case.stage.this_day(), job_actor("repairs")) as uow:
            repairs.sweep(uow)


def _copied(
    partner: Partner, chosen: Chosen, before: Mapping[str, Any], after: Mapping[str, Any], part: str
) -> dict[str, Any]:
    """What the partner holds, once it holds what is in force; what it holds in the end, where that does not come."""
    told = {kind for kind in after["tier"] if part == "revoked" or before["tier"].get(kind) != after["tier"][kind]}
    until = time.monotonic() + PATIENCE
    while True:
        held = partner.copy_of(chosen.entity.key)
        tiers = {**before["tier"], **held["tiers"]}
        wanted = {"repaired": part == "granted", "withdrawn": part == "granted" and chosen.shown}
        follows = tiers == after["tier"] and wanted.items() <= held.items()
        if (follows and (told <= held["tiers"].keys() or not chosen.moves)) or time.monotonic() > until:
            return {**held, "follows": follows}
        time.sleep(0.05)
