import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.app import create_app
from core.config import load


@pytest.fixture
def app() -> Flask:
    """An application of one's own, for a test that changes it."""
    return create_app(load({"SHOUXI_ENV": "test"}))


@pytest.fixture(scope="session")
def site() -> Flask:
    """The application that all tests ask for pages and none changes."""
    return create_app(load({"SHOUXI_ENV": "test"}))


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    """A reader without cookies."""
    return site.test_client()
