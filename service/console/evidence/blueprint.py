"""The area's blueprint; its pages stand in the modules beside."""

from __future__ import annotations

from service.pages import PageBlueprint

blueprint = PageBlueprint("console_evidence", __name__, face="console", url_prefix="/console/evidence")
