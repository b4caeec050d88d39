"""单位: the list for who reads a city or the province, and the page of each."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, render_template, request

from core.domain.places import CITIES
from core.domain.roles import KIND_NAMES, Reach, Role, TenantKind
from core.persistence.queries.directory import TenantOrder, TenantsWanted
from core.persistence.queries.people import GrantsWanted
from core.policy import roles_seen
from core.rulebook.vocabulary import vocabulary
from core.services import audit, directory
from core.services.directory import Profile
from core.services.editions import CURRENT
from core.web import recordwords, session, sheets
from core.web.access import as_far_as_they_read, city, everywhere, open_to, own
from core.web.forms import LONGEST, transaction
from core.web.texts import gettext as _
from core.web.texts import lazy_gettext

units = Blueprint("units", __name__, url_prefix="/units")

AUDITORS = (
    *own(Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR, Role.CENTRAL_BRANCH),
    *own(Role.CITY_CENTRE, Role.CITY_INDUSTRY),
    *city(Role.CITY_HR),
    *everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE, Role.AUDIT_ADMIN),
)
"""Who reads the record of acts: a unit its own, the authority in charge its city's, the province all."""

USUAL = "opened"
SORTS = {
    USUAL: lazy_gettext("先开设的在前"),
    "-opened": lazy_gettext("后开设的在前"),
    "name": lazy_gettext("名称从 A 到 Z"),
    "-name": lazy_gettext("名称从 Z 到 A"),
    "city": lazy_gettext("设区市代码从小到大"),
    "-city": lazy_gettext("设区市代码从大到小"),
}
"""How the list may be sorted, as it stands in the address; a minus turns it round."""


LISTERS = (
    *city(Role.CITY_HR, Role.CITY_CENTRE, Role.CITY_INDUSTRY),
    *everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN),
)


@units.get("")
@open_to(*LISTERS)
def index() -> str:
    wanted, asked = _wanted(), request.args
    after = asked.get("after", type=int)
    entries, more = directory.tenants(transaction(), wanted, after=after)
    sort = f"{'-' if wanted.falling else ''}{wanted.order}"
    kept = {"q": wanted.words, "kind": next(iter(wanted.kinds), ""), "city": wanted.city_code}
    return render_template(
        "units/index.html",
        entries=entries,
        more=more,
        after=after,
        wanted=wanted,
        kind=kept["kind"],
        kinds=KIND_NAMES,
        cities=cities_to_choose(),
        query={
            name: value or None for name, value in {**kept, "sort": sort if sort != USUAL else ""}.items()
        },
        sort=sort,
        sorts=SORTS,
    )


@units.get("/list.xlsx")
@open_to(*LISTERS)
def workbook() -> Response:
    """The whole list as it is sifted and sorted."""
    headings = [
        _("单位"),
        _("类别"),
        _("设区市"),
        _("统一社会信用代码"),
        _("负责办理的人员（人）"),
        _("开设时间"),
    ]
    rows = (
        (each.name, _(each.kind.zh), _(each.city), each.uscc, each.people, each.created_at)
        for each in directory.every_tenant(transaction(), _wanted())
    )
    return sheets.answer(_("单位名录"), headings, rows, now=session.person().now)


def cities_to_choose() -> Mapping[str, str]:
    """The cities to choose from, for who reads more than one."""
    return CITIES if session.actor().role.reach is Reach.ALL else {}


def _wanted() -> TenantsWanted:
    """What the address asks for; what it asks for that is not there is left out."""
    asked = request.args
    kind, place = asked.get("kind", ""), asked.get("city", "")
    sort = asked.get("sort", "") if asked.get("sort", "") in SORTS else USUAL
    return TenantsWanted(
        words=asked.get("q", "").strip()[:LONGEST],
        kinds=[TenantKind(kind)] if kind in set(TenantKind) else (),
        city_code=place if place in cities_to_choose() else "",
        order=TenantOrder(sort.lstrip("-")),
        falling=sort.startswith("-"),
    )


@units.get("/<int:tenant_id>")
@open_to(*as_far_as_they_read(*Role))
def show(tenant_id: int) -> str:
    unit, actor = unit_or_404(tenant_id), session.actor()
    seen = [role for role in roles_seen(actor, unit.id, unit.kind) if role.needs_second_factor]
    holders, _more = directory.grants(transaction(), tenant_id, GrantsWanted(roles=seen))
    places = directory.places(transaction(), tenant_id) if unit.kind is TenantKind.ENTERPRISE else ()
    return render_template(
        "units/show.html",
        unit=unit,
        holders=holders,
        places=places,
        words=vocabulary(CURRENT.id),
    )


@units.get("/<int:tenant_id>/history")
@open_to(*AUDITORS)
def history(tenant_id: int) -> str:
    return history_of(tenant_id, "tenant", str(tenant_id))


@units.get("/<int:tenant_id>/history/<subject_type>/<subject_id>")
@open_to(*AUDITORS)
def subject_history(tenant_id: int, subject_type: str, subject_id: str) -> str:
    return history_of(tenant_id, subject_type, subject_id)


def history_of(tenant_id: int, subject_type: str, subject_id: str) -> str:
    """What happened to one object of a tenant, the latest first."""
    unit = unit_or_404(tenant_id)
    page = audit.history(
        transaction(),
        tenant_id,
        subject_type=subject_type,
        subject_id=subject_id,
        before=request.args.get("before", type=int),
    )
    if not page.events:
        abort(404)
    reader = session.actor()
    return render_template(
        "units/history.html",
        unit=unit,
        entries=[recordwords.entry(event, reader) for event in page.events],
        what=page.events[0].subject_label,
        more=page.before,
        before=request.args.get("before", type=int),
        whole=subject_type == "tenant",
    )


def unit_or_404(tenant_id: int) -> Profile:
    """The unit in the address, in scope."""
    found = directory.profile(transaction(), tenant_id)
    if found is None:
        abort(404)
    return found
