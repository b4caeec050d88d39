"""Files that people sent, given back: to be saved, never shown as a page of this site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final
from urllib.parse import quote

from flask import Response

from core.uploads import Kind

HEADERS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""A browser that would show the file after all runs nothing of it and lets it reach nothing."""
UNRESERVED: Final = "!#$&+.^_`|~"
"""What RFC 5987 leaves as it is, besides letters, digits and hyphen."""
BLOCK: Final = 64 * 1024


def attachment(file: BinaryIO, *, name: str, kind: Kind) -> Response:
    """The answer that saves ``file`` as ``name``, with the type of its kind; it closes ``file``."""
    response = Response(_blocks(file), mimetype=kind.media_type)
    response.call_on_close(file.close)
    response.headers["Content-Disposition"] = disposition(name, kind)
    response.content_length = _length(file)
    response.headers.update(HEADERS)
    return response


def disposition(name: str, kind: Kind) -> str:
    """``attachment`` with the name as RFC 6266 wants it; for what reads no other, a plain one beside it.

    The plain one has nothing of the name: parts of a name say something else than the whole.
    """
    return f"attachment; filename=\"file.{kind}\"; filename*=UTF-8''{quote(name, safe=UNRESERVED)}"


def _length(file: BinaryIO) -> int:
    length = file.seek(0, 2)
    file.seek(0)
    return length


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block
