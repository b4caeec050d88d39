"""The web application: where its pages, frame and errors are put together."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from core import paths
from core.audit.checkpoint import Signer
from core.config import Environment, Settings
from core.persistence.session import init_app as connect
from core.plandoc.reading import LIMIT_BYTES
from core.services.accounts.rules import account_rules
from core.services.editions import CURRENT
from core.web import (
    access,
    display,
    errors,
    fragments,
    frame,
    handbook,
    moments,
    navigation,
    refusals,
    requests,
    session,
    uploading,
)
from core.web.account import account
from core.web.assets import Assets
from core.web.audit import SIGNER, audit
from core.web.browsers import browser
from core.web.calendar import calendar
from core.web.checker import checker
from core.web.cockpit import cockpit
from core.web.custody import accounts, custody
from core.web.cycles import cycle_pages
from core.web.guidance import guiding
from core.web.hats import hats
from core.web.home import home
from core.web.joining import joining
from core.web.nominations import nominations
from core.web.official import official
from core.web.password_links import password_links
from core.web.people import people
from core.web.plan import plan
from core.web.plugins import plugins
from core.web.publicity import publicity
from core.web.requests import Site
from core.web.reviews import reviews
from core.web.rulebook import rulebook
from core.web.rules import rules
from core.web.sanctions import sanctions
from core.web.signin import sign_in
from core.web.studio import studio
from core.web.tasks import tasks
from core.web.template import template
from core.web.units import units

STATIC = paths.ROOT / "core" / "web" / "static"
TRANSLATIONS = paths.ROOT / "translations"
PAGES = (
    *(home, checker, official, template, rules),
    *(sign_in, joining, account, hats, tasks, units, plan, people, custody, audit),
    *(accounts, password_links, cycle_pages, calendar, sanctions, nominations, guiding, plugins),
    *(studio, publicity, reviews, cockpit, rulebook),
)
REQUEST_BYTES = LIMIT_BYTES + 64 * 1024
"""The largest request: a plan file at its limit and the form around it."""


def make_site(settings: Settings, database_url: str) -> Flask:
    """The web application with every page, on the database at ``database_url`` as the application's role.

    A route that names no audience is an error.
    """
    app = Site("shouxi", root_path=str(paths.ROOT), template_folder=str(paths.TEMPLATES), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.environment is Environment.TEST,
        MAX_CONTENT_LENGTH=REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=REQUEST_BYTES,
    )
    believe(app, settings.trusted_proxies)
    connect(app, database_url)
    display.install(app, TRANSLATIONS)
    frame.install(
        app,
        assets=Assets.read(STATIC),
        edition=CURRENT,
        demo=settings.environment is not Environment.PRODUCTION,
    )
    fragments.install(app)
    session.install(app, rules=account_rules(settings), secure=settings.environment is Environment.PRODUCTION)
    uploading.install(app, settings.var)
    requests.install(app)
    errors.install(app)
    refusals.install(app)
    moments.install(app)
    app.jinja_env.filters["browser"] = browser
    app.extensions[SIGNER] = Signer.of(settings.signing_key)
    navigation.install(app)
    for pages in PAGES:
        app.register_blueprint(pages)
    handbook.install(app, paths.HANDBOOK)
    app.jinja_env.globals.update(demo_cast=(), demo_code=str)
    if settings.environment is Environment.DEMO:
        from core.web import demo  # noqa: PLC0415 - elsewhere it is not even loaded

        demo.install(app, settings)
    access.require_audiences(app)
    return app


def believe(app: Flask, proxies: int) -> None:
    """Take the visitor's address and scheme from the last of ``proxies`` in front; without one from nobody.

    The host is the one that the request names: proxies pass it on.
    """
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
