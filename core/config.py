"""Settings, read once from the environment when an application is made.

- `SHOUXI_ENV`: demo, test or production. Production when it is not set, so that a forgotten variable asks
  for a key instead of serving with one that is not secret.
- `SECRET_KEY`: signs cookies and form tokens; at least 32 characters, required in production. The demo keeps
  one of its own in the folder of `SHOUXI_VAR`; a test makes a new one. The other two keys are required
  and kept likewise.
- `SHOUXI_PASSWORDS`: what passwords must be: `grade3` (等级保护三级: 8 characters of 3 classes, changed every
  90 days) or `nist` (15 characters, kept until lost). grade3 when it is not set, in the demo nist.
- `SHOUXI_PORT`: where `shouxi serve` listens when `--port` is not given; 8000 when it is not set.
- `SHOUXI_SIGNING_KEY`: the Ed25519 private key that signs audit checkpoints, as base64 of 32 bytes or PEM.
- `SHOUXI_FIELD_KEYS`: the keys of sealed personal fields, each base64 of 32 bytes: `index:…,1:…`, with more
  numbers (to 255) as they are rotated; the highest seals, the others still open.
- `SHOUXI_TRUSTED_PROXIES`: how many proxies of the operator stand in front, 0 to 9; 0 when it is not set.
  Only so many are believed what they say of the visitor (X-Forwarded-For, X-Forwarded-Proto).
- `SHOUXI_VAR`: the folder for what a running instance writes; `var` in the project when it is not set.
- `DATABASE_URL`, `DATABASE_OWNER_URL`: the PostgreSQL database (15 or newer), as the role the application
  runs as and as the one that owns the tables; both or neither. Without them a server runs in `SHOUXI_VAR`.
"""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from core import paths

SECRET_LENGTH = 32
DEFAULT_PORT = 8000
LAST_PORT = 65535
MOST_PROXIES = 9
KEY_LENGTH = 32
LAST_KEY_ID = 255
PRIVATE_PREFIX = bytes.fromhex("302e020100300506032b657004220420")
"""An Ed25519 private key in DER is this and its 32 bytes (RFC 8410)."""


DRIVER = "postgresql+psycopg://"
SCHEMES = (DRIVER, "postgresql://", "postgres://")


class Environment(StrEnum):
    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


class PasswordRule(StrEnum):
    GRADE3 = "grade3"
    NIST = "nist"


class ConfigurationError(ValueError):
    """A setting is missing or unusable; the message says which and what to do."""


@dataclass(frozen=True, kw_only=True)
class FieldKeys:
    """The keys of sealed fields by id, of which the highest seals, and the key of blind indexes."""

    sealing: Mapping[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)

    @property
    def current(self) -> int:
        return max(self.sealing)


@dataclass(frozen=True, kw_only=True)
class Databases:
    """Where to connect: as the owner for migrations, as the user for everything else."""

    owner_url: str = field(repr=False)
    user_url: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    environment: Environment
    secret_key: str = field(repr=False)
    signing_key: bytes = field(repr=False)
    field_keys: FieldKeys
    passwords: PasswordRule
    port: int
    trusted_proxies: int
    var: Path
    databases: Databases | None


def load(environ: Mapping[str, str]) -> Settings:
    """Settings from `environ` (such as `os.environ`). Raises ConfigurationError."""
    environment = _environment(environ.get("SHOUXI_ENV", Environment.PRODUCTION))
    var = Path(environ.get("SHOUXI_VAR") or paths.VAR).absolute()
    return Settings(
        environment=environment,
        secret_key=_secret_key(environ.get("SECRET_KEY", ""), environment, var),
        signing_key=_signing_key(_key("SHOUXI_SIGNING_KEY", environ, environment, var, _new_key)),
        field_keys=_field_keys(_key("SHOUXI_FIELD_KEYS", environ, environment, var, _new_field_keys)),
        passwords=_passwords(environ.get("SHOUXI_PASSWORDS", ""), environment),
        port=_port(environ.get("SHOUXI_PORT", str(DEFAULT_PORT))),
        trusted_proxies=_proxies(environ.get("SHOUXI_TRUSTED_PROXIES") or "0"),
        var=var,
        databases=_databases(environ.get("DATABASE_URL", ""), environ.get("DATABASE_OWNER_URL", "")),
    )


def _environment(name: str) -> Environment:
    try:
        return Environment(name)
    except ValueError:
        known = "、".join(Environment)
        raise ConfigurationError(f"SHOUXI_ENV 的值“{name}”无效，应为 {known} 之一。") from None


def _passwords(name: str, environment: Environment) -> PasswordRule:
    try:
        demo = environment is Environment.DEMO
        return PasswordRule(name) if name else PasswordRule.NIST if demo else PasswordRule.GRADE3
    except ValueError:
        known = "、".join(PasswordRule)
        raise ConfigurationError(f"SHOUXI_PASSWORDS 的值“{name}”无效，应为 {known} 之一。") from None


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= LAST_PORT:
        return int(text)
    raise ConfigurationError(f"SHOUXI_PORT 的值“{text}”无效，应为 1 至 {LAST_PORT} 的整数。")


def _proxies(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= MOST_PROXIES:
        return int(text)
    raise ConfigurationError(
        f"SHOUXI_TRUSTED_PROXIES 的值“{text}”无效，应为前置代理的个数，0 至 {MOST_PROXIES} 的整数。"
    )


def _databases(user_url: str, owner_url: str) -> Databases | None:
    if not user_url and not owner_url:
        return None
    urls = {"DATABASE_URL": user_url, "DATABASE_OWNER_URL": owner_url}
    for name, url in urls.items():
        if not url:
            raise ConfigurationError(f"未设置 {name}。{'、'.join(urls)} 要么都设置，要么都不设置。")
        if not url.startswith(SCHEMES):
            raise ConfigurationError(f"{name} 应为 postgresql:// 开头的地址。改正后重新启动。")
    user_url, owner_url = (DRIVER + url.partition("://")[2] for url in urls.values())
    return Databases(owner_url=owner_url, user_url=user_url)


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
            return _kept(var / "secret_key", lambda: secrets.token_hex(SECRET_LENGTH))
        case Environment.TEST:
            return secrets.token_hex(SECRET_LENGTH)


def _key(
    name: str, environ: Mapping[str, str], environment: Environment, var: Path, make: Callable[[], str]
) -> str:
    """The text of a key setting; the demo keeps one of its own, a test makes one."""
    if given := environ.get(name):
        return given
    match environment:
        case Environment.PRODUCTION:
            raise ConfigurationError(
                f"未设置 {name}，生产环境不能启动。"
                "openssl rand -base64 32 可生成一个密钥，写法见 core/config.py 的开头。"
                "如只作演示，设置 SHOUXI_ENV=demo。"
            )
        case Environment.DEMO:
            return _kept(var / name.removeprefix("SHOUXI_").lower(), make)
        case Environment.TEST:
            return make()


def _signing_key(given: str) -> bytes:
    body = "".join(line for line in given.splitlines() if not line.startswith("-----"))
    key = _decoded(body).removeprefix(PRIVATE_PREFIX)
    if len(key) != KEY_LENGTH:
        raise ConfigurationError(
            "SHOUXI_SIGNING_KEY 无效，应为 Ed25519 私钥：32 字节的 base64，或 PEM（PKCS#8）。"
        )
    return key


def _field_keys(given: str) -> FieldKeys:
    keys: dict[str, bytes] = {}
    for part in given.split(","):
        name, _, encoded = part.strip().partition(":")
        known = name == "index" or (name.isascii() and name.isdecimal() and 0 < int(name) <= LAST_KEY_ID)
        key = _decoded(encoded)
        if not known or name in keys or len(key) != KEY_LENGTH:
            raise ConfigurationError(
                f"SHOUXI_FIELD_KEYS 的第 {len(keys) + 1} 项无效，应为 index:密钥 或 编号:密钥"
                f"（编号 1 至 {LAST_KEY_ID}，不重复；密钥为 32 字节的 base64），各项以逗号分隔。"
            )
        keys[name] = key
    if "index" not in keys or len(keys) == 1:
        raise ConfigurationError(
            "SHOUXI_FIELD_KEYS 缺少 index 项或编号项，两者各至少一项：index:密钥,1:密钥。"
        )
    return FieldKeys(
        sealing={int(name): key for name, key in keys.items() if name != "index"}, index=keys["index"]
    )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return b""


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_LENGTH)).decode()


def _new_field_keys() -> str:
    return f"index:{_new_key()},1:{_new_key()}"


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The key in `path`, made on first use, readable by its owner alone: it must outlive a restart."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = make()
        file.write(key)
    return key
