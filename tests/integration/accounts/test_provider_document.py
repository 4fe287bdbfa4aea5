"""What an identity provider says of itself is held against its name; whatever it says, that is told as a problem."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from service.accounts import Provider, Trip
from service.platform import IdentityProvider, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

BACK = "http://127.0.0.1:1/back"
NAMES = ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")


class Server(ThreadingHTTPServer):
    """A provider that says of itself what it is told to."""

    said: Any

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def sound(self) -> dict[str, str]:
        return {"issuer": self.issuer, **{name: f"{self.issuer}/{name}" for name in NAMES}}


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        body = json.dumps(self.server.said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:  # type: ignore[override] # nothing is said on standard error
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def way(server: Server) -> str:
    """Where a browser is sent."""
    return Provider(IdentityProvider(server.issuer, "xinjian", "secret")).way_there(Trip("a"), BACK)


def asked(server: Server, said: object) -> str:
    """What the refusal is called and what it is about."""
    server.said = said
    with pytest.raises(Problem) as refused:
        way(server)
    return f"{refused.value.code} {refused.value.params['what']}"


def test_a_sound_description_leads_to_its_place(server: Server) -> None:
    server.said = server.sound()
    assert way(server).startswith(f"{server.issuer}/authorization_endpoint?")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "address", ["http://[", "http://[::1", "http://[x]/", "//\u2100a", "", None, 7, ["http://a"], {}]
)
def test_what_is_no_address_is_told_by_its_name(server: Server, name: str, address: object) -> None:
    assert asked(server, server.sound() | {name: address}) == f"provider_unfit {name}"


@pytest.mark.parametrize("said", [[], "a", None, 1, {}, {"issuer": []}])
def test_what_is_no_description_is_told(server: Server, said: object) -> None:
    assert asked(server, said) in {"provider_unfit JSON", "provider_unfit issuer"}
