"""Parts of a page that are a function of what they show: rendered once, then known by what they show."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from flask import Flask, current_app
from markupsafe import Markup

from core.plugin_host.remembered import Remembered
from core.web import display
from core.web.assets import Assets


@dataclass(frozen=True, slots=True)
class Fragment:
    """What was rendered, and the icons that the frame has to bring for it."""

    html: Markup
    icons: tuple[str, ...]


KNOWN: Final = Remembered[Fragment](1024)


def install(app: Flask) -> None:
    app.jinja_env.globals["fragment"] = fragment


def fragment(template: str, **shown: Hashable) -> Markup:
    """``template`` with nothing but ``shown``, in the reader's language; rendered where it is not known.

    The values are all that the template is given and all that it is known by: no reader, no hat, no token
    and no clock reaches it but through them. So whoever sees other values sees another fragment, and there is
    nothing to invalidate. It names no rule: those are the page's own.
    """
    known_by = (template, display.chosen_language(), *sorted(shown.items()))
    found = KNOWN.get(known_by, partial(_rendered, template, shown))
    assets: Assets = current_app.extensions["assets"]
    for name in found.icons:
        assets.icon(name)
    return found.html


def _rendered(template: str, shown: dict[str, Any]) -> Fragment:
    assets: Assets = current_app.extensions["assets"]
    with assets.noted() as icons:
        html = Markup(current_app.jinja_env.get_template(template).render(shown))  # noqa: S704 - a template's
    return Fragment(html, tuple(icons))
