"""Static files with their content hash in the address, and the icons a page uses."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from flask import Response, abort, g, request, send_from_directory, url_for
from markupsafe import Markup

_YEAR = 365 * 24 * 60 * 60
_SYMBOL = re.compile(r'<symbol id="i-([a-z0-9-]+)".*?</symbol>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Assets:
    """The files below ``folder`` as they were when the application started.

    ``hashes`` maps a path relative to ``folder`` to the first 12 hex digits of its SHA-256; ``symbols`` maps
    the name of an icon to its ``<symbol>``. A name they do not know is a ``KeyError``: a slip in a template.
    """

    folder: Path
    hashes: Mapping[str, str]
    symbols: Mapping[str, Markup]

    @classmethod
    def read(cls, folder: Path) -> "Assets":
        """Hash every file below ``folder`` and read its ``icons.svg``."""
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        sprite = (folder / "icons.svg").read_text("utf-8")
        return cls(
            folder,
            MappingProxyType({path.relative_to(folder).as_posix(): _short_hash(path) for path in files}),
            MappingProxyType({found[1]: Markup(found[0]) for found in _SYMBOL.finditer(sprite)}),  # noqa: S704
        )

    def url(self, name: str) -> str:
        """The address of a static file; it changes whenever the file does."""
        return _address(request.script_root, name, self.hashes[name])

    def send(self, name: str) -> Response:
        """Answer a request for a static file: kept for a year under its hash, asked for anew without."""
        if name not in self.hashes:
            abort(404)
        lasting = request.args.get("v") == self.hashes[name]
        response = send_from_directory(self.folder, name, max_age=_YEAR if lasting else None)
        response.cache_control.immutable = lasting
        return response

    def icon(self, name: str) -> Markup:
        """A decorative icon; the word beside it carries the meaning.

        The symbol itself goes to the end of the page, once (``used_symbols``): not every browser lets an
        external sprite through ``default-src 'none'``.
        """
        _used()[name] = self.symbols[name]
        return _drawn(name)

    @contextmanager
    def noted(self) -> Iterator[Mapping[str, Markup]]:
        """The icons that are drawn inside the block, which are not noted for the page."""
        before, g.icons = _used(), {}
        try:
            yield _used()
        finally:
            g.icons = before

    def used_symbols(self) -> Markup:
        """The symbols of the icons the page has used so far."""
        return Markup("").join(_used().values())


@lru_cache(maxsize=256)
def _address(_root: str, name: str, version: str) -> str:
    return url_for("frame.static", name=name, v=version)


@cache
def _drawn(name: str) -> Markup:
    return Markup('<svg class="ic" aria-hidden="true"><use href="#i-{}"></use></svg>').format(name)


def _used() -> dict[str, Markup]:
    if "icons" not in g:
        g.icons = {}
    used: dict[str, Markup] = g.icons
    return used


def _short_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
