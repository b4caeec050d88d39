"""恢复: a part back to its plugin's answer or to the reference, after a look at what would change."""

from __future__ import annotations

from typing import Any

from flask import abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from core.domain.answers import Answer
from core.domain.diff import Change
from core.domain.errors import DomainError
from core.plandoc.typed import EXTRA, read
from core.services.accounts.answers import Invalid
from core.services.drafts import resetting
from core.services.drafts.compiling import reference_of, without_typed
from core.services.drafts.keeping import document
from core.services.drafts.resetting import Source
from core.services.plans import differences
from core.web import session
from core.web.access import open_to
from core.web.forms import transaction
from core.web.refusals import status_for
from core.web.studio.shared import EDITORS, ONE, StudioPage, draft_or_404, part_or_404, studio
from core.web.texts import gettext as _


@studio.get(f"{ONE}/parts/<part>/reset")
@open_to(*EDITORS)
def reset_form(tenant_id: int, plan_id: int, part: str) -> str:
    page = StudioPage(draft_or_404(tenant_id, plan_id), part_or_404(part))
    return render_template("studio/reset.html", **_about(page, _source(request.args.get("to", ""))))


@studio.post(f"{ONE}/parts/<part>/reset")
@open_to(*EDITORS)
def reset(tenant_id: int, plan_id: int, part: str) -> ResponseReturnValue:
    page = StudioPage(draft_or_404(tenant_id, plan_id), part_or_404(part))
    if request.form.get("to", "") not in set(Source):
        raise Invalid("to", _("页面送回的内容不完整，没有恢复。刷新页面后重新办理。"))
    to, seen = Source(request.form["to"]), request.form.get("revision", "")
    try:
        resetting.reset_part(
            transaction(),
            session.actor(),
            tenant_id=tenant_id,
            plan_id=plan_id,
            part=part,
            revision=int(seen) if seen.isdecimal() and len(seen) < 10 else -1,
            to=to,
        )
    except DomainError as error:
        shown = render_template("studio/reset.html", **{**_about(page, to), "refusal": error.message})
        return make_response(shown, status_for(error))
    return redirect(page.url(saved=1), 303)


def _source(to: str) -> Source:
    if to not in set(Source):
        abort(404)
    return Source(to)


def _about(page: StudioPage, to: Source) -> dict[str, Any]:
    found = _found(page, to)
    return {
        "page": page,
        "to": to,
        "there": found is not None,
        "changes": _changes(page, found),
        "refusal": "",
    }


def _found(page: StudioPage, to: Source) -> Answer[Any] | None:
    """What the part would be; None where nobody answers it."""
    if page.part == EXTRA:
        return None
    return (without_typed if to is Source.PLUGIN else reference_of)(page.plan, page.part)


def _changes(page: StudioPage, found: Answer[Any] | None) -> tuple[Change, ...]:
    now = read(page.part, page.draft.answer(page.part))
    return differences(document(page.part, now), document(page.part, found))
