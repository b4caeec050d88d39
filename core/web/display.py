"""How a reader wants the pages: large type and language, kept in two cookies, set without JavaScript."""

from functools import cache
from pathlib import Path

from babel import Locale
from flask import Flask, current_app, redirect, request
from flask_babel import Babel
from werkzeug.wrappers import Response

from core.web import texts
from core.web.navigation import same_site

SOURCE_LOCALE = "zh_CN"
NAMES = {SOURCE_LOCALE: "中文", "en": "English"}

TYPE_SIZES = ("normal", "large")

_TYPE = "shouxi_type"
_LANGUAGE = "shouxi_language"
_YEAR = 365 * 24 * 60 * 60


def install(app: Flask, translations: Path) -> None:
    """Set up the translations of ``app``: Chinese is the source, another exists when its catalogue does."""
    app.config.update(
        BABEL_DEFAULT_LOCALE=SOURCE_LOCALE,
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(translations),
    )
    app.extensions["languages"] = offered_languages(translations)
    Babel(app, locale_selector=lambda: _locale(chosen_language()))  # type: ignore[no-untyped-call]
    texts.install(app)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def offered_languages(translations: Path) -> tuple[str, ...]:
    """The locales a reader may choose: the source language and those with a compiled catalogue."""
    compiled = [name for name in NAMES if (translations / name / "LC_MESSAGES" / "messages.mo").is_file()]
    return (SOURCE_LOCALE, *compiled)


def chosen_language() -> str:
    """The locale this reader chose, if it is still offered, else Chinese."""
    chosen = request.cookies.get(_LANGUAGE, SOURCE_LOCALE)
    return chosen if chosen in current_app.extensions["languages"] else SOURCE_LOCALE


def large_type() -> bool:
    """Whether this reader asked for 大字模式."""
    return request.cookies.get(_TYPE) == "large"


def remember_choice() -> Response:
    """Answer the display form: keep the choice and go back to the page it came from."""
    response = redirect(same_site(request.form.get("next", "/")), 303)
    choices = {_TYPE: ("type", TYPE_SIZES), _LANGUAGE: ("language", current_app.extensions["languages"])}
    for cookie, (field, offered) in choices.items():
        if (chosen := request.form.get(field, "")) in offered:
            response.set_cookie(
                cookie, chosen, max_age=_YEAR, secure=request.is_secure, httponly=True, samesite="Lax"
            )
    return response
