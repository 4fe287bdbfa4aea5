"""The one blueprint of the room; each module beside adds its routes."""

from service.platform import web

blueprint = web.Blueprint(
    "register", __name__, url_prefix="/v1", description="Entities, kinds, authorities, regions and their import"
)
