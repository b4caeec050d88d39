import os
from pathlib import Path

import pytest

from core import config, paths

KEY = "k" * config.SECRET_LENGTH


def test_settings_default_to_production_and_ask_for_a_key() -> None:
    with pytest.raises(config.ConfigurationError, match="SECRET_KEY"):
        config.load({})


def test_production_takes_the_given_key_and_hides_it_when_printed() -> None:
    settings = config.load({"SHOUXI_ENV": "production", "SECRET_KEY": KEY})
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


def test_demo_keeps_its_key_for_the_next_start(tmp_path: Path) -> None:
    environ = {"SHOUXI_ENV": "demo", "SHOUXI_VAR": str(tmp_path / "var")}
    first = config.load(environ)
    assert len(first.secret_key) >= config.SECRET_LENGTH
    assert config.load(environ) == first
    if os.name == "posix":
        assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_test_key_is_new_each_time_and_writes_nothing(tmp_path: Path) -> None:
    environ = {"SHOUXI_ENV": "test", "SHOUXI_VAR": str(tmp_path / "var")}
    assert config.load(environ).secret_key != config.load(environ).secret_key
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
