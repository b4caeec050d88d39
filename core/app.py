"""Where everything meets: the web application and the ``shouxi`` command."""

from __future__ import annotations

import errno
import logging
import os
import signal
import sys
from typing import TYPE_CHECKING

import click

from core.cli import run, shouxi
from core.cli.command import OK, Command
from core.cli.terminal import err
from core.config import ConfigurationError, Environment, Settings, load
from core.domain.errors import DomainError

if TYPE_CHECKING:
    from flask import Flask

LARGEST_REQUEST = 64 * 1024 * 1024  # bytes; up to here an oversized request gets a page that says so


def create_app(settings: Settings) -> Flask:
    """The web application with every page, on its migrated database; in the demo with the demo's data.

    Raises DomainError for a database that it is not safe to run on.
    """
    from core.persistence.start import open_databases  # noqa: PLC0415 - checking a plan does not wait for these
    from core.web.site import make_site  # noqa: PLC0415

    databases = open_databases(
        environment=settings.environment, var=settings.var, databases=settings.databases
    )
    if settings.environment is Environment.DEMO:
        from core.demo import seed  # noqa: PLC0415 - elsewhere it is not even loaded

        seed(settings, databases)
    return make_site(settings, databases.user_url)


@shouxi.command("serve", cls=Command)
@click.option(
    "--host", metavar="地址", default="127.0.0.1", help="监听的地址，默认 127.0.0.1，只供本机访问。"
)
@click.option("--port", metavar="端口", type=int, help="监听的端口，默认取 SHOUXI_PORT，否则 8000。")
def serve(host: str, port: int | None) -> int:
    """启动网站，按 Ctrl-C 停止。"""
    from waitress.server import create_server  # noqa: PLC0415 - as above

    try:
        settings = load(os.environ if port is None else {**os.environ, "SHOUXI_PORT": str(port)})
    except ConfigurationError as error:
        raise DomainError(str(error)) from None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(OK))
    try:
        server = create_server(
            create_app(settings),
            host=host,
            port=settings.port,
            ident=None,
            max_request_body_size=LARGEST_REQUEST,
            clear_untrusted_proxy_headers=not settings.trusted_proxies,  # who is trusted: core.web.site
        )
    except OSError as error:
        why = "端口已被占用" if error.errno == errno.EADDRINUSE else error.strerror
        raise DomainError(
            f"不能在 {host}:{settings.port} 启动：{why}。换一个地址或端口，如 --port 8001。"
        ) from None
    err().line(f"http://{host}:{settings.port}/  按 Ctrl-C 停止。")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of every request that waits at all
    server.run()
    return OK


def main() -> None:
    """The ``shouxi`` command."""
    sys.exit(run(shouxi))


if __name__ == "__main__":
    main()
