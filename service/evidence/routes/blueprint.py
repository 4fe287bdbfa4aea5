"""The room's blueprint; its routes stand in the modules beside."""

from service.platform import web

blueprint = web.Blueprint("evidence", __name__, url_prefix="/v1", description="Events, occasions, acts and files")
