"""Settings: frozen, typed, read once from the environment."""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from scoring.ledger import is_name
from service.platform.actor import STAFF, Role
from service.platform.encryption import KEY_BYTES
from service.platform.logs import LEVELS
from service.platform.query_log_keeping import least_years

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LAST_PORT = 65_535
_POSTGRESQL = "postgresql+psycopg://"


class SettingsError(Exception):
    """The environment is incomplete or malformed; `faults` lists everything at once, one sentence each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """The OpenID provider by which staff may sign in, and what it knows us by; `ca`: certificates (PEM) trusted."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    ca: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a process must know to start.

    `database_url`: of the role under which the service runs; `owner_url`: of the role that owns the tables and
    migrates, None where both are one.
    Sizes are in bytes, `pool_size` in connections, limits in requests a minute of one caller to one process.
    `statement_timeout`, `lock_timeout`: seconds that the web server gives one statement, and the wait for one lock.
    `waiting_marks`, `waiting_files`: wishes to re-rate and files that may wait; beyond that nothing more is taken in.
    `encryption_keys`: under which secrets are stored, 32 bytes each; the first encrypts.
    `webhook_networks`: networks that are not public and to which webhooks may go; `webhook_source`: their `source`;
    `webhook_ca`: certificates (PEM) of authorities that are trusted there beside those of the system.
    `rerate_share`: of a processor's time that each process takes which re-rates for an edition to come, in hundredths.
    `second_factor_roles`: the roles of staff whose accounts open nothing without a second factor.
    `identity_provider`: by which staff may sign in besides passwords, None for none.
    `metrics_kept`: seconds for which figures read from the database stand; `metrics_bind`: where processes other than
    the web server tell their metrics, None: nowhere. `traces_endpoint`: the OTLP receiver (HTTP) of traces, None: none.
    `stock_folder`: where column snapshots of the evidence lie, shared by all processes; `stocks_kept`: how many.
    `ledger_keys`: seeds of the keys that sign checkpoints of the ledger as `ledger_name`, 32 bytes each.
    `backup_keys`: under which backups are sealed, 32 bytes each; the first seals.
    `query_log_years`: for how long notes of queries are kept.
    `backup_age`: hours for which verified backups may lie behind before somebody is alarmed; 0: nobody is.
    `leaked_passwords`: a file of digests of passwords that nobody may choose, None: none.
    """

    database_url: str
    owner_url: str | None = field(default=None, repr=False)
    redis_url: str | None = None
    pool_size: int = 5
    statement_timeout: int = 60
    lock_timeout: int = 20
    waiting_marks: int = 1_000_000
    waiting_files: int = 100
    log_level: str = "INFO"
    max_body_bytes: int = 1 << 20
    max_bulk_bytes: int = 1 << 30
    rate_limit: int = 60_000
    public_rate_limit: int = 1_200
    trusted_proxies: int = 0
    encryption_keys: tuple[bytes, ...] = field(default=(), repr=False)
    webhook_networks: tuple[str, ...] = ()
    webhook_source: str = "urn:xinjian"
    webhook_ca: str | None = None
    second_factor_roles: frozenset[Role] = frozenset()
    identity_provider: IdentityProvider | None = None
    stock_folder: Path | None = None
    stocks_kept: int = 2
    rerate_share: int = 50
    metrics_kept: int = 5
    metrics_bind: str | None = None
    ledger_keys: tuple[bytes, ...] = field(default=(), repr=False)
    backup_keys: tuple[bytes, ...] = field(default=(), repr=False)
    ledger_name: str = "xinjian"
    traces_endpoint: str | None = None
    query_log_years: int = field(default_factory=least_years)
    backup_age: int = 30
    leaked_passwords: Path | None = None


class _Reader:
    """Reads names one by one and remembers every fault, so that an operator repairs all of them in one go."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        direct, file_name = self.environ.get(name), self.environ.get(f"{name}_FILE") or None
        if direct is not None and file_name is not None:
            self.faults.append(f"{name} and {name}_FILE are both set: keep one")
        if file_name is not None:
            try:
                return Path(file_name).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                self.faults.append(f"{name}_FILE names {file_name}, which cannot be read: {error}")
        return default if direct is None else direct.strip()

    def database(self, name: str) -> str:
        raw = self.text(name)
        found = _POSTGRESQL + raw.removeprefix("postgresql://") if raw.startswith("postgresql://") else raw
        if found and not found.startswith(_POSTGRESQL):
            self.faults.append(f"{name} is no PostgreSQL address: give {_POSTGRESQL}user@host/name")
        return found

    def keys(self, name: str) -> tuple[bytes, ...]:
        found = []
        for raw in self.text(name).split():
            try:
                found.append(bytes.fromhex(raw))
            except ValueError:
                found.append(b"")
        if any(len(key) != KEY_BYTES for key in found):
            self.faults.append(f"{name} is no key: give 64 hexadecimal digits, more keys after white space")
        return tuple(found)

    def networks(self, name: str) -> tuple[str, ...]:
        found = tuple(self.text(name).split())
        for network in found:
            try:
                ip_network(network)
            except ValueError as error:
                self.faults.append(f"{name} names {network!r}, which is no network: {error}. Give one as 10.20.0.0/16")
        return found

    def roles(self, name: str) -> frozenset[Role]:
        named = frozenset(self.text(name).split())
        known = {role.value: role for role in STAFF}
        if unknown := sorted(named - set(known)):
            listed = ", ".join(sorted(known))
            self.faults.append(f"{name} names {', '.join(unknown)}, no role of staff: give some of {listed}")
        return frozenset(known[one] for one in named & set(known))

    def certificates(self, name: str) -> str | None:
        raw = self.text(name)
        found = raw.encode("ascii", "ignore").decode()  # what bundles say between certificates may be in any language
        try:
            if raw:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=found)
        except (ssl.SSLError, ValueError) as error:
            self.faults.append(f"{name} holds no certificates: {error}. Give them as PEM, better as {name}_FILE")
        return found or None

    def folder(self, name: str) -> Path | None:
        found = self.text(name)
        if found and not Path(found).is_absolute():
            self.faults.append(f"{name} is {found!r}: give the whole path of a folder, beginning with /")
        return Path(found) if found else None

    def file(self, name: str) -> Path | None:
        found = self.text(name)
        if found and not (Path(found).is_absolute() and os.access(found, os.R_OK) and Path(found).is_file()):
            self.faults.append(f"{name} is {found!r}: give the whole path of a file that can be read, beginning with /")
        return Path(found) if found else None

    def address(self, name: str) -> str | None:
        raw = self.text(name)
        host, colon, port = raw.rpartition(":")
        if raw and not (host and colon and port.isascii() and port.isdigit() and int(port) <= _LAST_PORT):
            self.faults.append(f"{name} is {raw!r}: give an address and a port as 0.0.0.0:9100")
        return raw or None

    def receiver(self, name: str) -> str | None:
        raw = self.text(name)
        if raw and not raw.startswith(("http://", "https://")):
            self.faults.append(f"{name} is {raw!r}: give the address of an OTLP receiver as http://collector:4318")
        return raw or None

    def integer(self, name: str, default: int, *, least: int, most: int) -> int:
        raw = self.text(name, str(default))
        if not raw.isascii() or not raw.isdigit() or not least <= int(raw) <= most:
            self.faults.append(f"{name} is {raw!r}: give a whole number from {least} to {most}")
            return default
        return int(raw)


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read `NAME` or `NAME_FILE` for every setting.

    Raises:
        SettingsError: with every missing or malformed name, not only the first.
    """
    read = _Reader(environ)
    database_url = read.database("DATABASE_URL")
    if not (database_url or read.faults):
        read.faults.append(f"DATABASE_URL is missing: give {_POSTGRESQL}user@host/name")
    redis_url = read.text("REDIS_URL") or None
    if redis_url is not None and not redis_url.startswith(("redis://", "rediss://", "unix://")):
        read.faults.append("REDIS_URL is no Redis address: give redis://host:6379/0 or unix:///path/to/socket")
    log_level = read.text("LOG_LEVEL", "INFO").upper()
    if log_level not in LEVELS:
        read.faults.append(f"LOG_LEVEL is {log_level!r}: give one of {', '.join(LEVELS)}")
    settings = Settings(
        database_url=database_url,
        owner_url=read.database("DATABASE_OWNER_URL") or None,
        redis_url=redis_url,
        pool_size=read.integer("POOL_SIZE", 5, least=1, most=200),
        statement_timeout=read.integer("STATEMENT_TIMEOUT", 60, least=1, most=3_600),
        lock_timeout=read.integer("LOCK_TIMEOUT", 20, least=1, most=3_600),
        waiting_marks=read.integer("WAITING_MARKS", 1_000_000, least=1, most=1 << 31),
        waiting_files=read.integer("WAITING_FILES", 100, least=1, most=1 << 20),
        log_level=log_level,
        max_body_bytes=read.integer("MAX_BODY_BYTES", 1 << 20, least=1 << 10, most=1 << 30),
        max_bulk_bytes=read.integer("MAX_BULK_BYTES", 1 << 30, least=1 << 10, most=1 << 40),
        rate_limit=read.integer("RATE_LIMIT", 60_000, least=1, most=1 << 31),
        public_rate_limit=read.integer("PUBLIC_RATE_LIMIT", 1_200, least=1, most=1 << 31),
        encryption_keys=read.keys("ENCRYPTION_KEY"),
        webhook_networks=read.networks("WEBHOOK_NETWORKS"),
        webhook_source=read.text("WEBHOOK_SOURCE", "urn:xinjian"),
        webhook_ca=read.certificates("WEBHOOK_CA"),
        trusted_proxies=read.integer("TRUSTED_PROXIES", 0, least=0, most=10),
        second_factor_roles=read.roles("SECOND_FACTOR_ROLES"),
        identity_provider=_identity_provider(read),
        stock_folder=read.folder("STOCK_FOLDER"),
        stocks_kept=read.integer("STOCKS_KEPT", 2, least=1, most=100),
        rerate_share=read.integer("RERATE_SHARE", 50, least=1, most=100),
        metrics_kept=read.integer("METRICS_KEPT", 5, least=0, most=300),
        metrics_bind=read.address("METRICS_BIND"),
        ledger_keys=read.keys("LEDGER_KEY"),
        backup_keys=read.keys("BACKUP_KEY"),
        ledger_name=read.text("LEDGER_NAME", "xinjian"),
        traces_endpoint=read.receiver("OTEL_EXPORTER_OTLP_ENDPOINT"),
        query_log_years=read.integer("QUERY_LOG_YEARS", least_years(), least=least_years(), most=100),
        backup_age=read.integer("BACKUP_AGE", 30, least=0, most=720),
        leaked_passwords=read.file("LEAKED_PASSWORDS"),
    )
    if not is_name(settings.ledger_name):
        read.faults.append(f"LEDGER_NAME is {settings.ledger_name!r}: give a name without white space and plus signs")
    if read.faults:
        raise SettingsError(tuple(read.faults))
    return settings


def load_backup_keys(environ: Mapping[str, str]) -> tuple[bytes, ...]:
    """The keys of backups alone, for where there is no database: before it is restored.

    Raises:
        SettingsError: they are malformed.
    """
    read = _Reader(environ)
    keys = read.keys("BACKUP_KEY")
    if read.faults:
        raise SettingsError(tuple(read.faults))
    return keys


def _identity_provider(read: _Reader) -> IdentityProvider | None:
    issuer, client_id, secret = read.text("OIDC_ISSUER"), read.text("OIDC_CLIENT_ID"), read.text("OIDC_CLIENT_SECRET")
    ca = read.certificates("OIDC_CA")
    if not (issuer or client_id or secret):
        return None
    if not (issuer and client_id and secret):
        read.faults.append("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together: give all three or none")
    if issuer and not _is_safe(issuer):
        read.faults.append(f"OIDC_ISSUER is {issuer!r}: give the https address that the provider calls itself by")
    return IdentityProvider(issuer, client_id, secret, ca)


def _is_safe(issuer: str) -> bool:
    """Whether an issuer is an https address (Discovery 1.0, 3), or one of this very machine."""
    try:
        parts = urlsplit(issuer)
    except ValueError:
        return False
    own = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return bool(parts.hostname and (own or parts.scheme == "https") and not parts.query and not parts.fragment)
