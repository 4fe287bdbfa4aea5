"""How connections to the database are opened: what bounds their work, and when a peer that is gone is noticed."""

from dataclasses import dataclass
from typing import Any, Final

WITHIN: Final = 5
"""Seconds in which a server must take a connection."""
LENT_WITHIN: Final = 10.0
"""Seconds that a thread waits for a connection of a pool in which all are lent."""
_IDLE, _INTERVAL, _COUNT = 4, 2, 2  # seconds, seconds, probes: a host that is cut off is given up after eight seconds
_GONE_MS = 8_000  # the same where something was sent and never taken
_LOOK_MS = 2_000  # between two looks of the server, within a statement, whether its caller is still there
_HEARTBEATS: Final = {
    "keepalives_idle": _IDLE,
    "keepalives_interval": _INTERVAL,
    "keepalives_count": _COUNT,
    "tcp_user_timeout": _GONE_MS,
}
_OF_SERVER: Final = {
    "timezone": "UTC",
    "tcp_keepalives_idle": _IDLE,
    "tcp_keepalives_interval": _INTERVAL,
    "tcp_keepalives_count": _COUNT,
    "tcp_user_timeout": _GONE_MS,
    "client_connection_check_interval": _LOOK_MS,
}
OUTLIVES: Final = {"tcp_keepalives_idle": 5, "tcp_keepalives_count": 3, "tcp_user_timeout": 10_000}
"""What the session of a leader sets: given up by the server three seconds later than sessions of the leader's work, so
that none of that work is committed once another leads; all within fifteen seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one session may take, in seconds; 0: no bound.

    `statement`: one statement; `lock`: the wait for one lock; `idle`: the time between two statements of a transaction.
    """

    statement: int = 0
    lock: int = 0
    idle: int = 0

    def settings(self) -> dict[str, str]:
        """The server's settings that say so."""
        said = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        return {name: f"{seconds}s" for name, seconds in said.items() if seconds}


UNBOUNDED: Final = Bounds()


def arguments(bounds: Bounds, **settings: str) -> dict[str, Any]:
    """The driver's arguments of a connection, with further settings of its session on the server."""
    said = {**_OF_SERVER, **bounds.settings(), **settings}
    options = " ".join(f"-c {name}={value}" for name, value in said.items())
    return {"application_name": "xinjian", "connect_timeout": WITHIN, **_HEARTBEATS, "options": options}
