"""Printed documents on pages: where to download them, and the answer that saves one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, TypeVar

from flask import Response, abort, url_for

from core.documents.deviation_report import DEVIATION_REPORT
from core.documents.paper import Document, Paper
from core.documents.work_plan import WORK_PLAN
from core.services.documents import FORMS
from core.uploads import Kind
from core.web.downloads import attachment

Of = TypeVar("Of")

FILE: Final = "<document>.<form>"
"""How addresses of documents end."""
OF_PLAN: Final = (WORK_PLAN, DEVIATION_REPORT)
NAMES: Final[Mapping[str, str]] = {Kind.PDF.value: "PDF", Kind.DOCX.value: "Word"}


@dataclass(frozen=True, slots=True)
class Download:
    """A document in its forms: what it is called, and the address of each form by its name."""

    title: str
    urls: Mapping[str, str]


def downloads(endpoint: str, documents: Iterable[Document], **values: Any) -> tuple[Download, ...]:
    """Where ``endpoint`` gives out documents."""
    return tuple(
        Download(
            each.zh,
            {name: url_for(endpoint, document=each.key, form=form, **values) for form, name in NAMES.items()},
        )
        for each in documents
    )


def printed(
    makers: Mapping[str, Callable[[Of], Paper]], document: str, form: str, needs: Callable[[], Of]
) -> Response:
    """A document to be saved; 404 for one that is not there. Raises NotPrinted or MissingGlyphs."""
    if document not in makers or form not in NAMES:
        abort(404)
    paper, kind = makers[document](needs()), Kind(form)
    return attachment(BytesIO(FORMS[kind](paper)), name=f"{paper.name}.{kind}", kind=kind)
