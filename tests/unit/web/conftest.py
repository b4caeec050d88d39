import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.app import create_app
from core.config import load


@pytest.fixture
def app() -> Flask:
    """A fresh application in the test environment."""
    return create_app(load({"SHOUXI_ENV": "test"}))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
