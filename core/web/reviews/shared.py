"""What the pages of 方案审核 share: whom they are open to, in which scope, the version in the address."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, abort, request

from core.domain.plan_review import REVIEWERS
from core.domain.roles import Role
from core.persistence.scope import Scope
from core.persistence.session import reading
from core.services.reviews import kept as looking
from core.services.reviews.kept import KeptVersion
from core.services.reviews.scopes import reviewing
from core.web import session
from core.web.access import TENANT, beyond_own, city, everywhere, own
from core.web.forms import transaction
from core.web.requests import READING, View, in_scope

reviews = Blueprint("reviews", __name__)

ONE: Final = "/units/<int:tenant_id>/reviews/<int:version_id>"

PROVINCE: Final = everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE)
BODIES: Final = (
    *city(Role.CITY_HR, Role.CITY_INDUSTRY),
    *everywhere(Role.PROVINCE_CENTRE),
    *own(Role.CENTRAL_BRANCH),
)
EXPERTS: Final = own(Role.PLAN_EXPERT)
MARKERS: Final = (*BODIES, *everywhere(Role.PROVINCE_HR))
"""Those who tick sections and judge reasons: the bodies jointly, the province before it decides."""
WAIVERS: Final = (*city(Role.CITY_HR), *PROVINCE)
"""The bodies that some rule names (``waivable_by``)."""
READERS: Final = (*MARKERS, *EXPERTS)


def scope_of_reviews() -> Scope:
    """The scope of the worn hat with what it reviews; for an act the one that writes the enterprise."""
    scope, actor = session.person().scope, session.actor()
    tenant_id = (request.view_args or {}).get(TENANT)
    if tenant_id is not None and scope.may_read(tenant_id):
        return scope if request.method in READING else _towards(scope, tenant_id)
    if scope.reads == "*" or actor.role not in {Role.CENTRAL_BRANCH, Role.PLAN_EXPERT}:
        if tenant_id is not None:
            abort(404)
        return scope
    try:
        with reading(scope) as looking_for:
            return reviewing(looking_for, actor, scope, None if request.method in READING else tenant_id)
    except LookupError:
        abort(404)


def _towards(scope: Scope, tenant_id: int) -> Scope:
    return Scope(reads=scope.reads, writes=tenant_id, person=scope.person)


def reviewed(view: View) -> View:
    """Declare that a view is about a version under review, in the scope of who reviews it."""
    return in_scope(scope_of_reviews)(beyond_own(view))


def body_or_404(tenant_id: int, version_id: int) -> None:
    """404 for who is let in and is no body of the joint review of that version."""
    kept, actor = version_or_404(tenant_id, version_id), session.actor()
    if actor.role not in REVIEWERS[kept.channel]:
        abort(404)


def version_or_404(tenant_id: int, version_id: int) -> KeptVersion:
    """The version in the address, in scope, unless its enterprise has not sent it in yet."""
    found = looking.one(transaction(), tenant_id=tenant_id, version_id=version_id)
    if found is None or found.submitted_at is None:
        abort(404)
    if session.actor().role is Role.PLAN_EXPERT and found.expert(session.actor().person_id) is None:
        abort(404)
    return found
