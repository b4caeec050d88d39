"""我的待办: what waits for me and what I wait for; for who makes a plan, how far it is and what it lacks."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import Any, Final

from flask import Blueprint, render_template, url_for

from core.domain.roles import Role
from core.persistence.scope import Scope
from core.persistence.session import reading
from core.services.drafts.reading import draft_of
from core.services.editions import CURRENT
from core.services.reviews.scopes import reviewing
from core.services.tasks import Task, Waits, tasks_of
from core.services.tasks.plans import PLANNERS, planning
from core.web import moments, session, workdays
from core.web.access import Audience, open_to
from core.web.forms import transaction
from core.web.requests import in_scope
from core.web.studio.overview import STAGES, stage_of
from core.web.studio.shared import StudioPage
from core.web.texts import lazy_gettext

tasks = Blueprint("tasks", __name__, url_prefix="/tasks")

COURSE: Final = ((lazy_gettext("推荐申报"), lazy_gettext("已确定为试点企业")), *STAGES)
"""The stages of an enterprise with a plan: the first is behind it."""
SHOWN: Final = 6
"""Rules of the checklist that are written out; the others are a page away."""

PLACES = MappingProxyType(
    {
        "second_factor": "account.second_factor",
        "recovery_codes": "account.recovery_codes",
        "hats": "hats.index",
        "plan_check": "plan.check",
        "plans": "studio.begin_form",
        "plan": "studio.show",
        "plan_notice": "publicity.watch",
        "plan_submit": "publicity.submit_form",
        "person": "people.show",
        "invitations": "people.invitations_sent",
        "cycle_opening": "cycles.open_form",
        "calendar_entry": "calendar.edit_form",
        "invite": "people.invite_form",
        "nominations": "nominations.index",
        "nomination": "nominations.show",
        "nomination_form": "nominations.edit_form",
        "guidance": "guidance.index",
        "plan_review": "reviews.show",
    }
)
"""The page of each place that a task names."""


def _scope() -> Scope:
    """The scope of the worn hat; a branch also sees the enterprises whose plans it reviews (AMB-46)."""
    person = session.person()
    actor = person.actor(session.client())
    if actor is None or actor.role is not Role.CENTRAL_BRANCH:
        return person.scope
    with reading(person.scope) as looking:
        return reviewing(looking, actor, person.scope)


@tasks.get("")
@open_to(Audience.SIGNED_IN)
@in_scope(_scope)
def index() -> str:
    person = session.person()
    found = tasks_of(transaction(), person)
    return render_template(
        "tasks/index.html",
        mine=[task for task in found if task.waits is Waits.ME],
        others=[task for task in found if task.waits is Waits.OTHERS],
        today=person.now,
        address=address,
        due=cache(lambda at: moments.due(at, person.now, workdays.calendar()) if at else None),
        rules=CURRENT.catalogue.rules,
        plan=_plan(),
        course=COURSE,
        shown=SHOWN,
    )


def _plan() -> dict[str, Any] | None:
    """How far the plan of the own enterprise has come; None without one.

    While it may be edited also which rules it meets and which it does not, those first that stop it.
    """
    hat = session.person().hat
    if hat is None or hat.role not in PLANNERS:
        return None
    made = planning(transaction(), hat.tenant_id)
    if made is None or made.plan_id is None:
        return None
    draft = draft_of(transaction(), tenant_id=hat.tenant_id, plan_id=made.plan_id)
    if draft is None:
        return None
    page = StudioPage(draft)
    return {"stage": 1 + stage_of(page), "clauses": None if draft.plan.closed_because else _clauses(page)}


def _clauses(page: StudioPage) -> dict[str, Any]:
    """条款清单 of a plan that is being made."""
    report = page.report
    found = {each.rule: each for each in sorted(report.report.findings, key=lambda each: each.stops)}
    return {
        "open": sorted(found.values(), key=lambda each: not each.stops),
        "met": len(report.passed),
        "all": len(report.passed) + len(found) + len(report.unjudged),
        "tenant_id": page.plan.tenant_id,
        "rules": page.draft.checked.edition.catalogue.rules,
    }


def address(task: Task) -> str:
    """Where a task is done."""
    ids: dict[str, Any] = dict(task.ids)
    return url_for(PLACES[task.place], **ids)
