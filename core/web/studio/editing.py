"""The editor of a part: one form of all its fields; kept field by field, or as a whole, or with one list act.

Every button of the form sends all of it. What was typed is kept first, then ``op`` is done: an item of a list
is added, removed or moved, or what only one part has (``deeds``). A browser with scripts sends one field at a
time (``autosave``) and takes from the answer what has changed on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from core.domain.errors import DomainError, NotAPlan
from core.domain.values import BEIJING
from core.persistence import clock
from core.services.accounts.answers import Invalid
from core.services.drafts import editing
from core.services.drafts.clashes import EditConflict
from core.web import session
from core.web.access import open_to
from core.web.forms import transaction
from core.web.refusals import status_for
from core.web.studio.controls import Drawer
from core.web.studio.deeds import Deed, deed_of, ready
from core.web.studio.places import changes
from core.web.studio.shared import EDITORS, ONE, StudioPage, draft_or_404, part_or_404, studio
from core.web.studio.views import views_of
from core.web.texts import gettext as _

THEIRS: Final = "theirs"
CHOICE: Final = "keep:"
"""Before a place: which of two texts is kept."""


@studio.get(f"{ONE}/parts/<part>")
@open_to(*EDITORS)
def edit(tenant_id: int, plan_id: int, part: str) -> str:
    page = StudioPage(draft_or_404(tenant_id, plan_id), part_or_404(part))
    return _rendered(page, saved="saved" in request.args)


@studio.post(f"{ONE}/parts/<part>")
@open_to(*EDITORS)
def save(tenant_id: int, plan_id: int, part: str) -> ResponseReturnValue:
    page = StudioPage(draft_or_404(tenant_id, plan_id), part_or_404(part))
    typed: Mapping[str, object] = {}
    try:
        deed = deed_of(request.form.get("op", ""))
        typed = changes(part, page.draft.answer(part), request.form)
        wanted = {path: raw for path, raw in typed.items() if request.form.get(CHOICE + path) != THEIRS}
        spot = _keep(page, wanted, deed)
    except DomainError as error:
        return _refused(page, typed, error)
    if "autosave" in request.form:
        return _rendered(StudioPage(draft_or_404(tenant_id, plan_id), part), saved=True)
    return redirect(page.url(saved=1) + (f"#{spot}" if spot else ""), 303)


def _keep(page: StudioPage, typed: Mapping[str, object], deed: Deed | None) -> str:
    """Keep what was typed, then do what was asked; returns the place to go on at."""
    about: dict[str, Any] = {"tenant_id": page.plan.tenant_id, "plan_id": page.plan.id, "part": page.part}
    seen = request.form.get("revision", "")
    if not seen.isdecimal() or len(seen) > 9:
        raise Invalid("revision", _("页面送回的内容不完整，没有保存。刷新页面后重新填写。"))
    revision = int(seen)
    fields = {**ready(page, typed), **(deed.fields(page) if deed else {})}
    if fields:
        saved = editing.save_fields(
            transaction(),
            session.actor(),
            **about,
            revision=revision,
            changes=fields,
            whole="autosave" not in request.form,
        )
        revision = saved.revision
    if deed is None:
        return ""
    if deed.op is not None:
        editing.change_list(
            transaction(), session.actor(), **about, revision=revision, op=deed.op, item=deed.item(page)
        )
    return deed.spot


def _refused(page: StudioPage, typed: Mapping[str, object], error: DomainError) -> Response:
    """The page again with everything that was typed, and why it was not kept."""
    fresh = StudioPage(draft_or_404(page.plan.tenant_id, page.plan.id), page.part)
    values: dict[str, Any] = {"typed": typed, "revision": request.form.get("revision", "")}
    if isinstance(error, NotAPlan):
        values["errors"] = {each.path: each.message for each in error.faults}
        values["refusal"] = _(
            "没有保存：有 %(n)s 处填写不符。改正后再保存，其余内容仍在本页。", n=len(error.faults)
        )
    elif isinstance(error, EditConflict):
        values |= {"clashes": error.clashes, "revision": error.revision}
        gone = {
            each.path for each in error.clashes if each.structural
        }  # these places hold something else now
        values["typed"] = {path: raw for path, raw in typed.items() if path not in gone}
    else:
        values["refusal"] = error.message
    return make_response(_rendered(fresh, **values), status_for(error))


def _rendered(page: StudioPage, **values: Any) -> str:
    shown = {"typed": {}, "errors": {}, "clashes": (), "refusal": "", "saved": False, **values}
    fields = Drawer(
        part=page.part,
        data=page.draft.answer(page.part),
        words=page.words,
        typed=shown["typed"],
        errors=shown["errors"],
        findings=page.beside(),
    )
    now = clock.now(transaction()).astimezone(BEIJING)
    shown.setdefault("revision", page.section.line.revision)
    return render_template(
        f"studio/parts/{page.part}.html", page=page, fields=fields, now=now, **views_of(page, fields), **shown
    )
