"""The database for a command: the one of the settings, found or started, and left as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from core.config import ConfigurationError, Settings, load
from core.domain.errors import DomainError
from core.persistence.db import db
from core.persistence.server import start
from core.persistence.session import init_app


@contextmanager
def opened() -> Iterator[Settings]:
    """The settings, in an application context bound to their database. Raises DomainError if it fails."""
    try:
        settings = load(os.environ)
    except ConfigurationError as error:
        raise DomainError(str(error)) from None
    databases = settings.databases or start(settings.var).databases()
    app = Flask(__name__)
    init_app(app, databases.user_url)
    try:
        with app.app_context():
            yield settings
    except OperationalError as error:
        raise DomainError(f"不能连接数据库：{_first_line(error)}。检查数据库是否已启动。") from None
    except SQLAlchemyError as error:
        raise DomainError(f"不能读取数据库：{_first_line(error)}。检查数据库是否已由本版本建立。") from None
    finally:
        with app.app_context():
            db.engine.dispose()


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
