"""Short texts: codes, days, names, cursors, one-time codes, settings, signatures of messages."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from scoring.kernel.codes import CodeError, public_key
from scoring.kernel.days import DayError, parse_day
from scoring.kernel.nesting import is_deeper
from scoring.kernel.points import PointsError, parse_points
from service.accounts.codes import accepted_step, recovery_digest
from service.notices.webhooks.sending import signed
from service.platform import Problem, SettingsError, load_settings
from service.platform.backup import BackupKeys
from service.platform.backup.errors import BackupError
from service.platform.backup.manifest import read_manifest
from service.platform.web.body import JsonProvider, read_json
from service.platform.web.paging import read_cursor, write_cursor
from service.register.intake.checker import is_day
from service.register.names import keys_of
from tests.fuzz import changing, hostile
from tests.fuzz.target import Target, promise
from tests.tidy.tree import ROOT, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fuzz.target import Attempt

AT: Final = datetime(2026, 6, 1, 4, tzinfo=UTC)
SHAPES: Final = ((int,), (str,), (str, int), (int, int, str))
SECRET: Final = bytes(range(32))
_WRITTEN: Final = 200
"""Levels that are written; a thousand are read, of bodies that no schema lets through."""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass") if _is_wide(data) else data.decode("latin-1")


def _is_wide(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _codes() -> Attempt:
    def attempt(data: bytes) -> None:
        text = _text(data)
        try:
            key = public_key(text)
        except CodeError as refused:
            promise(kept=bool(refused.code and refused.zh and refused.en), words=text)
            return
        promise(kept=public_key(str(key)) == key and str(key).isascii(), words=text)

    return attempt


def _days() -> Attempt:
    def attempt(data: bytes) -> None:
        text = _text(data)
        try:
            promise(kept=parse_day(text).isoformat() == text, words=text)
        except DayError as refused:
            promise(kept=refused.code == "day_malformed" and not is_day(text), words=text)
        try:
            promise(kept=isinstance(parse_points(text), int), words=text)
        except PointsError as refused:
            promise(kept=bool(refused.code), words=text)

    return attempt


def _names() -> Attempt:
    def attempt(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        keys = keys_of(text)
        again = keys_of(keys.key)
        promise(kept=again.key == keys.key, words=(text, keys.key, again.key))
        promise(kept="\0" in text or "\0" not in "".join(keys.grams), words=text)

    return attempt


def _cursors() -> Attempt:
    def attempt(data: bytes) -> None:
        text = _text(data)
        for shape in SHAPES:
            try:
                key = read_cursor(text, shape)
            except Problem as refused:
                promise(kept=refused.code == "invalid_cursor", words=text)
            else:
                promise(kept=read_cursor(write_cursor(key), shape) == key, words=text)

    return attempt


def _bodies() -> Attempt:
    def attempt(data: bytes) -> None:
        try:
            found = read_json(data)
        except Problem as refused:
            promise(kept=refused.document("zh") != refused.document("en"), words=refused.code)
        else:
            promise(kept=not any("\0" in text for text in _texts(found)), words=data)
            if not is_deeper(data.decode(), _WRITTEN):
                promise(kept=read_json(JsonProvider.dumps(None, found).encode()) == found, words=data)  # type: ignore[arg-type]

    return attempt


def _texts(found: object) -> Iterator[str]:
    """Every text of a document, names of members too."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        yield from found
        for value in found.values():
            yield from _texts(value)
    elif isinstance(found, list):
        for value in found:
            yield from _texts(value)


def _one_time_codes() -> Attempt:
    secret = base64.b32encode(bytes(20)).decode()

    def attempt(data: bytes) -> None:
        text = _text(data)
        step = accepted_step(secret, text, AT, after=0)
        promise(kept=step is None or accepted_step(secret, text, AT, after=step) is None, words=text)
        promise(kept=text != text.strip() or len(recovery_digest("a", _storable(text))) == 32, words=text)

    return attempt


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _settings() -> Attempt:
    def attempt(data: bytes) -> None:
        environ = dict(line.split("=", 1) for line in _text(data).splitlines() if "=" in line)
        given = {name: value for name, value in environ.items() if not name.endswith("_FILE")}
        try:
            load_settings(given)
        except SettingsError as refused:
            promise(kept=bool(refused.faults), words=given)

    return attempt


def _signatures() -> Attempt:
    (snippet,) = re.findall(r"```python\n(.*?)```", read(ROOT / "docs" / "webhooks.md"), re.DOTALL)
    page: dict[str, Any] = {}
    exec(compile(snippet, "docs/webhooks.md", "exec"), page)  # noqa: S102 -- the check that the page gives receivers
    fault: Callable[..., str | None] = page["fault"]
    body, secret = b'{"type":"tier.changed"}', "whsec_" + base64.b64encode(SECRET).decode()
    good = {name.lower(): value for name, value in signed([SECRET], 7, AT, body).items()}
    proper = set(good["webhook-signature"].split())

    def attempt(data: bytes) -> None:
        said = dict(line.split(":", 1) for line in _text(data).splitlines() if ":" in line)
        headers = {**good, **{name: value for name, value in said.items() if name in good}}
        wrong = fault([secret], headers, body, now=AT.timestamp())
        told = {"webhook-id", "webhook-timestamp"}
        same = all(headers[name] == good[name] for name in told)
        promise(kept=wrong is not None or (same and proper & set(headers["webhook-signature"].split())), words=said)

    return attempt


def _manifests() -> Attempt:

    keys = BackupKeys((SECRET,))

    def attempt(data: bytes) -> None:
        try:
            read_manifest(data, keys, "there")
        except BackupError as refused:
            promise(kept=bool(refused.zh and refused.en), words=refused)
        else:
            promise(kept=False, words="a manifest that nobody sealed was taken")

    return attempt


def _lines(*texts: str) -> Callable[[], Iterator[bytes]]:
    return lambda: (text.encode() for text in texts)


_CODES = ("uscc:91110000101623741K", "91110000101623741K", "reg:110105001234567", "own:A-1.b_2", " own:x ")
_NAMES = ("北京网络文化有限公司", "重庆朝阳大栅栏厦门", "ＡＢＣ（中国）", "國際貿易", "e\u0301\u0323", "😀 Straße İ")
_CURSORS = (write_cursor((7,)), write_cursor(("a",)), write_cursor(("é", -1)), write_cursor((1, 2, "x")))
_URL = "DATABASE_URL=postgresql://u@h/n\n"
_SETTINGS = (
    f"{_URL}POOL_SIZE=5\nLOG_LEVEL=INFO\nTRUSTED_PROXIES=1\nRATE_LIMIT=10\nWEBHOOK_SOURCE=urn:x",
    f"{_URL}REDIS_URL=redis://h:1/0\nWEBHOOK_NETWORKS=10.0.0.0/8 ::1/128\nLEDGER_NAME=n",
    f"{_URL}ENCRYPTION_KEY={'00' * 32}\nSECOND_FACTOR_ROLES=administrator\nMETRICS_BIND=[::1]:9",
    f"{_URL}OIDC_ISSUER=https://h/x\nOIDC_CLIENT_ID=a\nOIDC_CLIENT_SECRET=b\nWEBHOOK_CA=x",
)
_SIGNATURES = (
    "webhook-id:7\nwebhook-timestamp:1780286400\nwebhook-signature:v1,AAAA v1,BBBB v2,CCCC\n",
    "\n".join(f"{name}:{value}" for name, value in signed([SECRET], 7, AT, b'{"type":"tier.changed"}').items()).lower(),
)
_MANIFEST = (
    f'{{"form":1,"program":"0.1.0","key":"{"00" * 8}","seal":"00","ledger":{{}},"pieces":[{{"name":"a"}}],'
    '"started_at":"2026-01-01T00:00:00+00:00"}'
)
_SHORT = 2_048
TARGETS = (
    Target("codes", _codes, _lines(*_CODES), hostile.of_any_text, changing.words, _SHORT),
    Target("days-and-points", _days, _lines("2026-06-01", "-12.50", "0.1"), hostile.of_any_text, changing.words, 256),
    Target("names", _names, _lines(*_NAMES), hostile.of_any_text, changing.words, _SHORT),
    Target("cursors", _cursors, _lines(*_CURSORS), hostile.of_any_text, changing.octets, _SHORT),
    Target("json-bodies", _bodies, _lines('{"a":[1,{"b":"é"}],"c":null}'), hostile.of_json, changing.document),
    Target(
        "one-time-codes", _one_time_codes, _lines("123456", "ABCD-EFGH-IJKL-MNOP"), hostile.of_any_text, changing.words
    ),
    Target("settings", _settings, _lines(*_SETTINGS), hostile.of_any_text, changing.words, _SHORT),
    Target("webhook-signatures", _signatures, _lines(*_SIGNATURES), hostile.of_any_text, changing.words, _SHORT),
    Target("backup-manifests", _manifests, _lines(_MANIFEST), hostile.of_json, changing.document),
)
