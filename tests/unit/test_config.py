import base64
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from core import config, paths

KEY = "k" * config.SECRET_LENGTH
SIGNING_KEY = base64.b64encode(b"s" * 32).decode()
INDEX, FIRST, SECOND = (base64.b64encode(each * 32).decode() for each in (b"i", b"1", b"2"))
FIELD_KEYS = f"index:{INDEX},1:{FIRST}"
PRODUCTION = {
    "SHOUXI_ENV": "production",
    "SECRET_KEY": KEY,
    "SHOUXI_SIGNING_KEY": SIGNING_KEY,
    "SHOUXI_FIELD_KEYS": FIELD_KEYS,
}


def test_settings_default_to_production_and_ask_for_a_key() -> None:
    with pytest.raises(config.ConfigurationError, match="SECRET_KEY"):
        config.load({})


def test_production_takes_the_given_key_and_hides_it_when_printed() -> None:
    settings = config.load(PRODUCTION)
    assert settings.environment is config.Environment.PRODUCTION
    assert settings.secret_key == KEY
    assert KEY not in repr(settings)
    assert settings.port == config.DEFAULT_PORT
    assert settings.var == paths.VAR


@pytest.mark.parametrize("environment", list(config.Environment))
def test_short_key_is_refused_everywhere(environment: str, tmp_path: Path) -> None:
    environ = {"SHOUXI_ENV": environment, "SECRET_KEY": KEY[1:], "SHOUXI_VAR": str(tmp_path)}
    with pytest.raises(config.ConfigurationError, match="31"):
        config.load(environ)


def test_demo_keeps_its_keys_for_the_next_start(tmp_path: Path) -> None:
    environ = {"SHOUXI_ENV": "demo", "SHOUXI_VAR": str(tmp_path / "var")}
    first = config.load(environ)
    assert len(first.secret_key) >= config.SECRET_LENGTH
    assert config.load(environ) == first
    if os.name == "posix":
        for name in ("secret_key", "signing_key", "field_keys"):
            assert (tmp_path / "var" / name).stat().st_mode & 0o777 == 0o600


def test_test_keys_are_new_each_time_and_writes_nothing(tmp_path: Path) -> None:
    environ = {"SHOUXI_ENV": "test", "SHOUXI_VAR": str(tmp_path / "var")}
    one, other = config.load(environ), config.load(environ)
    assert one.secret_key != other.secret_key
    assert one.signing_key != other.signing_key
    assert one.field_keys != other.field_keys
    assert not (tmp_path / "var").exists()


def test_unknown_environment_is_refused_by_name() -> None:
    with pytest.raises(config.ConfigurationError, match="staging"):
        config.load({"SHOUXI_ENV": "staging"})


@pytest.mark.parametrize("port", ["1", "8000", "65535"])
def test_port_in_range_is_taken(port: str) -> None:
    assert config.load({"SHOUXI_ENV": "test", "SHOUXI_PORT": port}).port == int(port)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "８０００", "http", ""])
def test_port_out_of_range_or_not_a_number_is_refused(port: str) -> None:
    with pytest.raises(config.ConfigurationError, match="SHOUXI_PORT"):
        config.load({"SHOUXI_ENV": "test", "SHOUXI_PORT": port})


@pytest.mark.parametrize(("text", "number"), [(None, 0), ("", 0), ("0", 0), ("1", 1), ("9", 9)])
def test_number_of_proxies_is_taken(text: str | None, number: int) -> None:
    given = {} if text is None else {"SHOUXI_TRUSTED_PROXIES": text}
    assert config.load({"SHOUXI_ENV": "test", **given}).trusted_proxies == number


@pytest.mark.parametrize("text", ["10", "-1", "１", "all", "1.0", " "])
def test_number_of_proxies_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(config.ConfigurationError, match="SHOUXI_TRUSTED_PROXIES"):
        config.load({"SHOUXI_ENV": "test", "SHOUXI_TRUSTED_PROXIES": text})


# --- the keys of checkpoints and personal fields ------------------------------------------------------------


@pytest.mark.parametrize("name", ["SECRET_KEY", "SHOUXI_SIGNING_KEY", "SHOUXI_FIELD_KEYS"])
def test_production_asks_for_each_key_by_name(name: str) -> None:
    with pytest.raises(config.ConfigurationError, match=f"未设置 {name}"):
        config.load({**PRODUCTION, name: ""})


def test_keys_are_taken_and_hidden_when_printed() -> None:
    settings = config.load({**PRODUCTION, "SHOUXI_FIELD_KEYS": f" index:{INDEX}, 2:{SECOND} ,1:{FIRST}\n"})
    assert settings.signing_key == b"s" * 32
    assert settings.field_keys.index == b"i" * 32
    assert settings.field_keys.sealing == {1: b"1" * 32, 2: b"2" * 32}
    assert settings.field_keys.current == 2
    assert not any(each * 4 in repr(settings) for each in ("s", "i", "1", "2"))


def test_signing_key_may_be_pem() -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert config.load({**PRODUCTION, "SHOUXI_SIGNING_KEY": pem}).signing_key == b"s" * 32


@pytest.mark.parametrize("key", ["short", INDEX[:-4], "密钥", INDEX + INDEX, "-----BEGIN PRIVATE KEY-----"])
def test_unusable_signing_key_is_refused(key: str) -> None:
    with pytest.raises(config.ConfigurationError, match="SHOUXI_SIGNING_KEY 无效"):
        config.load({**PRODUCTION, "SHOUXI_SIGNING_KEY": key})


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        (f"1:{FIRST}", "缺少 index"),
        (f"index:{INDEX}", "缺少 index 项或编号项"),
        (f"index:{INDEX},0:{FIRST}", "第 2 项"),
        (f"index:{INDEX},256:{FIRST}", "第 2 项"),
        (f"index:{INDEX},１:{FIRST}", "第 2 项"),
        (f"index:{INDEX},1:{FIRST},1:{SECOND}", "第 3 项"),
        (f"index:{INDEX},1:{FIRST},", "第 3 项"),
        (f"index:{INDEX},1:{FIRST[:-4]}", "第 2 项"),
        (f"index:{INDEX},one:{FIRST}", "第 2 项"),
        (f"{INDEX},1:{FIRST}", "第 1 项"),
    ],
)
def test_unusable_field_keys_are_refused_without_showing_them(keys: str, why: str) -> None:
    with pytest.raises(config.ConfigurationError, match=why) as error:
        config.load({**PRODUCTION, "SHOUXI_FIELD_KEYS": keys})
    assert not any(key in str(error.value) for key in (INDEX, FIRST, SECOND))


def test_demo_and_test_take_given_keys_and_write_none(tmp_path: Path) -> None:
    for environment in ("demo", "test"):
        environ = {**PRODUCTION, "SHOUXI_ENV": environment, "SHOUXI_VAR": str(tmp_path)}
        settings = config.load(environ)
        assert settings.signing_key == b"s" * 32
        assert settings.field_keys.current == 1
    assert list(tmp_path.iterdir()) == []


# database


def test_without_an_address_the_database_is_the_embedded_one() -> None:
    assert config.load({"SHOUXI_ENV": "test"}).databases is None


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_addresses_of_the_database_are_taken_for_the_driver_and_hidden_when_printed(scheme: str) -> None:
    environ = {
        "SHOUXI_ENV": "test",
        "DATABASE_URL": f"{scheme}://app_user:first@db/shouxi",
        "DATABASE_OWNER_URL": f"{scheme}://app_owner:second@db/shouxi",
    }
    settings = config.load(environ)
    assert settings.databases == config.Databases(
        owner_url="postgresql+psycopg://app_owner:second@db/shouxi",
        user_url="postgresql+psycopg://app_user:first@db/shouxi",
    )
    assert not any(password in repr(settings) for password in ("first", "second"))


@pytest.mark.parametrize("missing", ["DATABASE_URL", "DATABASE_OWNER_URL"])
def test_one_address_of_the_database_without_the_other_is_refused(missing: str) -> None:
    environ = dict.fromkeys(("DATABASE_URL", "DATABASE_OWNER_URL"), "postgresql://db/shouxi")
    with pytest.raises(config.ConfigurationError, match=f"未设置 {missing}。"):
        config.load({"SHOUXI_ENV": "test"} | environ | {missing: ""})


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_OWNER_URL"])
def test_address_of_another_engine_is_refused(name: str) -> None:
    environ = dict.fromkeys(("DATABASE_URL", "DATABASE_OWNER_URL"), "postgresql://db/shouxi")
    with pytest.raises(config.ConfigurationError, match=f"{name} 应为 postgresql"):
        config.load({"SHOUXI_ENV": "test"} | environ | {name: "sqlite:///shouxi.db"})


def test_unknown_password_rule_is_refused() -> None:
    with pytest.raises(config.ConfigurationError, match="grade3、nist"):
        config.load({**PRODUCTION, "SHOUXI_PASSWORDS": "weak"})
