"""The blueprint of visits."""

from service.platform import web

blueprint = web.Blueprint("visits", __name__, url_prefix="/v1", description="Visits, findings, results")
