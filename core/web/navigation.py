"""The main navigation, and which addresses a form may send a reader back to."""

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from flask import Flask, current_app, redirect, request
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the rail: the endpoint it opens, its words, its icon; its blueprint is the section."""

    endpoint: str
    label: LazyString
    icon: str

    @property
    def current(self) -> str:
        """``aria-current``: ``page`` on the entry's own page, ``true`` in its section, otherwise empty."""
        if request.endpoint == self.endpoint:
            return "page"
        return "true" if request.blueprint == self.endpoint.partition(".")[0] else ""


SECTIONS = (
    Section("home.index", lazy_gettext("首页"), "home"),
    Section("tenants.index", lazy_gettext("试点企业（演示）"), "building-factory-2"),
    Section("checker.form", lazy_gettext("检查我的方案"), "clipboard-check"),
    Section("official.text", lazy_gettext("官方文本"), "book"),
    Section("template.index", lazy_gettext("省级模板"), "template"),
    Section("rules.index", lazy_gettext("规则目录"), "list-check"),
)


def install(app: Flask) -> None:
    """Let ``app`` send an address with a slash too many to the page it means."""
    app.before_request(_without_slash)


def _without_slash() -> Response | None:
    """The way to the page when only the last slash keeps the address from it."""
    path = request.path.rstrip("/")
    if not isinstance(request.routing_exception, NotFound) or path == request.path:
        return None
    if request.method not in ("GET", "HEAD") or not _answers(path):
        return None
    query = request.query_string.decode("ascii", "replace")
    return redirect(same_site(f"{quote(path)}?{query}" if query else quote(path)), 308)


def here() -> str:
    """The address of this page within the application, with its query."""
    return request.full_path.removesuffix("?")


def same_site(address: str) -> str:
    """``address`` when it is a page of this application, otherwise its first page.

    Only a path that a GET route answers is let through, so a form field cannot send anyone to another site:
    no scheme, no host, no ``//`` or ``/\\`` that a browser would read as one, no control characters.
    """
    root = request.script_root
    if not address.startswith("/") or "\\" in address or any(letter <= " " for letter in address):
        return root + "/"
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not _answers(unquote(parts.path)):
        return root + "/"
    return root + address


def _answers(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        adapter.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return True
