"""The image starts, answers, drains and stops in the bounds that compose.yaml sets, and holds no secret.

``IMAGE`` names a folder with the image's files: of ``docker export``, ``buildah mount`` or another tool.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import time
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg
import pytest
from sqlalchemy import make_url

from service.platform.embedded import EmbeddedStack
from tests.browser.town import free_port
from tests.builders.folders import server_folder
from tests.image.contained import COMPOSITION, GRACE, USER, Image, status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen

SECRET = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}|\bxj_[A-Za-z0-9_-]{40,}|\bAKIA[A-Z0-9]{16}\b"
)
SERVICES = ("web", "worker", "scheduler", "deliverer")
READY_WITHIN = 120


class Running(NamedTuple):
    """The programs by their names in compose.yaml, the web server's port, a token, the keys, the database."""

    image: Image
    environ: dict[str, str]
    children: dict[str, Popen[bytes]]
    port: int
    token: str
    keys: tuple[str, ...]
    servers: str


@pytest.fixture(scope="module")
def root() -> Path:
    named = os.environ.get("IMAGE")
    if not named:
        pytest.skip("IMAGE names no folder with the image's files")
    if os.getuid() != 0:
        pytest.skip("mounts are root's to make")
    found = Path(named)
    for made in ("sockets", "run/secrets"):
        (found / made).mkdir(parents=True, exist_ok=True)
    return found


@pytest.fixture(scope="module")
def running(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    logs, kept = tmp_path_factory.mktemp("logs"), tmp_path_factory.mktemp("secrets")
    keys = secrets.token_hex(32), secrets.token_hex(32)
    for name, key in zip(("encryption_key", "ledger_key"), keys, strict=True):
        (kept / name).write_text(key, "ascii")
        os.chown(kept / name, USER, USER)
        (kept / name).chmod(0o400)
    for folder in (kept, *list(kept.parents)[:2]):
        folder.chmod(0o755)
    data = server_folder()
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, data, ignore_errors=True)
        servers = stack.enter_context(EmbeddedStack(data, durable=False))
        sockets = Path(str(make_url(servers.database_url).query["host"]))
        sockets.chmod(0o755)
        for each in sockets.rglob("*"):
            each.chmod(0o777)
        redis = Path(servers.redis_url.removeprefix("unix://"))
        image, port = Image(root, sockets, kept), free_port()
        environ = {
            "DATABASE_URL": "postgresql+psycopg://xinjian@/xinjian?host=/sockets",
            "REDIS_URL": f"unix:///sockets/{redis.relative_to(sockets)}",
            "ENCRYPTION_KEY_FILE": "/run/secrets/encryption_key",
            "BIND": f"127.0.0.1:{port}",
        }
        done = image.run(environ, *COMPOSITION["services"]["migrate"]["command"])
        assert done.returncode == 0, done.stderr
        made = image.run(environ, "xinjian", "token", "create", "--role", "administrator")
        assert made.returncode == 0, made.stderr
        token = re.search(r"xj_[A-Za-z0-9_-]+", made.stdout)[0]  # type: ignore[index] # else the test fails here
        children = {}
        for name in SERVICES:
            command = COMPOSITION["services"][name].get(
                "command", ["gunicorn", "-c", "python:service.server", "service.wsgi:app"]
            )
            more = {"LEDGER_KEY_FILE": "/run/secrets/ledger_key"} if name == "scheduler" else {}
            children[name] = stack.enter_context(image.running({**environ, **more}, command, logs / f"{name}.log"))
        _await(port, children["web"], logs / "web.log")
        yield Running(image, environ, children, port, token, keys, servers.database_url)


def _await(port: int, web: Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while answer(port, "/readyz")[0] != 200:
        assert web.poll() is None, log.read_text("utf-8")
        assert time.monotonic() < until, log.read_text("utf-8")
        time.sleep(0.2)


def answer(port: int, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        got = connection.getresponse()
        return got.status, got.read()
    except (OSError, HTTPException):
        return 0, b""
    finally:
        connection.close()


def test_it_answers_and_its_health_check_agrees(running: Running) -> None:
    assert answer(running.port, "/readyz")[0] == 200
    assert answer(running.port, "/portal/")[0] == 200
    assert running.image.run(running.environ, "python", "-m", "service.alive").returncode == 0
    wrong = {**running.environ, "BIND": f"127.0.0.1:{free_port()}"}
    assert running.image.run(wrong, "python", "-m", "service.alive").returncode != 0


@pytest.mark.parametrize("name", SERVICES)
def test_each_program_is_a_user_without_rights(running: Running, name: str) -> None:
    assert running.children[name].poll() is None, "it runs"
    said = status(running.children[name].pid)
    assert set(said["Uid"].split()) == set(said["Gid"].split()) == {str(USER)}
    assert {said[each] for each in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert said["NoNewPrivs"] == "1"


def test_nothing_is_written_but_where_memory_is(running: Running) -> None:
    script = (
        "import pathlib, sys\n"
        "for place in ('/', '/opt/xinjian', '/var/lib/xinjian', '/etc', '/usr/local', '/run'):\n"
        "    try: (pathlib.Path(place) / 'written').write_text('x')\n"
        "    except OSError: continue\n"
        "    sys.exit(place)\n"
        "for place in ('/tmp', '/run/xinjian'):\n"
        "    (pathlib.Path(place) / 'written').write_text('x')\n"
    )
    done = running.image.run(running.environ, "python", "-c", script)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_secret_stands_in_an_argument_or_in_a_file_of_the_image(running: Running, root: Path) -> None:
    told = (*running.keys, running.token)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes()
        except OSError:
            continue
        assert not [key for key in told if key.encode() in arguments]
    for folder in ("opt/xinjian", "var/lib/xinjian", "home", "root", "srv"):
        for path in (root / folder).rglob("*"):
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                assert not any(key.encode() in content for key in told), path
                assert SECRET.search(content) is None, path
    # A tool that builds may leave the empty place at which it lent a file.
    left = (path for name in (".git", ".env", "pip.conf") for path in root.glob(f"*/{name}"))
    assert not [path for path in left if path.is_dir() or path.stat().st_size]
    assert not list((root / "opt/xinjian").rglob("*.key"))


def test_it_carries_no_tool_that_installs_and_no_test_of_ours(root: Path) -> None:
    site = next((root / "opt/xinjian/lib").glob("python3*/site-packages"))
    assert (site / "service").is_dir()
    assert not [name for name in ("pip", "setuptools", "tests", "bench", "pytest") if (site / name).exists()]


def test_who_was_heard_is_answered_and_all_stop_within_their_grace(running: Running) -> None:
    plain = make_url(running.servers).set(drivername="postgresql").render_as_string(hide_password=False)
    head = f"GET /v1/tokens HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {running.token}\r\n\r\n".encode()
    with psycopg.connect(plain) as held, socket.create_connection(("127.0.0.1", running.port), timeout=GRACE) as line:
        held.execute("LOCK TABLE api_token IN ACCESS EXCLUSIVE MODE")
        line.sendall(head)
        _await_waiting(plain)
        began = time.monotonic()
        for child in running.children.values():
            child.terminate()
        time.sleep(1)
        assert answer(running.port, "/livez")[0] == 0, "nobody new is taken"
        held.rollback()
        assert line.recv(65_536).startswith(b"HTTP/1.1 200"), "and who was heard is answered"
    ends = {name: child.wait(GRACE) for name, child in running.children.items()}
    assert ends == dict.fromkeys(SERVICES, 0)
    assert time.monotonic() - began < GRACE


def _await_waiting(database: str) -> None:
    """Until some session waits for a lock of another."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with psycopg.connect(database, autocommit=True) as asking:
        for _ in range(100):
            if asking.execute(waiting).fetchone() != (0,):
                return
            time.sleep(0.1)
    raise AssertionError("the request does not wait")
