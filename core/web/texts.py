"""Texts in the reader's language, quickly: a page says a thousand, and a request has one language.

Flask-Babel looks the language up anew for each text. ``gettext`` and ``lazy_gettext`` are its own for what
is said in every row of a list.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from flask import Flask, g
from flask_babel import get_translations
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

_of_request: ContextVar[Any] = ContextVar("translations of the request")


def install(app: Flask) -> None:
    """Give ``app`` and its templates their texts."""
    app.before_request(_choose)
    app.teardown_request(_forget)
    app.jinja_env.install_gettext_callables(gettext, _plural, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["_"] = said


def gettext(text: str, **values: object) -> str:
    """``text`` in the reader's language, with ``values``."""
    found: str = _translations().gettext(text)
    return found % values if values else found


def lazy_gettext(text: str) -> LazyString:
    """``text`` in the language of whoever it is shown to."""
    return LazyString(gettext, text)  # type: ignore[no-untyped-call]


def said(text: str, **values: object) -> Markup:
    """``text`` in the reader's language with ``values`` escaped: ``_`` of the templates.

    As Jinja's, which takes three calls for it.
    """
    found = _markup(_translations(), text)
    if "%" not in found:
        return found
    safe = {name: each if type(each) is int else escape(each) for name, each in values.items()}
    return Markup(str.__mod__(found, safe))  # noqa: S704 - every value is escaped


@lru_cache(maxsize=4096)
def _markup(translations: Any, text: str) -> Markup:
    """The texts of templates are markup, as Jinja takes them."""
    return Markup(translations.gettext(text))  # noqa: S704 - of the templates, not of people


def _plural(one: str, many: str, number: int) -> str:
    return str(_translations().ngettext(one, many, number))


def _translations() -> Any:
    """Those of the request, or of whatever else says a text."""
    return _of_request.get(None) or get_translations()


def _choose() -> None:
    g.translations_chosen = _of_request.set(get_translations())


def _forget(_: BaseException | None) -> None:
    if "translations_chosen" in g:
        _of_request.reset(g.pop("translations_chosen"))
