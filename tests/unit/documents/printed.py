"""Papers of the demo's plans, and what stands in a printed file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import docx
from pypdf import PdfReader

from core.documents.paper import Paper
from core.documents.pdf import pdf
from core.documents.word import word
from core.documents.work_plan import OfPlan, work_plan
from core.domain.plan import PlanDraft
from core.domain.records import build
from core.services.editions import CURRENT
from core.services.plans import check_plan, deviation_report
from tests.unit.rulebook.plans import SUZHOU, patched


def of_plan(plan: PlanDraft, **values: Any) -> OfPlan:
    given: dict[str, Any] = {
        "number": 1,
        "day": date(2026, 11, 4),
        "address": "https://site.test/units/1/plan",
    }
    return OfPlan(
        plan=plan,
        edition=CURRENT,
        year=2026,
        digest=check_plan(plan).content_hash,
        departures=deviation_report(plan),
        **{**given, **values},
    )


def plan_with(**sections: str) -> PlanDraft:
    """The plan of Suzhou with other words in some of its sections."""
    plan = build(PlanDraft, patched(SUZHOU))
    assert plan.sections
    return replace(plan, sections=replace(plan.sections, **sections))


def paper_with(**sections: str) -> Paper:
    return work_plan(of_plan(plan_with(**sections)))


def digests(paper: Paper) -> tuple[str, str]:
    """The SHA-256 of its PDF and of its Word file."""
    pdf_digest, word_digest = (hashlib.sha256(each(paper)).hexdigest() for each in (pdf, word))
    return pdf_digest, word_digest


def root(data: bytes) -> Any:
    """The catalogue of a PDF."""
    return read(data).trailer["/Root"]


def read(data: bytes) -> PdfReader:
    return PdfReader(BytesIO(data), strict=True)


def text(data: bytes) -> str:
    """The text of a PDF in reading order, without white space."""
    return squeezed("".join(page.extract_text() for page in read(data).pages))


def squeezed(words: str) -> str:
    return re.sub(r"\s", "", words)


def outline(data: bytes) -> list[str]:
    """The headings of a PDF as its contents list them."""
    return [str(each.title) for each in _flat(read(data).outline)]


def _flat(entries: list[Any]) -> Iterator[Any]:
    for each in entries:
        if isinstance(each, list):
            yield from _flat(each)
        else:
            yield each


def tags(data: bytes) -> list[str]:
    """The kinds of the elements that a PDF is tagged with, in order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, Mapping):
            if "/S" in node:
                found.append(str(node["/S"]))
            walk(node.get("/K"))
        elif isinstance(node, list):
            for each in node:
                walk(each)

    walk(root(data)["/StructTreeRoot"])
    return found


def opened(data: bytes) -> Any:
    return docx.Document(BytesIO(data))


def word_headings(document: Any) -> list[str]:
    styles = {"Heading 1", "Heading 2", "Heading 3", "Heading 4", "Annex Title"}
    return [each.text for each in document.paragraphs if each.style.name in styles]
