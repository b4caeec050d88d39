"""What examining an upload gives, and how much of what an upload may be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

MIB: Final = 2**20


class Kind(StrEnum):
    """The kinds of file that are kept, by their usual extension."""

    PDF = "pdf"
    JPEG = "jpg"
    PNG = "png"
    DOCX = "docx"
    XLSX = "xlsx"

    @property
    def zh(self) -> str:
        return NAMES[self]

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self]

    @property
    def extensions(self) -> tuple[str, ...]:
        """The extensions a file of this kind may have, in small letters."""
        return ("jpg", "jpeg") if self is Kind.JPEG else (self.value,)


NAMES: Final = {
    Kind.PDF: "PDF 文档",
    Kind.JPEG: "JPEG 图片",
    Kind.PNG: "PNG 图片",
    Kind.DOCX: "Word 文档",
    Kind.XLSX: "Excel 工作簿",
}
OOXML: Final = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES: Final = {
    Kind.PDF: "application/pdf",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.DOCX: OOXML + "wordprocessingml.document",
    Kind.XLSX: OOXML + "spreadsheetml.sheet",
}
KINDS: Final = "、".join(kind.upper() for kind in ("pdf", "jpg", "png", "docx", "xlsx"))
"""As the interface lists them."""


class Reason(StrEnum):
    """Why a file is not kept."""

    NAME = "name"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    KIND = "kind"
    MISMATCH = "mismatch"
    MIXED = "mixed"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    ACTIVE = "active"
    EMBEDDED = "embedded"
    EXTERNAL = "external"
    DOCTYPE = "doctype"
    BOMB = "bomb"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a file, and the files of one matter together, may be. Sizes in bytes.

    ``pixels`` are of one picture, also inside a document; ``unpacked`` is what an Office document comes to
    when all is unpacked, ``unpacked_pdf`` a PDF and ``unpacked_stream`` one piece of it.
    """

    file_bytes: int = 20 * MIB
    name_length: int = 80
    pixels: int = 50_000_000
    pages: int = 1_000
    objects: int = 200_000
    entries: int = 2_000
    unpacked: int = 256 * MIB
    unpacked_stream: int = 128 * MIB
    unpacked_pdf: int = 1024 * MIB
    ratio: int = 250
    files: int = 20
    total_bytes: int = 100 * MIB


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A file as it is to be kept: ``data`` are what came of it, not what was sent.

    ``digest`` is the SHA-256 of ``data``, ``received`` that of the bytes that were sent, both in hexadecimal.
    ``notes`` tell the sender what was changed, each a Chinese sentence.
    """

    name: str
    kind: Kind
    data: bytes = field(repr=False)
    digest: str
    received: str
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not kept; ``message`` says what is wrong with it, and what to do."""

    reason: Reason
    message: str


Answer: TypeAlias = Accepted | Refused


class Unfit(Exception):
    """Raised inside the examination: the file is refused."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.refused = Refused(reason, message)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is kept of a file, and what was changed about it."""

    data: bytes = field(repr=False)
    notes: tuple[str, ...] = ()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def size(number: int) -> str:
    """A number of bytes for people: 812 字节, 20 KB, 3.4 MB."""
    if number < 1024:
        return f"{number} 字节"
    if number < MIB:
        return f"{number / 1024:.0f} KB"
    return f"{number / MIB:.1f} MB".replace(".0 MB", " MB")
