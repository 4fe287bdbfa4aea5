"""The example of a reverse proxy, run by a real nginx before the real application."""

from __future__ import annotations

import re
import shutil
import ssl
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from service.app import create_app
from service.bootstrap import assemble
from service.pages import blueprint as pages
from service.pages.assets import version
from service.platform import Settings, most_bytes
from service.platform.web import idempotency
from tests.builders.certificates import Authority
from tests.integration.proxy.standing import EXAMPLE, NAME, Standing, standing
from tests.tidy.tree import read

if TYPE_CHECKING:
    from collections.abc import Iterator

GET = f"GET {{}} HTTP/1.1\nHost: {NAME}\nConnection: close\n"
POST = f"POST {{}} HTTP/1.1\nHost: {NAME}\nConnection: close\nContent-Type: text/plain\nContent-Length: {{}}\n\n"
MIB = 1024**2
STYLES = "xinjian.css"
SIZES = {"m": MIB, "g": 1024 * MIB}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Authority, Standing]]:
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        pytest.skip("nginx is not installed: the example of a proxy is not tried")
    folder = tmp_path_factory.mktemp("proxy")
    for each in (folder, *list(folder.parents)[:2]):
        each.chmod(0o755)
    issuer = Authority(folder)
    with standing(program, folder, issuer) as found:
        yield issuer, found


@pytest.fixture(scope="module")
def proxy(authority: tuple[Authority, Standing]) -> Standing:
    return authority[1]


@pytest.fixture
def trust(authority: tuple[Authority, Standing]) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=authority[0].pem)


def test_old_protocols_and_weak_ciphers_are_refused_and_new_ones_taken(proxy: Standing, trust: ssl.SSLContext) -> None:
    taken = []
    for protocol in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        trust.minimum_version = trust.maximum_version = protocol
        taken.append(proxy.ask(trust, GET.format("/version") + "\n").version)
    assert len(taken) == 2
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        trust.minimum_version, trust.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    trust.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        proxy.ask(trust, GET.format("/version") + "\n")


@pytest.mark.parametrize(
    "ciphers", ["AES128-SHA", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA", "NULL", "DES"]
)
def test_a_cipher_without_forward_secrecy_or_authenticated_encryption_is_refused(
    proxy: Standing, trust: ssl.SSLContext, ciphers: str
) -> None:
    trust.maximum_version = ssl.TLSVersion.TLSv1_2
    try:
        trust.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    except ssl.SSLError:
        pytest.skip("this machine does not know the cipher any more")
    with pytest.raises(ssl.SSLError):
        proxy.ask(trust, GET.format("/version") + "\n")


def test_another_name_gets_no_certificate_at_all(proxy: Standing, trust: ssl.SSLContext) -> None:
    trust.check_hostname = False
    trust.verify_mode = ssl.CERT_NONE
    with pytest.raises(ssl.SSLError, match=r"(?i)unrecognized|alert"):
        proxy.ask(trust, GET.format("/version") + "\n", name="elsewhere.example")


@pytest.mark.parametrize("path", [f"/static/{STYLES}", "/no-such-page", "/metrics", "/portal/"])
def test_every_answer_says_that_only_tls_is_spoken_here(proxy: Standing, trust: ssl.SSLContext, path: str) -> None:
    answer = proxy.ask(trust, GET.format(path) + "\n")
    said = answer.headers.get_all("Strict-Transport-Security")
    assert said == ["max-age=63072000; includeSubDomains"]
    assert "nginx/" not in str(answer.headers)


def test_without_tls_one_is_led_to_it(proxy: Standing) -> None:
    connection = HTTPConnection("127.0.0.1", proxy.plain, timeout=30)
    connection.request("GET", "/portal/?q=a", headers={"Host": "elsewhere.example"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{NAME}/portal/?q=a")
    connection.close()


def test_what_a_client_says_of_itself_is_not_believed(proxy: Standing, trust: ssl.SSLContext) -> None:
    forged = (
        "X-Forwarded-For: 203.0.113.7, 198.51.100.1\nX-Forwarded-Proto: http\nX-Forwarded-Host: elsewhere.example\n"
        "X_Forwarded_For: 203.0.113.7\nForwarded: for=203.0.113.7\nX-Forwarded-Prefix: /console\n"
    )
    proxy.believed.clear()
    assert proxy.ask(trust, GET.format("/docs") + forged + "\n").status == 200
    assert proxy.believed == [("127.0.0.1", "https", NAME, "/docs")]


def test_figures_and_health_are_for_those_within(proxy: Standing, trust: ssl.SSLContext) -> None:
    proxy.believed.clear()
    for path in ("/metrics", "/readyz", "/livez", "/%6detrics", "//metrics", "/./metrics"):
        assert proxy.ask(trust, GET.format(path) + "\n").status == 404
    assert proxy.believed == []


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(proxy: Standing, trust: ssl.SSLContext) -> None:
    proxy.believed.clear()
    for path, size in (
        ("/v1/events", MIB),
        ("/v1/visits/1/files", 21 * MIB),
        ("/console/visits/1/findings", 21 * MIB),
        ("/v1/events/bulk", 1024 * MIB),
        ("/v1/imports/entities", 1024 * MIB),
    ):
        assert proxy.ask(trust, POST.format(path, size + 1)).status == 413, path
    assert proxy.believed == []
    answer = proxy.ask(trust, POST.format("/v1/events", 9) + "not known")
    assert answer.status in {401, 415, 500, 503}
    assert proxy.believed


def test_a_head_beyond_the_limit_is_refused(proxy: Standing, trust: ssl.SSLContext) -> None:
    assert proxy.ask(trust, GET.format("/portal/?q=" + "a" * 9_000) + "\n").status == 414
    assert proxy.ask(trust, GET.format("/docs") + f"X-Long: {'a' * 9_000}\n\n").status == 400


def test_who_asks_too_often_is_told_so(proxy: Standing, trust: ssl.SSLContext) -> None:
    asked = [proxy.ask(trust, GET.format("/console/sign-in") + "\n").status for _ in range(40)]
    assert 429 in asked
    assert asked[0] != 429


def test_what_never_changes_is_asked_for_once_and_sent_packed(proxy: Standing, trust: ssl.SSLContext) -> None:
    proxy.believed.clear()
    path = f"/static/{STYLES}?v={version(STYLES)}"
    answers = [proxy.ask(trust, GET.format(path) + "Accept-Encoding: gzip\n\n") for _ in range(3)]
    assert [one.status for one in answers] == [200] * 3
    assert answers[0].headers["Content-Encoding"] == "gzip"
    assert "max-age=31536000" in answers[0].headers["Cache-Control"]
    assert [path for *_, path in proxy.believed] == [f"/static/{STYLES}"]


def test_the_log_holds_no_query(proxy: Standing, trust: ssl.SSLContext) -> None:
    proxy.ask(trust, GET.format("/docs?secret-name=x") + "\n")
    log = (proxy.folder / "access.log").read_text("utf-8")
    assert '"GET /docs"' in log
    assert "secret-name" not in log


def test_its_limits_are_those_of_the_service() -> None:
    """Each address that takes more than an ordinary body is let through with as much, and no other is."""
    text = read(EXAMPLE)
    usual = Settings(database_url="postgresql+psycopg://nobody@/none?host=/nowhere")
    (ordinary,) = re.findall(r"^    client_max_body_size (\d+)([mg]);", text, re.MULTILINE)
    assert bytes_of(ordinary) == usual.max_body_bytes
    wider = {
        pattern: bytes_of(size)
        for pattern, *size in re.findall(r"location ~ (\S+) \{\n\s+client_max_body_size (\d+)([mg]);", text)
    }
    assert set(wider.values()) == {usual.max_bulk_bytes, most_bytes() + MIB}
    app = create_app(assemble(usual))
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        path = re.sub("<[^>]*>", "7", rule.rule)
        matching = [size for pattern, size in wider.items() if re.search(pattern, path)]
        bulk = getattr(view, pages._BULK, False) or path.startswith(("/v1/imports", "/v1/events/bulk"))  # noqa: SLF001 -- the mark itself
        file = getattr(view, pages._FILES, False) or getattr(view, idempotency._STREAMS, False)  # noqa: SLF001 -- as above
        if "POST" in (rule.methods or ()) and (bulk or file):
            assert matching == [usual.max_bulk_bytes if bulk else most_bytes() + MIB], path


def bytes_of(said: tuple[str, str] | list[str]) -> int:
    return int(said[0]) * SIZES[said[1]]
