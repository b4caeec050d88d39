"""检查我的方案: a plan pasted or uploaded, the report at once, nothing stored."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from core.domain.errors import DomainError, NotAPlan, UnreadableDocument
from core.domain.records import plain
from core.plandoc.files import parse_plan_file
from core.plandoc.reading import LIMIT_BYTES
from core.plandoc.tree import FORBIDDEN
from core.services.editions import CURRENT
from core.services.plans import Report, check_plans
from core.web.access import Audience, open_to, stateless
from core.web.examples import example
from core.web.excerpts import Line, excerpt, lines_of
from core.web.plandocument import PlanDocument
from core.web.reports import ReportPage, report_page

checker = Blueprint("checker", __name__, url_prefix="/check")

BOX_BYTES = 200 * 1024
"""Up to here an uploaded text comes back in the box, and its plans are written out."""

MOST_PLANS = 50
MOST_FAULTS = 50
MOST_ENTRIES = 5_000
"""Keys and values of a plan that a page writes out; a longer one gets its report alone."""


@checker.get("")
@open_to(Audience.PUBLIC)
def form() -> str:
    text = example(request.args.get("example", ""))
    return _page(examined(text.encode()) if text else Examined(), text=text)


@checker.post("")
@open_to(Audience.PUBLIC)
@stateless
def check() -> Response:
    given = Given.read()
    found = examined(given.data) if given.data else given.nothing()
    status = 200 if found.reports else 422
    if given.as_json and found.reports:
        return _file([each.as_json() for each in found.reports])
    return Response(_page(found, text=given.text, name=given.name), status)


@checker.get("/example.yaml")
@open_to(Audience.PUBLIC)
def example_file() -> Response:
    response = Response(example("plan"), content_type="text/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="plan-example.yaml"'
    return response


@dataclass(frozen=True, slots=True)
class Given:
    """What was sent: the bytes to check, their file's name, and the text that goes back into the box."""

    data: bytes
    name: str
    text: str
    missing: str
    as_json: bool
    asked_for_file: bool

    @classmethod
    def read(cls) -> Given:
        """The file when its button was used, else the box; a box that is empty gives way to a file."""
        text = request.form.get("text", "").replace("\r\n", "\n")  # forms send every line end so
        upload = request.files.get("file")
        asked_for_file = request.form.get("source") == "file"
        as_json = request.form.get("source") == "json"
        if upload and upload.filename and (asked_for_file or not text.strip()):
            data = upload.read()
            return cls(
                data,
                upload.filename,
                _boxed(data),
                _("文件“%(name)s”没有内容。", name=upload.filename),
                as_json,
                asked_for_file=True,
            )
        missing = (
            _("没有选择文件。选择方案文件后再检查。")
            if asked_for_file
            else _("没有内容。粘贴方案全文，或者选择文件。")
        )
        wanted = b"" if asked_for_file or not text.strip() else text.encode("utf-8", "surrogatepass")
        return cls(wanted, "", text, missing, as_json, asked_for_file)

    def nothing(self) -> Examined:
        """What is said when there is nothing to check, beside the field that was to hold it."""
        return Examined(missing_file=self.missing) if self.asked_for_file else Examined(missing=self.missing)


@dataclass(frozen=True, slots=True)
class Fault:
    """One place that cannot be read, or has not the shape of a plan."""

    line: int | None
    path: str
    problem: str
    excerpt: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of it: reports, or why there are none; ``fault_count`` counts those not listed too."""

    reports: tuple[Report, ...] = ()
    pages: tuple[ReportPage, ...] = ()
    missing: str = ""
    missing_file: str = ""
    problem: str = ""
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    written_out: bool = False

    @property
    def result(self) -> str:
        """What came of it in a few words, for the title of the page; "" where nothing was checked."""
        if self.missing or self.missing_file:
            return _("没有内容")
        if self.problem:
            return _("%(n)s 处需要改正", n=self.fault_count) if self.fault_count else _("不能检查")
        blocks = sum(page.count("block") for page in self.pages)
        reasons = sum(page.reasons_missing for page in self.pages)
        told = [
            *([_("%(n)s 项阻断", n=blocks)] if blocks else []),
            *([_("%(n)s 项未写明理由", n=reasons)] if reasons else []),
        ]
        return "，".join(told) or (_("可以提交") if self.pages else "")


def examined(data: bytes) -> Examined:
    """The reports on the plans in ``data``, or its faults."""
    try:
        plan_file = parse_plan_file(data)
        if len(plan_file.plans) > MOST_PLANS:
            return Examined(
                problem=_(
                    "文件有 %(n)s 份方案，一次最多检查 %(most)s 份。分成几个文件检查。",
                    n=len(plan_file.plans),
                    most=MOST_PLANS,
                )
            )
        reports = check_plans(plan_file)
    except UnreadableDocument as error:
        fault = Fault(
            error.line, error.path or "", error.problem, excerpt(lines_of(data), error.line, error.column)
        )
        return Examined(problem=_("内容不能读取。"), faults=[fault], fault_count=1)
    except NotAPlan as error:
        lines = lines_of(data)
        faults = [
            Fault(each.line, each.path, each.message, excerpt(lines, each.line))
            for each in error.faults[:MOST_FAULTS]
        ]
        problem = _("这不是一份工作方案：有 %(n)s 处格式不符。", n=len(error.faults))
        return Examined(problem=problem, faults=faults, fault_count=len(error.faults))
    except DomainError as error:
        return Examined(problem=error.message)
    several = len(reports) > 1
    pages = [
        report_page(report, CURRENT, PlanDocument(report.plan, CURRENT, f"p{number}-" if several else ""))
        for number, report in enumerate(reports, 1)
    ]
    short = len(data) <= BOX_BYTES and sum(_entries(plain(report.plan)) for report in reports) <= MOST_ENTRIES
    return Examined(reports=reports, pages=tuple(pages), written_out=short)


def _entries(document: object) -> int:
    """How many keys and values ``document`` has."""
    if isinstance(document, dict):
        return len(document) + sum(map(_entries, document.values()))
    if isinstance(document, list):
        return len(document) + sum(map(_entries, document))
    return 0


def _boxed(data: bytes) -> str:
    """``data`` as the text of the box; "" when it is too long or no text."""
    if len(data) > BOX_BYTES:
        return ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    return "" if FORBIDDEN.search(text) else re.sub("\r\n?", "\n", text)


def _page(found: Examined, *, text: str = "", name: str = "") -> str:
    return render_template(
        "checker/form.html",
        found=found,
        text=text,
        name=name,
        limit_bytes=LIMIT_BYTES,
        box_bytes=BOX_BYTES,
        most_plans=MOST_PLANS,
    )


def _file(reports: list[dict[str, object]]) -> Response:
    text = json.dumps(reports, ensure_ascii=False, indent=2) + "\n"
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="check.json"'
    return response
