"""A browser in words, as people know theirs: “Chrome 156，Windows”."""

from __future__ import annotations

import re

from flask_babel import gettext as _

BROWSERS = (
    ("微信", r"MicroMessenger/(\d+)"),
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Headless)?(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+).*Safari"),
)
"""Names and what finds them; most call themselves by the names of those further down as well."""

SYSTEMS = (
    ("HarmonyOS", "HarmonyOS|OpenHarmony"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("macOS", "Macintosh"),
    ("Linux", "Linux"),
)


def browser(agent: str) -> str:
    """What a User-Agent says; it is shown as it is when it names no browser we know."""
    name = next(
        (f"{name} {found[1]}" for name, pattern in BROWSERS if (found := re.search(pattern, agent))), ""
    )
    system = next((name for name, pattern in SYSTEMS if re.search(pattern, agent)), "")
    if not name:
        return agent or _("未说明")
    return _("%(browser)s，%(system)s", browser=name, system=system) if system else name
