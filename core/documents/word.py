"""A paper as a Word file; the same paper gives the same bytes.

The template is kept as the parts of a Word package, so that a change of it can be read. Docxtpl fills it in
with everything escaped. Names of Chinese fonts stand in its styles as ``w:eastAsia``: Word minds no other.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

from core.documents import codes
from core.documents.laid import laid, moment
from core.documents.paper import Paper

PARTS: Final = Path(__file__).with_name("templates") / "word"
WIDTH: Final = 8844
"""Of the text area, 156 mm, in twentieths of a point."""
CHARACTER: Final = 320
"""How wide one of the text is, in twentieths of a point."""
SMALL_CHARACTER: Final = 210
BESIDE: Final = 160
"""Left and right of the words of a cell, both together."""
BOX: Final = 15
"""Characters of the lines beneath a stamp."""
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest day that a zip file can name; every part has it."""


def word(paper: Paper) -> bytes:
    """``paper`` as a Word file."""
    template = DocxTemplate(BytesIO(_package()))
    template.render(_filled(template, paper), autoescape=True)
    _describe(template.docx, paper)
    made = BytesIO()
    template.save(made)
    return _without_times(made)


def _filled(template: DocxTemplate, paper: Paper) -> dict[str, Any]:
    """What the template is given: widths in twentieths of a point, codes as pictures."""
    found = laid(paper)
    for each in found["blocks"]:
        if each["kind"] == "proof" and each["address"]:
            picture = BytesIO(codes.png(each["address"]))
            each["picture"] = InlineImage(template, picture, width=Mm(24))
        if each["kind"] == "signed":
            each["left"] = max(WIDTH - each["width"] * CHARACTER, 0)
        if each["kind"] == "table":
            whole = sum(each["widths"])
            each["widths"] = [share * WIDTH // whole for share in each["widths"]]
            each["total"] = sum(each["widths"])
            for cell in (cell for row in each["rows"] for cell in row["cells"]):
                cell["width"] = cell["width"] * WIDTH // whole
                cell["left"] = max(cell["width"] - BESIDE - BOX * SMALL_CHARACTER, 0)
    return found


def _describe(document: Any, paper: Paper) -> None:
    """Title, issuer and day of the document as its properties; what a picture shows for who cannot see it."""
    properties = document.core_properties
    properties.title, properties.author = paper.one_line, paper.issuer
    properties.last_modified_by, properties.revision = paper.issuer, 1
    properties.created = properties.modified = moment(paper).replace(tzinfo=None)
    for shape in document.inline_shapes:
        shape._inline.docPr.set("descr", "核对页面的二维码")  # noqa: SLF001 - python-docx has no name for it


@cache
def _package() -> bytes:
    """The template as one file."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as package:
        for path in sorted(each for each in PARTS.rglob("*") if each.is_file()):
            package.writestr(path.relative_to(PARTS).as_posix(), path.read_bytes())
    return made.getvalue()


def _without_times(made: BytesIO) -> bytes:
    """The same package without the times at which it was written."""
    clean = BytesIO()
    with ZipFile(made) as source, ZipFile(clean, "w") as package:
        for name in source.namelist():
            part = ZipInfo(name, EPOCH)
            part.compress_type = ZIP_DEFLATED
            package.writestr(part, source.read(name))
    return clean.getvalue()
