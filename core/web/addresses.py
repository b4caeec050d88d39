"""Addresses of pages, whose form is worked out once: a list has hundreds that differ by a number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from flask import Flask, has_request_context, request

PLACE: Final = 9_000_000_000_000_000
"""Stands for a number while the form of an address is found out; the next ones for further numbers."""

NAME: Final = re.compile(r"[A-Za-z](?:[0-9]{0,9}[A-Za-z_.-])*[0-9]{0,9}", re.ASCII)
"""A text that stands in an address as it is, and in which no place does."""
LONGEST: Final = 64
MOST: Final = 4096
"""Forms that are kept; a name may be what somebody typed."""


class Addressed(Flask):
    """A Flask application that keeps the forms of its addresses.

    Werkzeug chooses the route and encodes every part anew each time. Where nothing but whole numbers and
    names (of a part, of a rule) can vary, the answer for the same names is the same but for the numbers.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._forms: dict[tuple[str, str, tuple[tuple[str, str], ...]], str] = {}
        self.jinja_env.globals["urls_for"] = self.urls_for

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        asked: dict[str, Any] = {
            "_anchor": _anchor,
            "_method": _method,
            "_scheme": _scheme,
            "_external": _external,
        }
        kept = {name: value for name, value in values.items() if value is not None}
        plain = not any(asked.values()) and all(map(_is_plain, kept.values()))
        if not plain or endpoint.startswith(".") or not has_request_context():
            return super().url_for(endpoint, **asked, **values)
        names = tuple((name, value if type(value) is str else "") for name, value in kept.items())
        key = (request.script_root, endpoint, names)
        form = self._forms.get(key)
        if form is None:
            form = self._form(endpoint, kept)
            if len(self._forms) < MOST:
                self._forms[key] = form
        return form.format_map(kept)

    def urls_for(self, endpoint: str, name: str, numbers: Iterable[int], **values: Any) -> dict[int, str]:
        """The addresses of one page for many things, by their number: ``name`` is the value that differs."""
        place = PLACE
        while str(place) in repr(values):
            place += 1
        varying: dict[str, Any] = {name: place}
        before, _, after = self.url_for(endpoint, **varying, **values).partition(str(place))
        return {number: f"{before}{number}{after}" for number in numbers}

    def _form(self, endpoint: str, values: dict[str, Any]) -> str:
        """The address with ``{name}`` where the number called ``name`` goes."""
        numbers = [name for name, value in values.items() if type(value) is int]
        places: dict[str, Any] = {name: PLACE + number for number, name in enumerate(numbers)}
        form = super().url_for(endpoint, **{**values, **places}).replace("{", "{{").replace("}", "}}")
        for name, place in places.items():
            form = form.replace(str(place), f"{{{name}}}")
        return form


def _is_plain(value: object) -> bool:
    """Whether a value is a whole number, or a text that no address writes in another way."""
    if type(value) is str:
        return len(value) <= LONGEST and NAME.fullmatch(value) is not None
    return type(value) is int
