"""gunicorn's threads, bounded: what finds no room to wait is refused at once, and nobody holds a thread by silence."""

from __future__ import annotations

import errno
import select
import socket
import struct
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from ssl import SSLSocket
from typing import TYPE_CHECKING, Any, Final

from gunicorn.util import close_graceful
from gunicorn.workers.gthread import TConn, ThreadWorker

from service.platform.web.shedding import shed_load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

LEAST_RATE: Final = 64 * 1024
"""Bytes a second at which a body must come, besides the seconds of the head."""
CHUNKED_SECONDS: Final = 600.0
"""In which a body must be there whose length is not told before."""
UNREAD_SECONDS: Final = 30
"""After which an answer is broken off of which the caller takes nothing."""
_QUICK: Final = 1e-5  # seconds that another thread goes on where the main one has something to do
_LINGER: Final = 0.5  # seconds that a thread waits for the caller's farewell, so that the answer is not cut off
_GONE: Final = {errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK, errno.EINVAL}  # the last: it was shut down


class SheddingWorker(ThreadWorker):  # type: ignore[misc] # gunicorn ships no types
    """Serves by its threads, lets some requests wait for one, and has the others refused by a thread of their own.

    A connection gets a thread once something has come on it. Whoever then sends too slowly is read no further.
    `waiting`: how many requests may wait for a thread; `head_seconds`: in which the head of a request must be there
    whole, from its first byte on.
    """

    waiting = 64
    head_seconds = 10.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as its base
        super().__init__(*args, **kwargs)
        self._refusing = ThreadPoolExecutor(1, "refusing", initializer=shed_load)
        self._room = threading.BoundedSemaphore(self.waiting)
        self._read_until: dict[Any, tuple[float, Any]] = {}

    def accept(self, listener: Any) -> None:  # noqa: ANN401 - a socket of gunicorn's
        """Take a connection, and wait for its first byte without a thread."""
        self._accepted(listener)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - as its base
        """Before no more connections are taken for good, take those that the kernel has: closing would reset them.

        Over TCP one that comes between the last look and the closing is reset all the same.
        """
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        sys.setswitchinterval(_QUICK)
        for listener in self.sockets:
            if listener.sock.family == socket.AF_UNIX:
                listener.sock.shutdown(socket.SHUT_RD)  # refuses whoever comes from now on
            while self._accepted(listener):
                pass
            listener.close()

    def _accepted(self, listener: Any) -> bool:  # noqa: ANN401 - a socket of gunicorn's
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno not in _GONE:
                raise
            return False
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", UNREAD_SECONDS, 0))
        self.nr_conns += 1
        conn = TConn(self.cfg, sock, address, listener.getsockname())
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))
        return True

    def enqueue_req(self, conn: Any) -> None:  # noqa: ANN401 - a connection of gunicorn's
        """Hand a connection on which something has come to the threads, or to the one that refuses."""
        if _has_ended(conn):
            self.nr_conns -= 1
            conn.close()
            return
        room = self._room.acquire(blocking=False)
        pool = self.tpool if room else self._refusing
        future: Future[Any] = pool.submit(self._serve, conn, room=room)
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def handle_request(self, req: Any, conn: Any) -> Any:  # noqa: ANN401 - gunicorn's own
        """Answer a request whose head is read; its body is given the time that its length asks for."""
        length = getattr(req.body.reader, "length", None)
        seconds = CHUNKED_SECONDS if length is None else self.head_seconds + length / LEAST_RATE
        self._read_until[conn] = (time.monotonic() + seconds, req)
        return super().handle_request(req, conn)

    def murder_keepalived(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - as its base
        """Close who stayed silent; whoever has spoken since the last look is heard, since closing would reset him."""
        if not force:
            self._hear(self.keepalived_conns, self.on_client_socket_readable)
        super().murder_keepalived(force)

    def murder_pending(self) -> None:
        """Besides those that stay silent, read no further what comes too slowly."""
        self._hear(self.pending_conns, self.on_pending_socket_readable)
        super().murder_pending()
        now = time.monotonic()
        for conn, (until, req) in list(self._read_until.items()):
            if now > until and not _is_whole(req):
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)

    def _hear(self, waiting: Iterable[Any], readable: Callable[[Any, Any], object]) -> None:
        now = time.monotonic()
        for conn in [one for one in waiting if one.timeout <= now and _has_spoken(one.sock)]:
            readable(conn, conn.sock)

    def _serve(self, conn: Any, *, room: bool) -> Any:  # noqa: ANN401 - gunicorn's own
        if room:
            self._room.release()
        self._read_until[conn] = (time.monotonic() + self.head_seconds, None)
        try:
            kept = self.handle(conn)
            if not kept:
                close_graceful(conn.sock, timeout=_LINGER)  # here: the main loop would wait for the caller
            return kept
        finally:
            self._read_until.pop(conn, None)

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)


def _has_ended(conn: Any) -> bool:  # noqa: ANN401 - a connection of gunicorn's
    """Whether what has come is the caller's farewell, which needs no thread."""
    if isinstance(conn.sock, SSLSocket) or (conn.initialized and conn.parser.unreader.buf.getvalue()):
        return False
    try:
        return not conn.sock.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _has_spoken(sock: socket.socket) -> bool:
    """Whether something waits to be read; nothing is waited for."""
    look = select.poll()
    look.register(sock, select.POLLIN)
    return bool(look.poll(0))


def _is_whole(req: Any) -> bool:  # noqa: ANN401 - gunicorn's own
    """Whether nothing of a request is left to be read."""
    return req is not None and getattr(req.body.reader, "length", None) == 0
