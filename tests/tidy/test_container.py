"""The image and the composition: what they copy exists, what they run is ours, and they give away no right."""

import importlib.util
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from service.cli.commands import COMMANDS
from service.platform import SettingsError, load_settings

from .tree import ROOT, read

OURS = ("migrate", "web", "worker", "scheduler", "deliverer")
BACKUPS = ("backup", "restore")


def dockerfile() -> str:
    return read(ROOT / "Dockerfile").replace("\\\n", " ")


def composition() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(read(ROOT / "compose.yaml"))
    return loaded


def copied() -> set[str]:
    found = re.findall(r"^COPY (?!--from)(.+)$", dockerfile(), re.MULTILINE)
    return {name.removesuffix("*") for line in found for name in line.split()[:-1]}


def test_what_the_image_copies_is_let_through_and_nothing_else() -> None:
    let_through = set(re.findall(r"^!(.+)$", read(ROOT / ".dockerignore"), re.MULTILINE))
    assert copied() == let_through
    assert read(ROOT / ".dockerignore").splitlines()[1] == "*"


def test_the_image_installs_the_runtime_lock_with_hashes() -> None:
    assert re.findall(r"-r (\S+\.lock)", dockerfile()) == ["requirements${EXTRA}.lock"]
    assert re.findall("^ARG EXTRA=(.*)$", dockerfile(), re.MULTILINE) == [""], "unless told else"
    assert "--require-hashes -r requirements${EXTRA}.lock" in dockerfile()


def test_the_image_runs_as_a_numbered_user_and_tells_its_health() -> None:
    final = dockerfile().rsplit("FROM ", 1)[1]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", final, re.MULTILINE)
    assert '"-m", "service.alive"' in final.split("HEALTHCHECK")[1]
    assert importlib.util.find_spec("service.alive") is not None
    assert "pip install" not in final


@pytest.mark.parametrize("name", [*OURS, *BACKUPS])
def test_our_services_hold_no_right_they_do_not_need(name: str) -> None:
    service = composition()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_what_the_composition_runs_exists() -> None:
    services = composition()["services"]
    assert set(services) == {"postgres", "redis", *OURS, *BACKUPS}
    modules = [services[name]["command"][2] for name in ("worker", "scheduler", "deliverer")]
    found = re.search(r'^CMD \["gunicorn", "-c", "python:(\S+)", "(\S+):app"\]$', dockerfile(), re.MULTILINE)
    assert found is not None
    for module in (*modules, *found.groups()):
        # A module's parent is imported, the module is not: wsgi would look for its database.
        assert importlib.util.find_spec(module) is not None, module


class Asked(Mapping[str, str]):
    """An empty environment that remembers which names were asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def read_by_us() -> set[str]:
    """Every name that a process reads from its environment, `NAME_FILE` too."""
    asked = Asked()
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        load_settings(asked)
    server = re.findall(r'os\.environ\.get\("(\w+)"', read(ROOT / "service/server.py"))
    return asked.names | set(server) | {"PROMETHEUS_MULTIPROC_DIR"}


def set_by_the_image() -> set[str]:
    stage = dockerfile().rsplit("FROM ", 1)[1]
    line = re.search(r"^ENV (.+)$", stage, re.MULTILINE)
    assert line is not None
    return set(re.findall(r"(\w+)=", line[1])) - {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


@pytest.mark.parametrize("name", [*OURS, *BACKUPS])
def test_every_variable_that_is_handed_on_is_one_that_is_read(name: str) -> None:
    handed_on = set(composition()["services"][name]["environment"]) - {"PGPASSWORD"}  # which libpq reads
    assert handed_on | set_by_the_image() <= read_by_us()


def test_every_setting_can_be_given() -> None:
    services = composition()["services"]
    given = set_by_the_image().union(*(services[name]["environment"] for name in (*OURS, *BACKUPS)))
    settings = {name.removesuffix("_FILE") for name in read_by_us()}
    assert settings == {name.removesuffix("_FILE") for name in given} - {"PGPASSWORD"}


@pytest.mark.parametrize("name", OURS)
def test_the_servers_that_must_be_named_are_and_the_key_is_a_file_that_is_handed_in(name: str) -> None:
    loaded = composition()
    service = loaded["services"][name]
    environ = service["environment"]
    assert environ["DATABASE_URL"].startswith("postgresql+psycopg://xinjian_app:${APPLICATION_PASSWORD:?")
    owner = loaded["services"]["postgres"]["environment"]
    known = {"DATABASE_OWNER_URL", "PGPASSWORD"} & set(environ)
    assert known == ({"DATABASE_OWNER_URL", "PGPASSWORD"} if name == "migrate" else set()), "it alone owns the tables"
    if known:
        assert environ["DATABASE_OWNER_URL"].startswith(f"postgresql+psycopg://{owner['POSTGRES_USER']}@postgres:")
        assert environ["PGPASSWORD"] == owner["POSTGRES_PASSWORD"]
    assert environ["REDIS_URL"].startswith("redis://redis:")
    assert environ["ENCRYPTION_KEY_FILE"] == "/run/secrets/encryption_key"
    assert ("LEDGER_KEY_FILE" in environ) == ("ledger_key" in service["secrets"]) == (name == "scheduler")
    assert set(service["secrets"]) - {"ledger_key"} == {"encryption_key"}
    # One that is handed over by a variable is copied in, which a root that is read-only refuses.
    assert all(set(secret) == {"file"} for secret in loaded["secrets"].values())


def test_backups_alone_hold_the_key_that_seals_them_and_no_other() -> None:
    services = composition()["services"]
    for name in BACKUPS:
        assert services[name]["secrets"] == ["backup_key"]
        assert services[name]["environment"]["BACKUP_KEY_FILE"] == "/run/secrets/backup_key"
        assert services[name]["command"][:2] == ["xinjian", name]
        assert services[name]["command"][1] in COMMANDS
    assert "user" not in services["backup"]
    # It gives files to the user of the server, and nobody can start it by mistake.
    assert services["restore"]["cap_add"] == ["CHOWN", "DAC_OVERRIDE", "FOWNER"]
    assert services["restore"]["profiles"] == ["restore"]
    folder = services["backup"]["command"][2]
    assert services["restore"]["command"][2] == folder
    assert folder in dockerfile()
    assert services["restore"]["command"][4].startswith(services["postgres"]["volumes"][0].split(":")[1])


def test_what_others_wait_for_tells_when_it_is_ready() -> None:
    services = composition()["services"]
    awaited = {
        (other, how["condition"]) for one in services.values() for other, how in one.get("depends_on", {}).items()
    }
    assert awaited == {
        ("postgres", "service_healthy"),
        ("redis", "service_healthy"),
        ("migrate", "service_completed_successfully"),
    }
    assert "--host=127.0.0.1" in services["postgres"]["healthcheck"]["test"]
    assert services["migrate"]["command"][0] == "xinjian"
    assert services["migrate"]["command"][1] in COMMANDS


def test_volumes_are_those_that_are_used() -> None:
    loaded = composition()
    used = {volume.split(":")[0] for one in loaded["services"].values() for volume in one.get("volumes", ())}
    assert used == set(loaded["volumes"])


def test_no_secret_is_written_down() -> None:
    text = read(ROOT / "compose.yaml")
    for password in re.findall(r"^ +\w*PASSWORD: (\S+)", text, re.MULTILINE):
        assert password.startswith("${"), password
    assert "POSTGRES_PASSWORD:?" in text
