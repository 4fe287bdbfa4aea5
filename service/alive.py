"""`python -m service.alive`: asks the web server of this machine whether it lives; the image's health check."""

from __future__ import annotations

import os
import socket
import sys
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from gunicorn.util import parse_address

DEFAULT_BIND = "127.0.0.1:8000"
"""Where the web server listens unless `BIND` says otherwise."""
_ANY = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what is listened on, not listened on here
_PATIENCE = 3.0


class _Local(HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(_PATIENCE)
        self.sock.connect(self._path)


def is_alive(bind: str) -> bool:
    """Whether `GET /livez` is answered at an address that gunicorn listens on: `host:port` or `unix:path`.

    Of several addresses, apart by commas, the first is asked; one that means every interface is asked on its own.
    """
    place = parse_address(bind.split(",", maxsplit=1)[0].strip())
    if isinstance(place, tuple):
        host = str(place[0])
        connection = HTTPConnection(_ANY.get(host, host), int(place[1]), timeout=_PATIENCE)
    else:
        connection = _Local(place)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not is_alive(os.environ.get("BIND", DEFAULT_BIND)))
