"""The web server's own configuration, but for how long a caller may take."""

import service.server
from service.server import *  # noqa: F403 - all that the web server is told


class worker_class(service.server.worker_class):  # noqa: N801 - gunicorn looks for its settings by their names
    """Reads no head that takes longer than a second."""

    head_seconds = 1.0
