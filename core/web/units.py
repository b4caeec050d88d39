"""单位: the list for who reads a city or the province, and the page of each."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from core.domain.places import CITIES
from core.domain.roles import KIND_NAMES, Reach, Role, TenantKind
from core.persistence.queries.directory import GrantsWanted, TenantsWanted
from core.policy import roles_seen
from core.services import audit, directory
from core.services.directory import Profile
from core.web import recordwords, session
from core.web.access import as_far_as_they_read, city, everywhere, open_to, own
from core.web.forms import LONGEST, transaction

units = Blueprint("units", __name__, url_prefix="/units")

AUDITORS = (
    *own(Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR, Role.CENTRAL_BRANCH),
    *own(Role.CITY_CENTRE, Role.CITY_INDUSTRY),
    *city(Role.CITY_HR),
    *everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE, Role.AUDIT_ADMIN),
)
"""Who reads the record of acts: a unit its own, the authority in charge its city's, the province all."""


@units.get("")
@open_to(
    *city(Role.CITY_HR, Role.CITY_CENTRE, Role.CITY_INDUSTRY),
    *everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN),
)
def index() -> str:
    asked = request.args
    kind = asked.get("kind", "") if asked.get("kind") in set(TenantKind) else ""
    place = asked.get("city", "")
    wanted = TenantsWanted(
        words=asked.get("q", "").strip()[:LONGEST],
        kinds=[TenantKind(kind)] if kind else (),
        city_code=place if place in CITIES else "",
    )
    after = asked.get("after", 0, type=int)
    entries, more = directory.tenants(transaction(), wanted, after=after)
    return render_template(
        "units/index.html",
        entries=entries,
        more=more,
        after=after,
        wanted=wanted,
        kind=kind,
        kinds=KIND_NAMES,
        cities=CITIES if session.actor().role.reach is Reach.ALL else {},
    )


@units.get("/<int:tenant_id>")
@open_to(*as_far_as_they_read(*Role))
def show(tenant_id: int) -> str:
    unit, actor = unit_or_404(tenant_id), session.actor()
    seen = [role for role in roles_seen(actor, unit.id, unit.kind) if role.needs_second_factor]
    holders, _ = directory.grants(transaction(), tenant_id, GrantsWanted(roles=seen))
    return render_template("units/show.html", unit=unit, holders=holders)


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
