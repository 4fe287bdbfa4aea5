"""One attempt against receivers that do not behave."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from service.notices.webhooks.networks import Networks
from service.notices.webhooks.sending import Answer, send, session_for
from service.notices.webhooks.terms import attempt
from tests.builders.receiving import LOOPBACK, receiver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BOUNDS = attempt()._replace(within=0.5)
HERE = Networks.named([LOOPBACK])
ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 999999999999\r\n\r\n"


def sent(url: str, networks: Networks = HERE) -> Answer:
    async def once() -> Answer:
        async with session_for(url, networks, BOUNDS) as session:
            return await send(session, url, {"webhook-id": "1"}, b"{}")

    return asyncio.run(once())


@contextmanager
def raw(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does with each connection whatever it likes; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection, contextlib.suppress(OSError):
                        serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_a_redirect_is_not_followed() -> None:
    with receiver(lambda _: 307) as found:
        assert sent(found.url)[:2] == ("redirected", 307)
        assert len(found.received) == 1


def test_an_answer_without_end_is_left_unread() -> None:
    told: list[int] = []

    def pour(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(ENDLESS)
        told.extend(connection.send(b"x" * 65_536) for _ in range(100_000))

    with raw(pour) as port:
        assert sent(f"http://127.0.0.1:{port}/")[:2] == ("delivered", 200)
    assert 0 < sum(told) < 16 << 20  # what fits between the two sockets, and no more


def test_no_answer_in_time_and_an_answer_that_is_none_are_failures() -> None:
    def wait(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.recv(65_536)  # until the sender has had enough

    def babble(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"220 ready\r\n")

    with raw(wait) as slow, raw(babble) as strange:
        assert sent(f"http://127.0.0.1:{slow}/").outcome == "timed_out"
        assert sent(f"http://127.0.0.1:{strange}/").outcome == "unreachable"
        assert sent(f"http://127.0.0.1:{strange}/").silent
    assert sent(f"http://127.0.0.1:{slow}/").outcome == "unreachable"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1"])
@pytest.mark.parametrize("networks", [Networks(), Networks.named(["10.0.0.0/8"])])
def test_a_name_that_leads_home_when_it_is_called_is_not_called(host: str, networks: Networks) -> None:
    with receiver() as found:
        port = found.server.server_port
        for scheme in ("http", "https"):
            assert sent(f"{scheme}://{host}:{port}/", networks).outcome in {"forbidden_address", "unreachable"}
        assert found.received == []
        if host == "localhost":
            assert sent(f"https://{host}:{port}/", networks).outcome == "forbidden_address"


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    day = datetime(2026, 1, 1)  # noqa: DTZ001 - as the library has it
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), day)
    certificate = builder.not_valid_after(day.replace(year=2040)).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "both.pem").write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    heard: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            heard.append(wrapped.recv(65_536))

    with raw(answer) as port:
        assert sent(f"https://localhost:{port}/").outcome == "unreachable"
    assert heard in ([], [b""])
