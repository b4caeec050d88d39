import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.config import load
from core.web.site import make_site

NO_DATABASE = "postgresql+psycopg://nobody@/nowhere"


@pytest.fixture
def app() -> Flask:
    """An application of one's own, for a test that changes it."""
    return make_site(load({"SHOUXI_ENV": "test"}), NO_DATABASE)


@pytest.fixture(scope="session")
def site() -> Flask:
    """The application that all tests ask for pages and none changes."""
    return make_site(load({"SHOUXI_ENV": "test"}), NO_DATABASE)


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    """A reader without cookies."""
    return site.test_client()
