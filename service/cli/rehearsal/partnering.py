"""Another system that holds what the service tells: a receiver of webhooks on this machine, as long as it is needed."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from standardwebhooks import Webhook, WebhookVerificationError

from service.bootstrap import known_scope
from service.notices.webhooks import Networks
from service.notices.webhooks.partners import end_partner, register_partner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.cli.runtime import Runtime

LOOPBACK = "127.0.0.0/8"
TOPICS = ("tier.changed", "publication.withdrawn", "repair.effects", "repair.effects_undone")
REPAIRED, UNDONE = "xinjian.repair.effects.v1", "xinjian.repair.effects_undone.v1"
LONGEST = 1 << 20


class Partner:
    """What a partner knows, out of the messages whose signature holds, each taken once."""

    def __init__(self) -> None:
        self.secret = ""
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._tiers: dict[tuple[str, str], str | None] = {}
        self._withdrawn: set[str] = set()
        self._repaired: dict[str, bool] = {}

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer to a message."""
        try:
            Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            return 401
        message = json.loads(body)
        with self._lock:
            if message["id"] not in self._known:
                self._known.add(message["id"])
                self._keep(message)
        return 204

    def _keep(self, message: dict[str, Any]) -> None:
        entity, data = message["subject"], message["data"]
        if message["type"] in {REPAIRED, UNDONE}:
            self._repaired[entity] = message["type"] == REPAIRED
        elif "new" in data:
            self._tiers[entity, data["kind"]] = data["new"]["tier"]
        else:
            self._withdrawn.add(entity)

    def copy_of(self, entity: str) -> dict[str, Any]:
        """What it holds about an entity: tiers by kind, whether a record was taken down, whether it is repaired.

        ``repaired`` is None where nobody told it of a repair.
        """
        with self._lock:
            tiers = {kind: tier for (key, kind), tier in sorted(self._tiers.items()) if key == entity}
            return {"tiers": tiers, "repaired": self._repaired.get(entity), "withdrawn": entity in self._withdrawn}


@contextmanager
def partner_of(running: Runtime) -> Iterator[Partner]:
    """A partner that is told from now on and ends with the block.

    Raises:
        Problem: as `register_partner`.
    """
    partner = Partner()
    server = _Server(("127.0.0.1", 0), _handler(partner))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        with running.database.unit_of_work(running.actor) as uow:
            code = f"demo-{uow.now:%Y%m%d%H%M%S}-{server.server_port}"
            partner.secret = register_partner(
                uow=uow,
                networks=Networks.named([LOOPBACK]),
                registered=known_scope,
                code=code,
                name="演示接收方 · demonstration",
                url=f"http://127.0.0.1:{server.server_port}/hook",
                topics=TOPICS,
                purpose="演示 · demonstration",
            ).secret
        yield partner
        with running.database.unit_of_work(running.actor) as uow:
            end_partner(uow=uow, code=code, reason="演示结束 · end of the demonstration")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True


def _handler(partner: Partner) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(min(length, LONGEST))
            self.send_response(partner.take(body, {name.lower(): value for name, value in self.headers.items()}))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing: standard error is for the bars."""

    return Handler
