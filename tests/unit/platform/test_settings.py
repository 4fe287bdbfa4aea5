"""Settings are read once and complain about everything at once."""

from pathlib import Path

import pytest

from service.bootstrap import assemble
from service.platform import Role, SettingsError, load_settings

DATABASE = {"DATABASE_URL": "postgresql+psycopg://app@/xinjian"}


def test_plain_postgresql_addresses_get_our_driver() -> None:
    settings = load_settings({"DATABASE_URL": "postgresql://app@db/xinjian"})
    assert settings.database_url == "postgresql+psycopg://app@db/xinjian"


def test_every_fault_is_listed_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"REDIS_URL": "localhost", "POOL_SIZE": "many", "LOG_LEVEL": "loud"})
    names = [fault.split()[0] for fault in caught.value.faults]
    assert names == ["DATABASE_URL", "REDIS_URL", "LOG_LEVEL", "POOL_SIZE"]


def test_a_secret_may_come_from_a_file(tmp_path: object) -> None:
    source = f"{tmp_path}/url"
    with open(source, "w", encoding="utf-8") as file:  # noqa: PTH123 - the path is text, as in an environment
        file.write(DATABASE["DATABASE_URL"] + "\n")
    assert load_settings({"DATABASE_URL_FILE": source}).database_url == DATABASE["DATABASE_URL"]


def test_name_and_file_together_are_a_fault_and_an_unreadable_file_too() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(DATABASE | {"DATABASE_URL_FILE": "/nowhere/at/all"})
    assert len(caught.value.faults) == 2
    assert "both set" in caught.value.faults[0]


@pytest.mark.parametrize("size", ["0", "-1", "1.5", "", "201", "٣"])
def test_a_size_out_of_range_is_refused(size: str) -> None:
    with pytest.raises(SettingsError, match="POOL_SIZE"):
        load_settings(DATABASE | {"POOL_SIZE": size})


@pytest.mark.parametrize(
    "said", ["no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "\u4fe1"]
)
def test_what_is_no_certificate_of_an_authority_is_refused(said: str) -> None:
    assert load_settings(DATABASE).webhook_ca is None
    with pytest.raises(SettingsError, match="WEBHOOK_CA holds no certificates"):
        load_settings(DATABASE | {"WEBHOOK_CA": said})


def test_roles_that_need_a_second_factor_are_roles_of_staff_and_there_is_a_key() -> None:
    key = {"ENCRYPTION_KEY": bytes(range(32)).hex()}
    settings = load_settings({**DATABASE, **key, "SECOND_FACTOR_ROLES": "administrator  approver"})
    assert settings.second_factor_roles == {Role.ADMINISTRATOR, Role.APPROVER}
    with pytest.raises(SettingsError, match="public, no role of staff"):
        load_settings({**DATABASE, **key, "SECOND_FACTOR_ROLES": "administrator public"})
    keyless = load_settings({**DATABASE, "SECOND_FACTOR_ROLES": "auditor"})  # of who migrates and reads no secret
    with pytest.raises(SettingsError, match="SECOND_FACTOR_ROLES needs ENCRYPTION_KEY"):
        assemble(keyless)


PROVIDER = {"OIDC_ISSUER": "https://sso.example", "OIDC_CLIENT_ID": "xinjian", "OIDC_CLIENT_SECRET": "s"}


def test_an_identity_provider_is_given_whole_or_not_at_all() -> None:
    assert load_settings(DATABASE).identity_provider is None
    found = load_settings(DATABASE | PROVIDER).identity_provider
    assert (found.issuer, found.client_id, found.client_secret) == ("https://sso.example", "xinjian", "s")
    assert "'s'" not in repr(found)
    for name in PROVIDER:
        with pytest.raises(SettingsError, match="go together"):
            load_settings({key: said for key, said in (DATABASE | PROVIDER).items() if key != name})


@pytest.mark.parametrize(
    "issuer", ["http://sso.example", "sso.example", "https://", "https://sso.example?x=1", "http://["]
)
def test_an_issuer_is_an_https_address(issuer: str) -> None:
    with pytest.raises(SettingsError, match="OIDC_ISSUER"):
        load_settings({**DATABASE, **PROVIDER, "OIDC_ISSUER": issuer})


def test_a_file_that_is_left_empty_is_not_given() -> None:
    assert load_settings({**DATABASE, "ENCRYPTION_KEY_FILE": ""}).encryption_keys == ()


def test_a_list_of_leaked_passwords_is_a_file_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("", "ascii")
    assert load_settings(DATABASE).leaked_passwords is None
    assert load_settings({**DATABASE, "LEAKED_PASSWORDS": str(file)}).leaked_passwords == file
    for wrong in (tmp_path, tmp_path / "nowhere", "list.txt"):
        with pytest.raises(SettingsError, match="LEAKED_PASSWORDS"):
            load_settings({**DATABASE, "LEAKED_PASSWORDS": str(wrong)})
