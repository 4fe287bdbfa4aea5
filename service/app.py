"""The Flask application: every room's routes, behind one door."""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from typing import Any

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from service import console, pages, portal
from service.accounts.account_routes import blueprint as staff_accounts
from service.accounts.routes import blueprint as accounts
from service.api.checkpoints import blueprint as checkpoints
from service.api.docs import blueprint as docs
from service.api.draw_certificates import blueprint as draw_certificates
from service.api.edge import claim_keys, open_edge, preferred_language
from service.api.health import blueprint as health
from service.api.ledger import blueprint as ledger
from service.api.limits import limit_requests
from service.api.verifiers import blueprint as verifiers
from service.editions.routes import blueprint as editions
from service.evidence.routes import blueprint as evidence
from service.insight.draw_routes import blueprint as draw_statistics
from service.insight.entity_routes import blueprint as entity_insight
from service.insight.override_routes import blueprint as overrides
from service.insight.repair_routes import blueprint as repair_statistics
from service.insight.routes import blueprint as statistics
from service.inspections.draws.routes import blueprint as draws
from service.inspections.plans.routes import blueprint as plans
from service.inspections.visits.routes import blueprint as visits
from service.notices.webhooks.routes import blueprint as webhooks
from service.notices.written.code_routes import blueprint as visitor_codes
from service.notices.written.routes import blueprint as notices
from service.opendata.routes import blueprint as open_data
from service.platform import web
from service.publicity.routes import blueprint as publicity
from service.ratings.routes import blueprint as ratings
from service.register.routes import blueprint as register
from service.repairs.replies.routes import blueprint as replies
from service.repairs.routes import blueprint as repairs
from service.studio.dry_run.routes import blueprint as dry_runs
from service.studio.runs.routes import blueprint as studies

VERSION = "v1"  # of the interface; the address names it
BLUEPRINTS = (
    health,
    accounts,
    staff_accounts,
    ledger,
    checkpoints,
    register,
    evidence,
    editions,
    publicity,
    ratings,
    plans,
    draws,
    verifiers,
    draw_certificates,
    visits,
    repairs,
    statistics,
    draw_statistics,
    overrides,
    repair_statistics,
    entity_insight,
    studies,
    dry_runs,
    webhooks,
    notices,
    visitor_codes,
    open_data,
    replies,
)


def create_app(assembly: web.Assembly) -> Flask:
    """Build the application.

    Raises:
        web.UndeclaredRouteError: a route is missing from the table of permissions.
    """
    app = _Application("service", static_folder=None, root_path=None)
    app.config.update(
        API_TITLE="信监 Xinjian",
        API_VERSION=VERSION,
        RELEASE=_release(),
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        MAX_CONTENT_LENGTH=assembly.settings.max_body_bytes,
        BABEL_DEFAULT_LOCALE="zh",
    )
    app.extensions[web.EXTENSION] = assembly
    web.use_json(app)
    Babel(app, locale_selector=preferred_language)
    open_edge(app)
    limit_requests(app)
    app.before_request(web.refuse_unknown_query)
    claim_keys(app)
    web.handle_problems(app)
    api = web.Api(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    app.register_blueprint(docs)
    pages.use_words(app)
    pages.use_filters(app)
    for face in (pages.assets, *console.BLUEPRINTS, *portal.BLUEPRINTS):
        app.register_blueprint(face)
    app.extensions["openapi"] = api
    web.know_queries(app, api.document())
    web.refuse_undeclared(app)
    if assembly.settings.trusted_proxies:
        hops = assembly.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


class _Application(Flask):
    """Flask without coroutines: no handler of ours is one, and asking each of them costs every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func


def _release() -> str:
    """The version installed, or that this runs from its source."""
    try:
        return installed("xinjian")
    except PackageNotFoundError:
        return "source"
