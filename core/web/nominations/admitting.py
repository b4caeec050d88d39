"""确定为试点企业: what the enterprise gets, and the link for its principal, shown once.

It runs in the scope that writes the enterprise, which comes to be by it.
"""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.enterprise import Enterprise
from core.domain.errors import DomainError
from core.domain.roles import Role
from core.domain.values import or_empty
from core.persistence import scope
from core.persistence.scope import Scope
from core.persistence.session import act
from core.services.nominations import admission, reading
from core.services.tenants import folder_of
from core.web import session
from core.web.access import TENANT, formal_act, open_to
from core.web.forms import again, transaction
from core.web.nominations.shared import ONE, PROVINCE, nomination_or_404, nominations
from core.web.nominations.showing import page_of
from core.web.nominations.stepforms import Admit
from core.web.nominations.steps import refused
from core.web.nominations.views import NominationPage
from core.web.requests import in_scope

TEMPLATE = "nominations/admit.html"


def _scope_of_admission() -> Scope:
    """The scope that writes the enterprise of the nomination in the address, which may not be there yet."""
    named, reads = request.view_args or {}, session.person().scope
    with act(reads) as looking:  # a number for the enterprise may be drawn
        kept = reading.one(looking, tenant_id=named[TENANT], nomination_id=named["nomination_id"])
        if kept is None:
            abort(404)
        tenant_id = admission.tenant_for(looking, uscc=kept.nomination.uscc)
    return Scope(reads=reads.reads, writes=tenant_id, person=reads.person)


@nominations.get(f"{ONE}/admit")
@open_to(*PROVINCE)
def admit_form(tenant_id: int, nomination_id: int) -> str:
    page = page_of(nomination_or_404(tenant_id, nomination_id))
    enterprise = or_empty(page.kept.nomination.dossier.enterprise, Enterprise)
    entries = Admit(formdata=None, short_name=enterprise.short_name or "")
    entries.version.data = str(page.kept.version)
    return render_template(TEMPLATE, form=entries, **about(page))


@nominations.post(f"{ONE}/admit")
@open_to(*PROVINCE)
@in_scope(_scope_of_admission)
@formal_act
def admit(tenant_id: int, nomination_id: int) -> ResponseReturnValue:
    page = page_of(nomination_or_404(tenant_id, nomination_id))
    entries = Admit()
    if not entries.validate():
        return again(TEMPLATE, form=entries, **about(page))
    try:
        admitted = admission.admit(
            transaction(),
            actor=session.actor(),
            tenant_id=scope.current().writes or 0,
            nominator_id=tenant_id,
            nomination_id=nomination_id,
            short_name=str(entries.short_name.data),
            principal=str(entries.name.data),
            version=entries.seen,
        )
    except DomainError as error:
        return refused(TEMPLATE, entries, error, tenant_id, nomination_id, folder=about(page)["folder"])
    return render_template(
        "nominations/admitted.html",
        page=page,
        unit_id=admitted.tenant_id,
        name=entries.name.data,
        role=Role.ENTERPRISE_PRINCIPAL,
        invited=admitted.invited,
        link=url_for("joining.show", token=admitted.invited.token, _external=True),
    )


def about(page: NominationPage) -> dict[str, Any]:
    """The page of admission, with the folder that is bound to the enterprise by its number."""
    return {"page": page, "folder": folder_of(page.kept.nomination.uscc)}
