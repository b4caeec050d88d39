"""What every page stands in: the two routes of the frame itself and what templates may use anywhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Flask, current_app, g
from jinja2 import StrictUndefined
from werkzeug.wrappers import Response

from core.rulebook.catalogue import RuleText
from core.rulebook.engine import Edition
from core.web import display, headers, navigation, session
from core.web.access import Audience, open_to, stateless
from core.web.assets import Assets

frame = Blueprint("frame", __name__)


@frame.get("/static/<path:name>")
@open_to(Audience.PUBLIC)
@stateless
def static(name: str) -> Response:
    assets: Assets = current_app.extensions["assets"]
    return assets.send(name)


@frame.post("/display")
@open_to(Audience.PUBLIC)
@stateless
def set_display() -> Response:
    return display.remember_choice()


def install(app: Flask, *, assets: Assets, edition: Edition, demo: bool) -> None:
    """Give ``app`` its headers, the frame's routes and what its templates share; goes after ``display``."""
    headers.install(app)
    app.extensions["assets"] = assets
    app.register_blueprint(frame)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=assets.url,
        icon=assets.icon,
        used_symbols=assets.used_symbols,
        cite=cite,
        cited_rules=cited_rules,
        edition=edition,
        demo=demo,
        may_open=navigation.may_open,
        unit_views=navigation.unit_views,
    )
    app.context_processor(_reader)


def cite(rule: RuleText) -> str:
    """Note that the page names ``rule``; gives the id of its popover, which the frame writes at the end."""
    _cited()[rule.id] = rule
    return f"why-{rule.id.replace('.', '-')}"


def cited_rules() -> tuple[RuleText, ...]:
    """The rules the page has named so far, each once, in the order they came up."""
    return tuple(_cited().values())


@contextmanager
def unseen() -> Iterator[None]:
    """Render something for what can be learnt from it: the rules and icons it names are not the page's."""
    kept = {name: dict(g.get(name, {})) for name in ("cited", "icons")}
    try:
        yield
    finally:
        for name, each in kept.items():
            setattr(g, name, each)


def _cited() -> dict[str, RuleText]:
    if "cited" not in g:
        g.cited = {}
    cited: dict[str, RuleText] = g.cited
    return cited


def _reader() -> dict[str, object]:
    return {
        "sections": navigation.entries(),
        "reader": session.current(),
        "here": navigation.here(),
        "large_type": display.large_type(),
        "language": display.chosen_language(),
        "languages": {code: display.NAMES[code] for code in current_app.extensions["languages"]},
    }
