"""The web application: where its pages, frame and errors are put together."""

from flask import Flask

from core import paths
from core.config import Environment, Settings
from core.plandoc.reading import LIMIT_BYTES
from core.services.editions import CURRENT
from core.web import access, display, errors, frame, navigation
from core.web.assets import Assets
from core.web.checker import checker
from core.web.home import home
from core.web.official import official
from core.web.rules import rules
from core.web.template import template
from core.web.tenants import tenants

STATIC = paths.ROOT / "core" / "web" / "static"
TRANSLATIONS = paths.ROOT / "translations"
PAGES = (home, tenants, checker, official, template, rules)
REQUEST_BYTES = LIMIT_BYTES + 64 * 1024
"""The largest request: a plan file at its limit and the form around it."""


def make_site(settings: Settings) -> Flask:
    """The web application with every page. A route that names no audience is an error."""
    app = Flask("shouxi", root_path=str(paths.ROOT), template_folder=str(paths.TEMPLATES), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.environment is Environment.TEST,
        MAX_CONTENT_LENGTH=REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=REQUEST_BYTES,
    )
    display.install(app, TRANSLATIONS)
    frame.install(
        app,
        assets=Assets.read(STATIC),
        edition=CURRENT,
        demo=settings.environment is not Environment.PRODUCTION,
    )
    errors.install(app)
    navigation.install(app)
    for pages in PAGES:
        app.register_blueprint(pages)
    access.require_audiences(app)
    return app
