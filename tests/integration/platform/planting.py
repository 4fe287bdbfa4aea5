"""Secrets and identity numbers to plant, and a service of real processes whose every word is kept."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

from service.accounts import issue_token, open_account
from service.platform import Database, Role, job_actor
from service.register import registered_scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLANTED: Mapping[str, str] = {
    "identity number": "110101199003070038",
    "another identity number": "31011519781201231X",
    "password": "hunter2 planted password",
    "token": "xj_" + "plantedtoken" * 4,
    "cookie": "planted-cookie-secret",
    "one-time code": "ONETIME7Q2XPLANTED",
    "secret of time codes": "JBSWY3DPEHPK3PXPPLANTED",
    "secret of webhooks": "whsec_" + "UGxhbnRlZFNlY3JldE9m" * 2,
    "encryption key": "0badc0de" * 8,
    "password of the database": "planted-database-password",
    "name of a person": "种植某人",
}
METHOD = "HUNTERPLANTED"
PATIENCE = 60.0


class House:
    """Web server, workers and scheduler, with what they wrote."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.environ = environ
        self.path = str(folder / "web")
        self.traces = folder / "traces.ndjson"
        self.running = ExitStack()

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start one of our processes; what it says goes to a file of its name."""
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, *arguments], env=self.environ, stdout=log, stderr=log)
        self.running.callback(process.wait)
        self.running.callback(process.terminate)
        return process

    def said(self) -> dict[str, str]:
        """What each process wrote so far."""
        return {log.stem: log.read_text("utf-8", "replace") for log in self.folder.glob("*.log")}

    def spans(self) -> list[dict[str, Any]]:
        """What the receiver of traces was sent so far."""
        whole = self.traces.read_text("utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str, Mapping[str, str]]:  # noqa: ANN401 - whatever a caller sends
        """One request; the status, the body and the headers of its answer."""
        connection = _Connection(self.path)
        sent = body if isinstance(body, bytes | type(None)) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, sent, {"Content-Type": "application/json", **named})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace"), dict(answer.getheaders())
        finally:
            connection.close()

    def ask_raw(self, sent: bytes) -> bytes:
        """Something that may be no request at all."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.path)
            line.settimeout(PATIENCE)
            line.sendall(sent)
            return line.recv(65_536)

    def until(self, name: str, event: str) -> None:
        """Wait until a process has said something.

        Raises:
            TimeoutError: it has not.
        """
        end = time.monotonic() + PATIENCE
        while event not in self.said()[name]:
            if time.monotonic() > end:
                raise TimeoutError(f"{name} did not say {event}: {self.said()[name][-2_000:]}")
            time.sleep(0.05)


@contextmanager
def house(folder: Path, database_url: str, redis_url: str, *, level: str) -> Iterator[House]:
    """The service over a database, at a level of its logs; the address of the database bears a planted password."""
    url = make_url(database_url).set(password=PLANTED["password of the database"])
    environ = os.environ | {
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "REDIS_URL": redis_url,
        "ENCRYPTION_KEY": PLANTED["encryption key"],
        "LOG_LEVEL": level,
        "BIND": f"unix:{folder / 'web'}",
        "WEB_PROCESSES": "1",
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "figures"),
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{(port := _free_port())}",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    }
    (folder / "figures").mkdir()
    made = House(folder, environ)
    made.traces.touch()
    with made.running:
        made.start("receiver", "-m", "tests.builders.otlp", str(port), str(made.traces))
        made.start("web", "-m", "gunicorn", "-c", "python:service.server", "service.wsgi:app")
        made.start("worker", "-m", "workers.main", "--processes", "bulk=1", "drain=1", "study=0", "rerate=0")
        made.start("scheduler", "-m", "workers.schedule")
        _wait_for(made)
        yield made


def people(database: Database) -> str:
    """Somebody with a token, which is returned, and an account with the planted password."""
    with database.unit_of_work(job_actor("tests")) as uow:
        issued = issue_token(uow=uow, registered=registered_scope, role=Role.HANDLER, label="planted")
        open_account(
            uow=uow,
            registered=registered_scope,
            login="planted",
            name=PLANTED["name of a person"],
            role=Role.HANDLER,
            password=PLANTED["password"],
        )
    return issued.token


def arguments() -> str:
    """The arguments of every process of this machine, as anybody on it may read them."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(place.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(found)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form of a page."""
    return dict(re.findall(r'name="(csrf|once)" value="([^"]*)"', page))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(made: House) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            if made.ask("GET", "/readyz")[0] == 200:
                return
        except OSError:
            pass
        if time.monotonic() > end:
            raise TimeoutError(made.said()["web"])
        time.sleep(0.1)


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
