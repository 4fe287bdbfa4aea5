"""The proxy of the example before the real application, on ports of this machine."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from contextlib import contextmanager
from http.client import HTTPResponse
from socket import create_connection
from typing import TYPE_CHECKING, Any, NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, make_server

from service.app import create_app
from service.bootstrap import assemble
from service.platform import Settings
from tests.browser.town import free_port
from tests.tidy.tree import ROOT, read

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path

    from tests.builders.certificates import Authority

NAME = "xinjian.example.gov.cn"
EXAMPLE = ROOT / "deploy" / "proxy" / "nginx.conf"


class Standing(NamedTuple):
    """The ports of the proxy, and what the application took each caller to be: address, scheme, host, path."""

    tls: int
    plain: int
    believed: list[tuple[str, str, str, str]]
    folder: Path

    def ask(self, trust: ssl.SSLContext, said: str, *, name: str = NAME) -> HTTPResponse:
        """The answer to a request, head and body as they go over the line."""
        with (
            create_connection(("127.0.0.1", self.tls), timeout=30) as plain,
            trust.wrap_socket(plain, server_hostname=name) as line,
        ):
            line.sendall(said.replace("\n", "\r\n").encode())
            answer = HTTPResponse(line)
            answer.begin()
            answer.read()
            return answer


class _Silent(WSGIRequestHandler):
    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@contextmanager
def standing(program: str, folder: Path, authority: Authority) -> Iterator[Standing]:
    """The application with ``TRUSTED_PROXIES=1``, and nginx before it with the example's own words."""
    believed: list[tuple[str, str, str, str]] = []
    nowhere = Settings(database_url="postgresql+psycopg://nobody@/none?host=/nowhere", trusted_proxies=1)
    app = create_app(assemble(nowhere))
    within = app.wsgi_app.app  # type: ignore[attr-defined] # behind what believes the proxy

    def noting(environ: dict[str, Any], start: Any) -> Any:  # noqa: ANN401 -- as WSGI has it
        said = (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ["HTTP_HOST"], environ["PATH_INFO"])
        believed.append(said)
        return within(environ, start)

    app.wsgi_app.app = noting  # type: ignore[attr-defined]
    ports = Standing(free_port(), free_port(), believed, folder)
    authority.server(NAME)
    with make_server("127.0.0.1", 0, app, handler_class=_Silent) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (folder / "nginx.conf").write_text(_fitted(ports, server.server_port), "utf-8")
        # Its processes are to reach what lies in the folder of the test, which is for whoever runs it alone.
        own = "daemon off; user root;" if os.geteuid() == 0 else "daemon off;"
        command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", own]
        with (folder / "start.log").open("wb") as log:
            nginx = subprocess.Popen(command, stderr=log)
        try:
            _await(ports.tls, nginx, folder)
            yield ports
        finally:
            nginx.terminate()
            nginx.wait(30)
            server.shutdown()


def _fitted(ports: Standing, upstream: int) -> str:
    """The example with places of this run; each is there to be exchanged."""
    text = read(EXAMPLE)
    pem = str(next(ports.folder.glob(f"{NAME}-*.pem")))
    for there, here in (
        ("listen 80 ", f"listen 127.0.0.1:{ports.plain} "),
        ("listen 443 ssl", f"listen 127.0.0.1:{ports.tls} ssl"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{upstream};"),
        ("/etc/xinjian/tls/fullchain.pem", pem),
        ("/etc/xinjian/tls/key.pem", pem),
        ("/run/nginx.pid", str(ports.folder / "nginx.pid")),
        ("/var/log/nginx", str(ports.folder)),
        ("/var/cache/nginx", str(ports.folder)),
        ("http {\n", "http {\n" + "".join(f"    {kind}_temp_path {ports.folder}/{kind};\n" for kind in _TEMPORARY)),
    ):
        assert there in text, there
        text = text.replace(there, here)
    return text


_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def _await(port: int, nginx: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(300):
        try:
            create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            assert nginx.poll() is None, (folder / "start.log").read_text("utf-8")
            time.sleep(0.1)
        else:
            return
    raise AssertionError("nginx does not listen")
