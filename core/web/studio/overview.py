"""方案填报: the way in, the list of the parts with who provides each, the score sheet to print."""

from __future__ import annotations

from typing import Any, Final

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.persistence.scope import Scope
from core.persistence.session import reading
from core.services.drafts import kept, opening
from core.services.drafts.opening import scope_to_open
from core.services.reviews.approved import standing
from core.web import session
from core.web.access import open_to
from core.web.errors import NotThere
from core.web.forms import transaction
from core.web.requests import in_scope
from core.web.studio.shared import EDITORS, ONE, StudioPage, draft_or_404, studio
from core.web.texts import lazy_gettext

ALL: Final = "/units/<int:tenant_id>/plans"
STAGES: Final = (
    (lazy_gettext("制定方案"), lazy_gettext("填写各部分，处理检查结果")),
    (lazy_gettext("向全体职工公示"), lazy_gettext("公示期间听取意见并答复")),
    (lazy_gettext("设区市会同审核"), lazy_gettext("人力资源社会保障部门会同行业主管部门")),
    (lazy_gettext("专家评估"), lazy_gettext("由省级组织")),
    (lazy_gettext("批准"), lazy_gettext("批准后按方案执行")),
)


def _scope_of_opening() -> Scope:
    """The scope in which the enterprise begins its plan: it reads the nomination it was admitted by."""
    scope = session.person().scope
    with reading(scope) as looking:
        try:
            return scope_to_open(looking, scope)
        except LookupError:
            abort(404)


@studio.get(ALL)
@open_to(*EDITORS)
def begin_form(tenant_id: int) -> ResponseReturnValue:
    found = kept.current(transaction(), tenant_id=tenant_id)
    if found is not None:
        return redirect(url_for("studio.show", tenant_id=tenant_id, plan_id=found.id), 303)
    try:
        scope_to_open(transaction(), session.person().scope)
    except LookupError:
        raise NotThere(
            lazy_gettext("本单位现在不能制定方案"),
            lazy_gettext("本单位没有被确定为本年度试点企业。"),
            lazy_gettext("由设区市推荐、省级确定为试点企业后，在这里制定工作方案。"),
        ) from None
    return render_template("studio/begin.html", tenant_id=tenant_id, stages=STAGES)


@studio.post(ALL)
@open_to(*EDITORS)
@in_scope(_scope_of_opening)
def begin(tenant_id: int) -> ResponseReturnValue:
    plan_id = opening.open_plan(transaction(), actor=session.actor(), tenant_id=tenant_id)
    return redirect(url_for("studio.show", tenant_id=tenant_id, plan_id=plan_id), 303)


@studio.get(ONE)
@open_to(*EDITORS)
def show(tenant_id: int, plan_id: int) -> str:
    return render_template("studio/show.html", **about(StudioPage(draft_or_404(tenant_id, plan_id))))


@studio.get(f"{ONE}/score-sheets")
@open_to(*EDITORS)
def score_sheets(tenant_id: int, plan_id: int) -> str:
    return render_template("studio/sheets.html", page=StudioPage(draft_or_404(tenant_id, plan_id)))


def about(page: StudioPage) -> dict[str, Any]:
    """What the overview shows: the course of the plan with where it stands."""
    stands = standing(transaction(), page.plan, page.draft.checked.plan)
    return {"page": page, "stages": STAGES, "stage": stage_of(page), "standing": stands}


def stage_of(page: StudioPage) -> int:
    """Which of ``STAGES`` the plan has come to."""
    last = page.plan.last
    reached = {"publicised": 1, "submitted": 2, "reviewed": 3, "approved": 4}
    return 0 if last is None or not page.plan.closed_because else reached.get(last.state.value, 0)
