"""发起方案修订: an approved plan is opened for editing, with a reason, from a page that asks for it."""

from __future__ import annotations

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from core.domain.errors import DomainError
from core.services.drafts import opening
from core.web import session
from core.web.access import open_to
from core.web.forms import Form, Needed, again, transaction
from core.web.nominations.fields import Prose
from core.web.refusals import status_for
from core.web.studio.shared import EDITORS, ONE, StudioPage, draft_or_404, studio
from core.web.texts import lazy_gettext

TEMPLATE = "studio/amend.html"


class Amend(Form):
    reason = Prose(validators=[Needed(lazy_gettext("未填写修订的理由。写明修改什么、为什么修改。"))])


@studio.get(f"{ONE}/amend")
@open_to(*EDITORS)
def amend_form(tenant_id: int, plan_id: int) -> str:
    page = StudioPage(draft_or_404(tenant_id, plan_id))
    return render_template(TEMPLATE, page=page, form=Amend(formdata=None), longest=opening.LONGEST_REASON)


@studio.post(f"{ONE}/amend")
@open_to(*EDITORS)
def amend(tenant_id: int, plan_id: int) -> ResponseReturnValue:
    page, entries = StudioPage(draft_or_404(tenant_id, plan_id)), Amend()
    status = 422
    if entries.validate():
        try:
            opening.begin_amendment(
                transaction(),
                actor=session.actor(),
                tenant_id=tenant_id,
                plan_id=plan_id,
                reason=str(entries.reason.data),
            )
            return redirect(page.url("studio.show"), 303)
        except DomainError as error:
            entries.refuse(error)
            status = status_for(error)
    return again(TEMPLATE, status, page=page, form=entries, longest=opening.LONGEST_REASON)
