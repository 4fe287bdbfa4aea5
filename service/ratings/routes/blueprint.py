"""The room's blueprint; its routes stand in the modules beside."""

from service.platform import web

blueprint = web.Blueprint("ratings", __name__, url_prefix="/v1", description="Tiers, explained")
