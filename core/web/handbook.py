"""使用手册: the site that ``python3 dev.py docs`` built, and the paragraph that helps with a page."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, current_app, request, send_from_directory, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from core.web import session
from core.web.access import Audience, open_to, stateless
from core.web.errors import NotThere
from core.web.helping import FIRST, PAGE_OF, PARAGRAPHS

FOLDER: Final = "handbook"
PAGES: Final = "pages by the form of their address"

handbook = Blueprint("handbook", __name__, url_prefix="/handbook")


@handbook.get("/", defaults={"name": "index.html"})
@handbook.get("/<path:name>")
@open_to(Audience.PUBLIC)
@stateless
def page(name: str) -> Response:
    site: Path = current_app.extensions[FOLDER]
    if not site.is_dir():
        raise NotThere(
            lazy_gettext("使用手册还没有生成"),
            lazy_gettext("手册随源代码提供，需要生成一次，才能在平台上阅读。"),
            lazy_gettext("在平台所在的文件夹运行 python3 dev.py docs，约需 10 秒，然后刷新本页。"),
        )
    return send_from_directory(site, name)


def install(app: Flask, site: Path) -> None:
    """Let ``app`` serve the handbooks from ``site``, once they are there; goes after all pages."""
    app.extensions[FOLDER] = site
    app.register_blueprint(handbook)
    app.jinja_env.globals["help_url"] = help_url
    rules = app.url_map.iter_rules()
    app.extensions[PAGES] = {each.rule: each.endpoint for each in rules if "GET" in (each.methods or ())}


def help_url() -> str:
    """The address of the paragraph about this page, in the reader's own handbook when it has one.

    What a form answers belongs to the page with the form; where neither has a paragraph, the handbook opens.
    """
    person = session.current()
    own = PAGE_OF.get(person.hat.role.kind) if person and person.hat else None
    places = _paragraphs() or (own or FIRST,)
    place = next((each for each in places if each.partition("#")[0] == own), places[0])
    name, mark, anchor = place.partition("#")
    return url_for("handbook.page", name=f"{name}.html") + mark + anchor


def _paragraphs() -> tuple[str, ...]:
    pages: dict[str, str] = current_app.extensions[PAGES]
    rule = request.url_rule
    return PARAGRAPHS.get(pages.get(rule.rule, rule.endpoint), ()) if rule else ()
