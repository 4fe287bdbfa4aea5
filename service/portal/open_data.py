"""The open data as a page: what is in the archive, what each column means, and where it is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.pages import PageBlueprint, RefusedError, ask, page
from service.portal import linked
from service.portal.sharing import shared

if TYPE_CHECKING:
    from flask import Response

blueprint = PageBlueprint("portal_open_data", __name__, face="portal", url_prefix="/portal/open-data")


@blueprint.get("")
def about() -> Response:
    """The archive that is served; before the first one, that there is none yet."""
    try:
        told = ask("GET", "/v1/open-data").body
    except RefusedError as refused:
        if refused.code != "open_data_not_built":
            raise
        return shared(page("portal/open_data.html", data=None, linked=None))
    return shared(page("portal/open_data.html", data=told, linked=linked.dataset(told)))
