"""All hostile files, and for each kind the harmless one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from core.uploads import Kind
from tests.uploads import harmless, hostile_kinds, hostile_names, hostile_office, hostile_pdf
from tests.uploads.hostile import Hostile

HOSTILE: Final[tuple[Hostile, ...]] = (
    *hostile_names.named(),
    *hostile_kinds.other_kinds(),
    *hostile_kinds.mismatches(),
    *hostile_kinds.pictures(),
    *hostile_pdf.documents(),
    *hostile_office.documents(),
)
HARMLESS: Final[dict[Kind, Callable[[], bytes]]] = {
    Kind.PDF: harmless.pdf,
    Kind.JPEG: harmless.photograph,
    Kind.PNG: harmless.screenshot,
    Kind.DOCX: harmless.docx,
    Kind.XLSX: harmless.xlsx,
}
