"""A paper as PDF: PDF/A-2a and PDF/UA-1, so tagged, in the shipped font alone; the same bytes each time.

What is printed goes in as JSON, so nothing of it is read as markup; the templates reach no file outside their
folder and no package.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

from core.documents import codes
from core.documents.fonts import FAMILY, FONTS, require_drawn
from core.documents.laid import laid, moment
from core.documents.paper import Paper

TEMPLATES: Final = Path(__file__).with_name("templates")
STANDARDS: Final = ("a-2a", "ua-1")
_one_at_a_time: Final = Lock()


def pdf(paper: Paper) -> bytes:
    """``paper`` as PDF. Raises MissingGlyphs."""
    require_drawn(paper)
    made = typst_of(paper.document.template, sheet(paper), timestamp=int(moment(paper).timestamp()))
    return bytes(made)


def sheet(paper: Paper) -> str:
    """What the template is given, as JSON."""
    found = laid(paper)
    for each in found["blocks"]:
        if each["kind"] == "proof":
            each["code"] = codes.svg(each["address"]) if each["address"] else ""
    return json.dumps({**found, "font": FAMILY}, ensure_ascii=False, sort_keys=True)


def typst_of(template: str, data: str, *, timestamp: int) -> Any:
    """What typst makes of a template and its data; the compiler is shared, so it works for one at a time."""
    with _one_at_a_time:
        return _compiler().compile(
            input=TEMPLATES / f"{template}.typ",
            format="pdf",
            sys_inputs={"paper": data},
            pdf_standards=list(STANDARDS),
            timestamp=timestamp,
        )


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(root=TEMPLATES, font_paths=[FONTS], ignore_system_fonts=True)
