"""人员与授权: who holds which role in a unit, who is invited, and one person with what they hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from core.domain.errors import DomainError
from core.domain.roles import GRANTS, Actor, Grant, Reach, Role, TenantKind
from core.domain.values import BEIJING
from core.persistence.queries.people import GrantsWanted
from core.policy import roles_seen
from core.services import directory
from core.services.accounts import grants, invitations
from core.services.accounts.answers import NotAllowed
from core.services.directory import Contact, Profile
from core.web import session
from core.web.access import Holders, as_far_as_they_read, formal_act, open_to
from core.web.forms import LONGEST, UNPROCESSABLE, Form, FormalForm, Line, Needed, again, transaction
from core.web.granting import grantable, helped_here
from core.web.refusals import status_for
from core.web.units import unit_or_404

people = Blueprint("people", __name__, url_prefix="/units/<int:tenant_id>")

READERS = as_far_as_they_read(*GRANTS)
GRANTERS = tuple(
    Holders(role, max(reaches.values(), key=list(Reach).index)) for role, reaches in GRANTS.items()
)
"""Those who grant something somewhere; the services ask for the role and the unit."""


SHOWN_SECONDS = 60


class Invite(FormalForm):
    name = Line(validators=[Needed(lazy_gettext("未填写姓名。填写被邀请人的姓名。"))])
    role = SelectField(validators=[Needed(lazy_gettext("未选择角色。"))], validate_choice=False)
    valid_to = DateField(validators=[Optional()])


class Give(FormalForm):
    role = SelectField(validators=[Needed(lazy_gettext("未选择角色。"))], validate_choice=False)
    valid_to = DateField(validators=[Optional()])


class Revoke(FormalForm):
    reason = Line(validators=[Needed(lazy_gettext("未填写撤销原因。填写原因后再撤销。"))])


class Reveal(Form):
    reason = Line(validators=[Needed(lazy_gettext("未填写事由。填写查看的事由后再查看。"))])


@people.get("/people")
@open_to(*READERS)
def index(tenant_id: int) -> str:
    unit, actor, asked = unit_or_404(tenant_id), session.actor(), request.args
    seen = roles_seen(actor, unit.id, unit.kind)
    role = asked.get("role", "")
    wanted = GrantsWanted(
        roles=[Role(role)] if role in seen else seen,
        ended=asked.get("ended") == "yes",
        words=asked.get("q", "").strip()[:LONGEST],
    )
    before = asked.get("before", type=int)
    found, more = directory.grants(transaction(), tenant_id, wanted, before=before)
    return render_template(
        "people/index.html",
        unit=unit,
        grants=found,
        more=more,
        before=before,
        wanted=wanted,
        role=role if role in seen else "",
        roles=seen,
        now=session.person().now,
        grantable=grantable(unit),
    )


@people.get("/people/<int:person_id>")
@open_to(*READERS)
def show(tenant_id: int, person_id: int) -> str:
    unit, held, contact = person_or_404(tenant_id, person_id)
    return _page(unit, held, contact, Reveal(formdata=None))


@people.post("/people/<int:person_id>/phone")
@open_to(*READERS)
def reveal_phone(tenant_id: int, person_id: int) -> ResponseReturnValue:
    unit, held, contact = person_or_404(tenant_id, person_id)
    entries = Reveal()
    if not entries.validate():
        return _page(unit, held, contact, entries), UNPROCESSABLE
    phone = directory.reveal_phone(
        transaction(),
        actor=session.actor(),
        tenant_id=tenant_id,
        person_id=person_id,
        stage=directory.stage_of(held, session.person().now),
        reason=str(entries.reason.data),
        keys=session.rules().keys,
    )
    response = make_response(
        render_template("people/phone.html", unit=unit, contact=contact, phone=phone.reveal())
    )
    back = url_for("people.show", tenant_id=tenant_id, person_id=person_id)
    response.headers["Refresh"] = f"{SHOWN_SECONDS}; url={back}"
    return response


@people.get("/people/<int:person_id>/give")
@open_to(*GRANTERS)
def give_form(tenant_id: int, person_id: int) -> str:
    unit, _held, contact = person_or_404(tenant_id, person_id)
    entries = Give(formdata=None)
    entries.role.choices = _choices(unit)
    return render_template("people/give.html", unit=unit, contact=contact, form=entries)


@people.post("/people/<int:person_id>/give")
@open_to(*GRANTERS)
@formal_act
def give(tenant_id: int, person_id: int) -> ResponseReturnValue:
    unit, _held, contact = person_or_404(tenant_id, person_id)
    entries = Give()
    entries.role.choices = _choices(unit)
    try:
        if entries.validate():
            grants.grant(
                transaction(),
                actor=session.actor(),
                tenant_id=tenant_id,
                person_id=person_id,
                role=_role(entries.role.data, unit),
                valid_to=end_of(entries.valid_to.data),
            )
            return redirect(url_for("people.show", tenant_id=tenant_id, person_id=person_id), 303)
    except DomainError as error:
        entries.refuse(error)
        return again("people/give.html", status_for(error), unit=unit, contact=contact, form=entries)
    return again("people/give.html", unit=unit, contact=contact, form=entries)


@people.get("/grants/<int:grant_id>/revoke")
@open_to(*GRANTERS)
def revoke_form(tenant_id: int, grant_id: int) -> str:
    unit = unit_or_404(tenant_id)
    held = _grant(unit, grant_id)
    return render_template("people/revoke.html", unit=unit, grant=held, form=Revoke(formdata=None))


@people.post("/grants/<int:grant_id>/revoke")
@open_to(*GRANTERS)
@formal_act
def revoke(tenant_id: int, grant_id: int) -> ResponseReturnValue:
    unit = unit_or_404(tenant_id)
    held = _grant(unit, grant_id)
    entries = Revoke()
    if not entries.validate():
        return again("people/revoke.html", unit=unit, grant=held, form=entries)
    grants.revoke(
        transaction(),
        actor=session.actor(),
        tenant_id=tenant_id,
        grant_id=grant_id,
        reason=str(entries.reason.data),
    )
    return redirect(url_for("people.index", tenant_id=tenant_id), 303)


@people.get("/invitations")
@open_to(*GRANTERS)
def invitations_sent(tenant_id: int) -> str:
    unit, before = unit_or_404(tenant_id), request.args.get("before", type=int)
    seen = roles_seen(session.actor(), unit.id, unit.kind)
    if not grantable(unit):
        abort(404)
    found, more = directory.invitations(transaction(), tenant_id, roles=seen, before=before)
    return render_template(
        "people/invitations.html",
        unit=unit,
        invitations=found,
        before=before,
        more=more,
        grantable=grantable(unit),
    )


@people.get("/invitations/new")
@open_to(*GRANTERS)
def invite_form(tenant_id: int) -> str:
    unit = unit_or_404(tenant_id)
    entries = Invite(formdata=None)
    entries.role.choices = _choices(unit)
    return render_template("people/invite.html", unit=unit, form=entries)


@people.post("/invitations/new")
@open_to(*GRANTERS)
@formal_act
def invite(tenant_id: int) -> ResponseReturnValue:
    unit = unit_or_404(tenant_id)
    entries = Invite()
    entries.role.choices = _choices(unit)
    try:
        if entries.validate():
            role = _role(entries.role.data, unit)
            invited = invitations.invite(
                transaction(),
                actor=session.actor(),
                tenant_id=tenant_id,
                role=role,
                name=str(entries.name.data),
                valid_to=end_of(entries.valid_to.data),
            )
            link = url_for("joining.show", token=invited.token, _external=True)
            return render_template(
                "people/invited.html",
                unit=unit,
                name=entries.name.data,
                role=role,
                invited=invited,
                link=link,
            )
    except DomainError as error:
        entries.refuse(error)
        return again("people/invite.html", status_for(error), unit=unit, form=entries)
    return again("people/invite.html", unit=unit, form=entries)


@people.post("/invitations/<int:invitation_id>/revoke")
@open_to(*GRANTERS)
def revoke_invitation(tenant_id: int, invitation_id: int) -> ResponseReturnValue:
    try:
        invitations.revoke(
            transaction(), actor=session.actor(), tenant_id=tenant_id, invitation_id=invitation_id
        )
    except (LookupError, NotAllowed):
        abort(404)
    return redirect(url_for("people.invitations_sent", tenant_id=tenant_id), 303)


def end_of(day: date | None) -> datetime | None:
    """The first moment after a day in 北京时间: a role until a day includes it."""
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), BEIJING)


def _page(unit: Profile, held: tuple[Grant, ...], contact: Contact, form: Reveal) -> str:
    return render_template(
        "people/show.html",
        unit=unit,
        grants=held,
        contact=contact,
        form=form,
        now=session.person().now,
        grantable=grantable(unit),
        helped_here=helped_here(held),
    )


def person_or_404(
    tenant_id: int, person_id: int, roles: Callable[[Actor, int, TenantKind], tuple[Role, ...]] = roles_seen
) -> tuple[Profile, tuple[Grant, ...], Contact]:
    """A person with a grant in the unit of one of the ``roles`` for the reader; 404 for anybody else."""
    unit, actor = unit_or_404(tenant_id), session.actor()
    seen = roles(actor, unit.id, unit.kind)
    held = directory.all_grants(transaction(), tenant_id, person_id=person_id, roles=seen)
    if not held:
        abort(404)
    contact = directory.contact(
        transaction(),
        actor=actor,
        tenant_id=tenant_id,
        person_id=person_id,
        stage=directory.stage_of(held, session.person().now),
        keys=session.rules().keys,
    )
    if contact is None:
        abort(404)
    return unit, held, contact


def _grant(unit: Profile, grant_id: int) -> Grant:
    """A grant of the unit; 404 for one that is not the actor's to end."""
    found = next(iter(grants.history(transaction(), tenant_id=unit.id, after=grant_id - 1, limit=1)), None)
    if found is None or found.id != grant_id or found.role not in grantable(unit):
        abort(404)
    return found


def _choices(unit: Profile) -> list[tuple[str, str]]:
    """The roles to choose from; 404 where the actor has none to give."""
    roles = grantable(unit)
    if not roles:
        abort(404)
    return [("", _("选择角色")), *((role.value, role.zh) for role in roles)]


def _role(chosen: str | None, unit: Profile) -> Role:
    if chosen not in set(grantable(unit)):
        abort(404)
    return Role(chosen)
