"""Settings, read once from the environment when an application is made.

- `SHOUXI_ENV`: demo, test or production. Production when it is not set, so that a forgotten variable asks
  for a key instead of serving with one that is not secret.
- `SECRET_KEY`: signs cookies and form tokens; at least 32 characters, required in production. The demo keeps
  one of its own in the folder of `SHOUXI_VAR`; a test makes a new one.
- `SHOUXI_PORT`: where `shouxi serve` listens when `--port` is not given; 8000 when it is not set.
- `SHOUXI_VAR`: the folder for what a running instance writes; `var` in the project when it is not set.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from core import paths

SECRET_LENGTH = 32
DEFAULT_PORT = 8000
LAST_PORT = 65535


class Environment(StrEnum):
    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


class ConfigurationError(ValueError):
    """A setting is missing or unusable; the message says which and what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    environment: Environment
    secret_key: str = field(repr=False)
    port: int
    var: Path


def load(environ: Mapping[str, str]) -> Settings:
    """Settings from `environ` (such as `os.environ`). Raises ConfigurationError."""
    environment = _environment(environ.get("SHOUXI_ENV", Environment.PRODUCTION))
    var = Path(environ.get("SHOUXI_VAR") or paths.VAR).absolute()
    return Settings(
        environment=environment,
        secret_key=_secret_key(environ.get("SECRET_KEY", ""), environment, var),
        port=_port(environ.get("SHOUXI_PORT", str(DEFAULT_PORT))),
        var=var,
    )


def _environment(name: str) -> Environment:
    try:
        return Environment(name)
    except ValueError:
        known = "、".join(Environment)
        raise ConfigurationError(f"SHOUXI_ENV 的值“{name}”无效，应为 {known} 之一。") from None


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= LAST_PORT:
        return int(text)
    raise ConfigurationError(f"SHOUXI_PORT 的值“{text}”无效，应为 1 至 {LAST_PORT} 的整数。")


def _secret_key(given: str, environment: Environment, var: Path) -> str:
    if given:
        if len(given) < SECRET_LENGTH:
            raise ConfigurationError(
                f"SECRET_KEY 只有 {len(given)} 个字符，应不少于 {SECRET_LENGTH} 个。更换后重新启动。"
            )
        return given
    match environment:
        case Environment.PRODUCTION:
            raise ConfigurationError(
                "未设置 SECRET_KEY，生产环境不能启动。"
                'python3 -c "import secrets; print(secrets.token_hex(32))" 可生成一个。'
                "如只作演示，设置 SHOUXI_ENV=demo。"
            )
        case Environment.DEMO:
            return _kept_key(var / "secret_key")
        case Environment.TEST:
            return secrets.token_hex(SECRET_LENGTH)


def _kept_key(path: Path) -> str:
    """The key in `path`, made on first use, readable by its owner alone; a restart keeps open forms valid."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_hex(SECRET_LENGTH)
        file.write(key)
    return key
