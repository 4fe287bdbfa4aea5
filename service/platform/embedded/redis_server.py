"""Redis as the embedded stack runs it: append-only file on, no port, one socket."""

import socket
from pathlib import Path
from urllib.parse import quote

from .identity import ServerIdentity
from .programs import Programs

_SOCKET = "redis.sock"


def prepare_folder(home: Path, identity: ServerIdentity) -> Path:
    """The folder of the append-only file, made on first use; the server runs in it."""
    folder = home / "redis"
    if not folder.exists():
        folder.mkdir(mode=0o700)
        identity.give(folder)
    return folder


def server_command(programs: Programs, sockets: Path) -> list[str]:
    """The command line of the server; its folder is where it is started."""
    return [
        str(programs.redis),
        *("--port", "0"),
        *("--unixsocket", str(sockets / _SOCKET)),
        *("--unixsocketperm", "700"),
        *("--appendonly", "yes"),
        *("--appendfsync", "everysec"),
        *("--aof-load-truncated", "yes"),
        *("--save", ""),
        *("--daemonize", "no"),
        *("--loglevel", "notice"),
    ]


def is_ready(sockets: Path) -> bool:
    """Whether the server answers a PING (it does not while it still loads its file)."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(str(sockets / _SOCKET))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def url(sockets: Path) -> str:
    """The address in redis-py's form."""
    return f"unix://{quote(str(sockets / _SOCKET), safe='/')}?db=0"
