"""The web server as it runs in earnest: several processes, killed and stopped."""

import http.client
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from service.alive import is_alive
from tests.builders.forking import ended
from tests.builders.installed import begin

COMMAND = (sys.executable, "-m", "gunicorn", "-c", "python:service.server", "service.wsgi:app")


class Connection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=10)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


class Server:
    """A web server that has read its modules when it starts; its processes each keep figures of their own."""

    def __init__(self, folder: Path, database_url: str, *, processes: int = 2) -> None:
        self.path = str(folder / "web")
        own = {"DATABASE_URL": database_url, "BIND": f"unix:{self.path}", "WEB_PROCESSES": str(processes)}
        self.process = self.start({**os.environ, **own, "LOG_LEVEL": "WARNING"})

    def start(self, environ: Mapping[str, str]) -> ForkServerProcess | subprocess.Popen[bytes]:
        return begin("web", environ=environ)

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    def get(self, path: str) -> tuple[int, bytes]:
        connection = Connection(self.path)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        for _ in range(300):
            try:
                if self.get("/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        pytest.fail("the server did not become ready")

    def children(self) -> list[int]:
        return [
            int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]


class WholeServer(Server):
    """One started from a command line, which holds what such a process holds; its processes count together.

    Where they do so is looked up when the modules are read.
    """

    process: subprocess.Popen[bytes]

    def start(self, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        figures = Path(f"{self.path}-figures")
        figures.mkdir()
        return subprocess.Popen(COMMAND, env={**environ, "PROMETHEUS_MULTIPROC_DIR": str(figures)})

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[Server]:
    started = getattr(request, "param", Server)(tmp_path, database_url)
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.kill()


@pytest.mark.parametrize("server", [WholeServer], indirect=True, ids=["whole"])
def test_figures_are_counted_over_all_processes(server: Server) -> None:
    for _ in range(20):
        assert server.get("/livez")[0] == 200
    figures = dict(line.rsplit(" ", 1) for line in server.get("/metrics")[1].decode().splitlines() if line[0] != "#")
    assert float(figures['http_requests_total{method="GET",route="/livez",status="200"}']) == 20
    assert float(figures["oldest_mark_seconds"]) == 0


def test_a_killed_process_is_replaced_and_the_server_stops_when_told(server: Server) -> None:
    first = server.children()
    assert len(first) == 2
    for pid in first:
        os.kill(pid, signal.SIGKILL)
    for _ in range(200):
        if len(set(server.children()) - set(first)) == 2:
            break
        time.sleep(0.05)
    server.wait_until_ready()
    assert json.loads(server.get("/version")[1])["schema"]
    server.process.terminate()
    assert ended(server.process, 30) == 0


def alive(bind: str) -> int:
    """The end of the image's health check where the web server is told to listen there."""
    asked = [sys.executable, "-m", "service.alive"]
    return subprocess.run(asked, env=os.environ | {"BIND": bind}, check=False).returncode


def test_the_health_check_asks_where_the_server_was_told_to_listen(server: Server) -> None:
    assert alive(f"unix:{server.path}") == 0
    assert alive(f"unix:{server.path}.other") == 1
    server.process.terminate()
    ended(server.process, 30)
    assert alive(f"unix:{server.path}") == 1


class Livez(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/livez" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "", "localhost"])  # noqa: S104 - as BIND names them
def test_an_address_that_means_every_interface_is_asked_on_its_own(host: str) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), Livez) as there:
        answering = threading.Thread(target=there.handle_request)
        answering.start()
        assert is_alive(f"{host}:{there.server_port}, unix:elsewhere")
        answering.join()
    assert not is_alive(f"{host}:{there.server_port}")


def test_more_threads_than_connections_are_refused_at_the_start(database_url: str, tmp_path: Path) -> None:
    environ = os.environ | {"DATABASE_URL": database_url, "BIND": f"unix:{tmp_path}/web", "WEB_THREADS": "6"}
    refused = begin("web", environ=environ, out=tmp_path / "said")
    assert ended(refused, 60) != 0
    said = (tmp_path / "said").read_text("utf-8")
    assert "POOL_SIZE=5" in said
    assert "Raise POOL_SIZE" in said
