"""工作方案 of an enterprise: the compiled plan, its check, its deviations, and two plans side by side."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from flask import Blueprint, Response, abort, get_template_attribute, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from core.domain.diff import by_section
from core.domain.frozen import CONTENT_KEYS
from core.domain.roles import Role, TenantKind, roles_of
from core.plugin_host import CompiledPlan
from core.rulebook.departure import Direction
from core.rulebook.engine import Finding
from core.rulebook.waivers import awaits
from core.services import directory, documents, plans
from core.services.checked import checked_plans
from core.services.drafts import versions
from core.services.drafts.compiling import compiled_of
from core.services.drafts.kept import KeptPlan, VersionHead
from core.services.drafts.reading import Draft, draft_of
from core.services.editions import CURRENT
from core.services.reviews import kept as reviewed
from core.services.reviews.approved import Standing, standing
from core.services.tenants import TenantReport, list_tenants
from core.web import answerers, workdays
from core.web.access import city, everywhere, open_to, own
from core.web.errors import NotThere
from core.web.forms import transaction
from core.web.frame import unseen
from core.web.navigation import may_open
from core.web.plandocument import PlanDocument
from core.web.printing import FILE, OF_PLAN, Download, downloads, printed
from core.web.reports import ReportPage, report_page
from core.web.units import unit_or_404

plan = Blueprint("plan", __name__, url_prefix="/units/<int:tenant_id>/plan")

REFERENCE = "reference"
MOST_OTHERS = 50
IDENTITY = ("plan_id", "enterprise", "nomination", "publicity", "submitted_at")
"""Parts in which two enterprises differ because they are two; folded away when their plans stand together."""

READERS = (
    *own(*roles_of(TenantKind.ENTERPRISE)),
    *city(Role.CITY_HR, Role.CITY_CENTRE, Role.CITY_INDUSTRY),
    *everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE),
)
"""A plan is publicised inside its enterprise; outside only those who review it read it."""


@plan.get("")
@open_to(*READERS)
def show(tenant_id: int) -> str:
    entry = _entry(tenant_id)
    stands = standing(transaction(), entry.plan, compiled_of(entry.plan).draft) if entry.plan else Standing()
    return render_template("plan/show.html", entry=entry, standing=stands)


@plan.get("/check")
@open_to(*READERS)
def check(tenant_id: int) -> str:
    entry = _entry(tenant_id)
    entry.find_anchors()
    return render_template("plan/check.html", entry=entry)


@plan.get("/check.json")
@open_to(*READERS)
def check_file(tenant_id: int) -> Response:
    entry = _entry(tenant_id)
    text = json.dumps(entry.page.report.as_json(), ensure_ascii=False, indent=2) + "\n"
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{entry.slug}-check.json"'
    return response


@plan.get("/deviations")
@open_to(*READERS)
def deviations(tenant_id: int) -> str:
    entry = _entry(tenant_id)
    entry.find_anchors()
    departures = plans.deviation_report(entry.compiled.draft, entry.compiled.cycle, workdays.edition())
    counted = Counter(each.direction for each in departures)
    return render_template(
        "plan/deviations.html",
        entry=entry,
        departures=[(key, list(rows)) for key, rows in groupby(departures, lambda each: each.heading)],
        counts=[(direction, counted[direction]) for direction in Direction if counted[direction]],
    )


@plan.get(f"/versions/<int:version_id>/{FILE}")
@open_to(*READERS)
def version_document(tenant_id: int, version_id: int, document: str, form: str) -> Response:
    kept = reviewed.one(transaction(), tenant_id=tenant_id, version_id=version_id)
    if kept is None:
        abort(404)
    page = url_for("plan.show", tenant_id=tenant_id, _external=True)
    return printed(
        documents.OF_PLAN,
        document,
        form,
        lambda: documents.of_version(transaction(), kept, address=page),
    )


@plan.get("/diff")
@open_to(*READERS)
def diff(tenant_id: int) -> str:
    entry = _entry(tenant_id)
    entry.find_anchors()
    chosen = request.args.get("with", REFERENCE)
    version = next((each for each in entry.versions if chosen == f"v{each.number}"), None)
    if version is not None and entry.plan is not None:
        other_name = _("第 %(n)s 版", n=version.number)
        before = versions.document(transaction(), tenant_id=tenant_id, version_id=version.id)
        found = plans.differences(before, compiled_of(entry.plan).draft)
        changes = by_section(each for each in found if each.section in CONTENT_KEYS)
    elif chosen in (REFERENCE, str(tenant_id)):
        chosen = REFERENCE
        other_name = _("省级参考")
        changes = by_section(plans.differences_from_reference(entry.compiled.draft))
    else:
        other = _entry(int(chosen)) if chosen.isascii() and chosen.isdigit() else abort(404)
        other_name = other.document.text("/enterprise/short_name") or other.name
        changes = by_section(plans.differences(other.compiled.draft, entry.compiled.draft))
    others = directory.planned(transaction(), but=tenant_id, limit=MOST_OTHERS)
    return render_template(
        "plan/diff.html",
        entry=entry,
        chosen=chosen,
        options=[
            (REFERENCE, _("省级参考")),
            *((f"v{each.number}", _("第 %(n)s 版", n=each.number)) for each in entry.versions),
            *((str(each.id), each.name) for each in others),
        ],
        beside=chosen.isdigit(),
        of_version=version is not None,
        other_name=other_name,
        changes=changes,
        identity=IDENTITY,
        told=[found for section, found in changes.items() if section in IDENTITY],
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One enterprise's compiled plan as its pages show it; ``plan`` is what it makes here, if it does.

    ``version`` is the one that stands while nothing of the plan may be edited: then the pages show that, with
    its notice and its sending in. What is missing of these is no finding of a draft.
    """

    tenant_id: int
    slug: str
    compiled: CompiledPlan
    page: ReportPage
    plan: KeptPlan | None = None
    version: VersionHead | None = None

    @property
    def versions(self) -> tuple[VersionHead, ...]:
        return self.plan.versions if self.plan else ()

    @classmethod
    def kept(cls, draft: Draft, slug: str | None) -> Entry:
        """The plan that an enterprise makes here: the version that stands, else the draft."""
        name = slug or f"plan-{draft.plan.id}"
        stands = versions.standing(draft.session, draft.plan)
        if stands is None:
            checked = draft.checked
            report = replace(checked.report, findings=checked.of_draft)
            compiled = replace(checked.compiled, draft=checked.plan)
            page = report_page(report, checked.edition, PlanDocument(checked.plan, checked.edition))
            return cls(draft.plan.tenant_id, name, compiled, page, draft.plan)
        report = stands.report
        compiled = replace(compiled_of(draft.plan), draft=report.plan, answered=stands.answered, faults=())
        page = report_page(report, stands.edition, PlanDocument(report.plan, stands.edition))
        return cls(draft.plan.tenant_id, name, compiled, page, draft.plan, stands.head)

    @classmethod
    def of(cls, tenant_id: int, slug: str) -> Entry:
        """The enterprise whose folder is called ``slug``. Raises ``DomainError``."""
        edition = workdays.edition()
        found: TenantReport = checked_plans().of(slug, edition)
        document = PlanDocument(found.compiled.draft, edition)
        return cls(tenant_id, slug, found.compiled, report_page(found.report, edition, document))

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

    def awaits(self, finding: Finding) -> tuple[Role, ...]:
        """The bodies that may still waive a finding of a plan that is made here."""
        return awaits(finding, CURRENT.catalogue.rules) if self.plan else ()

    @property
    def waits(self) -> int:
        """How many findings go to review for a waiver (待豁免)."""
        return sum(bool(self.awaits(each)) for each in self.page.report.findings)

    @property
    def stops(self) -> int:
        """How many findings keep a draft from its notice."""
        return sum(each.stops for each in self.page.report.findings) - self.waits

    @property
    def downloads(self) -> tuple[Download, ...]:
        """Where the documents of what the pages show are: of the version that stands, of the own draft."""
        if self.version is not None and self.version.state in documents.STANDS:
            return downloads(
                "plan.version_document", OF_PLAN, tenant_id=self.tenant_id, version_id=self.version.id
            )
        if self.plan is None or self.version is not None:
            return ()
        if not may_open("studio.draft_document", self.tenant_id):
            return ()
        return downloads("studio.draft_document", OF_PLAN, tenant_id=self.tenant_id, plan_id=self.plan.id)

    def find_anchors(self) -> None:
        """Let the document know its anchors, for a page that links to the plan without showing it."""
        with unseen():
            get_template_attribute("plan/document.html", "document")(self.document, self.page.due)


def _entry(tenant_id: int) -> Entry:
    """The plan of a unit in scope, kept or else of its folder; 404 for a unit that has none here."""
    unit = unit_or_404(tenant_id)
    draft = draft_of(transaction(), tenant_id=tenant_id)
    if draft is not None:
        return Entry.kept(draft, unit.slug)
    if unit.slug is None or unit.slug not in {each.slug for each in list_tenants().tenants}:
        raise NotThere(
            lazy_gettext("该单位没有工作方案"),
            lazy_gettext("该单位不编制工作方案，或者编制的资料没有载入。"),
            lazy_gettext("从单位名录中选择试点企业。"),
        )
    return Entry.of(unit.id, unit.slug)
