"""JPEG and PNG as the pieces they are made of: which hold the picture, and what lies around them.

Nothing is decoded here. ``without_metadata`` takes what tells of place, device and people out of a picture
inside a document, where it must keep the rest of its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PNG_SIGN: Final = b"\x89PNG\r\n\x1a\n"
PNG_PICTURE: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"})
PNG_METADATA: Final = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})
JPEG_METADATA: Final = frozenset({0xFE, *range(0xE1, 0xEE), 0xEF})
"""Comments and all application segments but JFIF's (E0) and Adobe's (EE), which say what the colours are."""
PROFILE: Final = re.compile(rb"\xff\xe2..ICC_PROFILE\0", re.DOTALL)
MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
"""In the coded part of a JPEG, the next thing that is not coded picture."""
SCAN, END, COMMENT = 0xDA, 0xD9, 0xFE


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment or chunk from ``start`` to ``end``; ``picture`` when decoding needs it."""

    start: int
    end: int
    picture: bool
    metadata: bool


class Broken(ValueError):
    """The pieces do not fit together."""


def pieces(data: bytes) -> Iterator[Piece]:
    """What a JPEG or PNG is made of, to the end of the picture. Raises ``Broken``."""
    return _chunks(data) if data.startswith(PNG_SIGN) else _segments(data)


def around(data: bytes) -> tuple[bytes, bytes]:
    """What is in the picture and no part of it, and what comes after its end. Raises ``Broken``."""
    inside, end = [], 0
    for piece in pieces(data):
        end = piece.end
        if not piece.picture:
            inside.append(data[piece.start : piece.end])
    return b"".join(inside), data[end:]


def without_metadata(data: bytes) -> bytes:
    """The same picture without comments, EXIF, XMP and what follows its end; a broken one as it was."""
    kept = [PNG_SIGN if data.startswith(PNG_SIGN) else b"\xff\xd8"]
    try:
        kept += [data[piece.start : piece.end] for piece in pieces(data) if not piece.metadata]
    except Broken:
        return data
    return b"".join(kept)


def _chunks(data: bytes) -> Iterator[Piece]:
    at, name = len(PNG_SIGN), b""
    while name != b"IEND":
        name = data[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data) or len(name) < 4:
            raise Broken
        yield Piece(at, end, name in PNG_PICTURE, name in PNG_METADATA)
        at = end


def _segments(data: bytes) -> Iterator[Piece]:
    at, marker = 2, 0
    while marker != END:
        while data[at : at + 2] == b"\xff\xff":  # a marker may be led by any number of these
            at += 1
        if (at + 4 > len(data) and data[at : at + 2] != b"\xff\xd9") or data[at : at + 1] != b"\xff":
            raise Broken
        marker = data[at + 1]
        end = at + 2 + (0 if marker == END else int.from_bytes(data[at + 2 : at + 4], "big"))
        if marker == SCAN:
            found = MARKER.search(data, end)
            if found is None:
                raise Broken
            end = found.start()
        if end > len(data):
            raise Broken
        about = marker in JPEG_METADATA and not PROFILE.match(data, at)
        yield Piece(at, end, not (0xE0 <= marker <= 0xEF or marker == COMMENT), about)
        at = end
