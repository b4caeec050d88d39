"""The pilot enterprises: each compiled plan, its check, its deviations, and two plans side by side."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, Response, get_template_attribute, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from core.domain.diff import by_section
from core.plugin_host import CompiledPlan
from core.rulebook.departure import Direction
from core.services import plans
from core.services.checked import checked_plans
from core.services.editions import CURRENT
from core.services.tenants import TenantReport, list_tenants
from core.web import answerers
from core.web.access import Audience, open_to
from core.web.errors import NotThere
from core.web.frame import unseen
from core.web.plandocument import PlanDocument
from core.web.reports import ReportPage, report_page

tenants = Blueprint("tenants", __name__, url_prefix="/tenants")

REFERENCE = "reference"

IDENTITY = ("plan_id", "enterprise", "nomination", "publicity", "submitted_at")
"""Parts in which two enterprises differ because they are two; folded away when their plans stand together."""


@tenants.get("")
@open_to(Audience.PUBLIC)
def index() -> str:
    found = list_tenants()
    return render_template(
        "tenants/index.html",
        entries=[Entry.of(each.slug) for each in found.tenants],
        failures=found.failures,
    )


@tenants.get("/<slug>")
@open_to(Audience.PUBLIC)
def show(slug: str) -> str:
    return render_template("tenants/show.html", entry=_entry(slug))


@tenants.get("/<slug>/check")
@open_to(Audience.PUBLIC)
def report(slug: str) -> str:
    entry = _entry(slug)
    entry.find_anchors()
    return render_template("tenants/report.html", entry=entry)


@tenants.get("/<slug>/check.json")
@open_to(Audience.PUBLIC)
def report_file(slug: str) -> Response:
    text = json.dumps(_entry(slug).page.report.as_json(), ensure_ascii=False, indent=2) + "\n"
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-check.json"'
    return response


@tenants.get("/<slug>/deviations")
@open_to(Audience.PUBLIC)
def deviations(slug: str) -> str:
    entry = _entry(slug)
    entry.find_anchors()
    departures = plans.deviation_report(entry.compiled.draft, entry.compiled.cycle)
    counted = Counter(each.direction for each in departures)
    return render_template(
        "tenants/deviations.html",
        entry=entry,
        departures=[(key, list(rows)) for key, rows in groupby(departures, lambda each: each.heading)],
        counts=[(direction, counted[direction]) for direction in Direction if counted[direction]],
    )


@tenants.get("/<slug>/diff")
@open_to(Audience.PUBLIC)
def diff(slug: str) -> str:
    entry = _entry(slug)
    entry.find_anchors()
    others = [each for each in list_tenants().tenants if each.slug != slug]
    chosen = request.args.get("with", REFERENCE)
    if chosen in (REFERENCE, slug):
        chosen = REFERENCE
        other_name = _("省级参考")
        changes = by_section(plans.differences_from_reference(entry.compiled.draft))
    else:
        other = _entry(chosen)
        other_name = other.document.text("/enterprise/short_name") or other.name
        changes = by_section(plans.differences(other.compiled.draft, entry.compiled.draft))
    return render_template(
        "tenants/diff.html",
        entry=entry,
        chosen=chosen,
        options=[(REFERENCE, _("省级参考")), *((each.slug, each.name) for each in others)],
        other_name=other_name,
        changes=changes,
        identity=IDENTITY,
        told=[found for section, found in changes.items() if section in IDENTITY],
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One enterprise's compiled plan as its pages show it."""

    slug: str
    compiled: CompiledPlan
    page: ReportPage

    @classmethod
    def of(cls, slug: str) -> Entry:
        """The enterprise called ``slug``. Raises ``DomainError``."""
        found: TenantReport = checked_plans().of(slug)
        document = PlanDocument(found.compiled.draft, CURRENT)
        return cls(slug, found.compiled, report_page(found.report, CURRENT, document))

    @property
    def document(self) -> PlanDocument:
        return self.page.document

    @property
    def name(self) -> str:
        return self.compiled.tenant.name

    @property
    def answered(self) -> Mapping[str, answerers.Source]:
        return answerers.sources(self.compiled)

    @property
    def answered_words(self) -> str:
        return answerers.summary(self.compiled)

    def find_anchors(self) -> None:
        """Let the document know its anchors, for a page that links to the plan without showing it."""
        with unseen():
            get_template_attribute("plan/document.html", "document")(self.document, self.page.due)


def _entry(slug: str) -> Entry:
    if slug not in {each.slug for each in list_tenants().tenants}:
        raise NotThere(
            lazy_gettext("没有这家试点企业"),
            lazy_gettext("地址中的企业代号没有登记，或者该企业的资料没有载入。"),
            lazy_gettext("从试点企业列表中选择。"),
        )
    return Entry.of(slug)
