"""The web server's own lines: among ours, as JSON, and without what callers sent."""

import logging
import os
from typing import Any

from gunicorn.glogging import Logger

from service.platform.logs import LEVELS, configure_logs

_REFUSED = "Invalid request"


class ServerLog(Logger):  # type: ignore[misc] # gunicorn ships no types
    """gunicorn's logger. It quotes the address of a request that failed, and of one that is none, what is wrong."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 - gunicorn ships no types
        """Write by the handlers of the process, at its level; gunicorn's own lines of debugging quote requests."""
        super().setup(cfg)
        asked = os.environ.get("LOG_LEVEL", "INFO").upper()
        level = asked if asked in LEVELS else "INFO"
        configure_logs(level)
        self.error_log.setLevel(max(logging.getLevelName(level), logging.INFO))
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def warning(self, msg: object, *args: object, **kwargs: Any) -> None:  # noqa: ANN401 - as its base
        """Tell of a request that is none with the address it came from alone."""
        said = str(msg)
        super().warning(said.partition(":")[0] if said.startswith(_REFUSED) else said, *args, **kwargs)

    def exception(self, msg: object, *_args: object, **_more: object) -> None:
        """Tell of what failed by its exception alone."""
        said = type(msg).__name__ if isinstance(msg, BaseException) else str(msg).partition("%")[0].strip()
        self.error_log.error(said, exc_info=True)
