"""The pages that are looked at: who looks, and where."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A page. ``who``: the demo account's role, None for anybody; ``path`` may name an ``{entity}`` or ``{draw}``."""

    name: str
    who: str | None
    path: str


PLACES = (
    Place("sign-in", None, "/console/sign-in"),
    Place("home", "handler", "/console/"),
    Place("tiers", "handler", "/console/tiers"),
    Place("entities", "handler", "/console/entities?q=示例"),
    Place("entities-none", "handler", "/console/entities?q=没有这一家"),
    Place("entity", "handler", "/console/entities/{entity}"),
    Place("searches", "handler", "/console/entities/searches?q=示例"),
    Place("export", "auditor", "/console/entities/export?q=示例"),
    Place("timeline", "handler", "/console/entities/{entity}/timeline"),
    Place("timeline-none", "handler", "/console/entities/{entity}/timeline?sort=commitment"),
    Place("looks", "auditor", "/console/entities/{entity}/looks"),
    Place("evidence", "handler", "/console/evidence"),
    Place("evidence-new", "handler", "/console/evidence/entities/{entity}/new"),
    Place("evidence-file", "handler", "/console/evidence/files/new"),
    Place("evidence-files", "handler", "/console/evidence/files"),
    Place("entity-files", "handler", "/console/entities/files"),
    Place("entity-file", "handler", "/console/entities/files/new"),
    Place("evidence-proposals", "approver", "/console/evidence/proposals"),
    Place("plans", "handler", "/console/plans"),
    Place("plan-new", "handler", "/console/plans/new"),
    Place("draws", "handler", "/console/draws"),
    Place("draw", "handler", "/console/draws/{draw}"),
    Place("draw-names", "handler", "/console/draws/{draw}/names"),
    Place("draw-order", "handler", "/console/draws/{draw}/order"),
    Place("draw-event", "handler", "/console/draws/{draw}/steps/events"),
    Place("drawing-room", "handler", "/console/draws/{draw}/room"),
    Place("rulebooks", "rulebook-editor", "/console/rulebooks"),
    Place("edition", "rulebook-editor", "/console/rulebooks/editions/bj-culture.2022"),
    Place("edition-changed", "auditor", "/console/rulebooks/editions/ndrc-36.2026"),
    Place("trial", "rulebook-editor", "/console/rulebooks/trials/bj-culture.2022"),
    Place("proposals", "rulebook-editor", "/console/rulebooks/proposals"),
    Place("propose-text", "rulebook-editor", "/console/rulebooks/proposals/new"),
    Place("propose-copy", "rulebook-editor", "/console/rulebooks/proposals/copy/bj-culture.2022"),
    Place("dry-runs", "approver", "/console/rulebooks/dry-runs"),
    Place("rerates", "approver", "/console/rulebooks/rerates"),
    Place("insight", "auditor", "/console/insight"),
    Place("insight-editor", "rulebook-editor", "/console/insight"),
    Place("repairable", "auditor", "/console/insight/repairable"),
    Place("reach", "auditor", "/console/insight/reach"),
    Place("studies-policy", "rulebook-editor", "/console/insight/studies?kind=policy"),
    Place("studies-back-test", "rulebook-editor", "/console/insight/studies?kind=back-test"),
    Place("unvisited", "auditor", "/console/insight/unvisited?tier=A"),
    Place("fairness", "auditor", "/console/insight/draws/{draw}"),
    Place("studies", "rulebook-editor", "/console/insight/studies"),
    Place("replies", "handler", "/console/replies"),
    Place("visitor-codes", "handler", "/console/visitor-codes/{entity}"),
    Place("account", "handler", "/console/account/browsers"),
    Place("second-factor", "handler", "/console/account/second-factor"),
    Place("password", "handler", "/console/account/password"),
    Place("repairs", "handler", "/console/repairs?all=1"),
    Place("repair-new", "handler", "/console/repairs/new?entity={entity}"),
    Place("objections", "handler", "/console/objections"),
    Place("objection-new", "handler", "/console/objections/new?entity={entity}"),
    Place("publications", "handler", "/console/publications"),
    Place("double-publicity", "handler", "/console/publications/double?since=2020-01-01&until=2099-12-31"),
    Place("nowhere", "handler", "/console/nowhere"),
    Place("portal", None, "/portal/"),
    Place("portal-found", None, "/portal/entities?name=没有这一家"),
    Place("portal-entity", None, "/portal/entities/{entity}"),
    Place("portal-records", None, "/portal/records"),
    Place("portal-plans", None, "/portal/plans"),
    Place("portal-draws", None, "/portal/draws"),
    Place("portal-verify", None, "/portal/verify"),
    Place("portal-results", None, "/portal/results"),
    Place("portal-draw", None, "/portal/draws/{draw}"),
    Place("portal-frame", None, "/portal/draws/{draw}/frame"),
    Place("portal-open-data", None, "/portal/open-data"),
    Place("portal-my", None, "/portal/my"),
    Place("portal-nowhere", None, "/portal/nowhere"),
)
