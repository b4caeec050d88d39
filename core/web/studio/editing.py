"""The editor of a part: one form of all its fields; kept field by field, or as a whole, or with one list act.

Every button of the form sends all of it. What was typed is kept first, then ``op`` is done: an item of a list
is added, removed or moved, or what only one part has (``deeds``). A browser with scripts sends one field at a
time (``autosave``) and is answered with the pieces of the page that the save has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Final

from flask import Response, abort, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from core.domain.errors import DomainError, NotAPlan
from core.plandoc.typed import NoSuchPlace
from core.services.accounts.answers import Invalid
from core.services.drafts import editing
from core.services.drafts.clashes import EditConflict
from core.services.drafts.editing import Saved
from core.services.drafts.keeping import Desk, desk_for
from core.services.drafts.reading import Draft
from core.web import session
from core.web.access import open_to
from core.web.forms import transaction
from core.web.refusals import status_for
from core.web.studio.controls import Drawer
from core.web.studio.deeds import deed_of, ready
from core.web.studio.places import changes
from core.web.studio.shared import EDITORS, ONE, StudioPage, draft_or_404, part_or_404, studio
from core.web.studio.views import views_of
from core.web.texts import gettext as _

THEIRS: Final = "theirs"
CHOICE: Final = "keep:"
"""Before a place: which of two texts is kept."""
PAGE, PIECES = "studio/editor.html", "studio/saved.html"
"""What a part is shown in: the page of it, or the answer to a field that was sent alone."""


@studio.get(f"{ONE}/parts/<part>")
@open_to(*EDITORS)
def edit(tenant_id: int, plan_id: int, part: str) -> str:
    page = StudioPage(draft_or_404(tenant_id, plan_id), part_or_404(part))
    return _rendered(page, saved="saved" in request.args)


@studio.post(f"{ONE}/parts/<part>")
@open_to(*EDITORS)
def save(tenant_id: int, plan_id: int, part: str) -> ResponseReturnValue:
    part_or_404(part)
    try:
        desk = desk_for(transaction(), session.actor(), tenant_id=tenant_id, plan_id=plan_id, part=part)
        page = StudioPage(Draft(session=desk.session, plan=desk.plan), part)
        if "autosave" in request.form:
            return _pieces(
                desk, editing.save_fields(desk, revision=_seen(), changes=ready(page, _typed(page)))
            )
        spot = _do(desk, page)
    except LookupError:
        abort(404)
    except DomainError as error:
        return _refused(StudioPage(draft_or_404(tenant_id, plan_id), part), error)
    return redirect(page.url(saved=1) + (f"#{spot}" if spot else ""), 303)


def _do(desk: Desk, page: StudioPage) -> str:
    """Keep what was typed, then do what was asked; returns the place to go on at."""
    deed, revision = deed_of(request.form.get("op", "")), _seen()
    typed = {path: raw for path, raw in _typed(page).items() if request.form.get(CHOICE + path) != THEIRS}
    fields = {**ready(page, typed), **(deed.fields(page) if deed else {})}
    if fields:
        saved = editing.save_fields(desk, revision=revision, changes=fields, whole=True)
        desk, revision = replace(desk, plan=saved.plan), saved.revision
    if deed is None:
        return ""
    if deed.op is not None:
        now = StudioPage(Draft(session=desk.session, plan=desk.plan), page.part)
        editing.change_list(desk, revision=revision, op=deed.op, item=deed.item(now))
    return deed.spot


def _seen() -> int:
    """The revision that the page shows."""
    seen = request.form.get("revision", "")
    if not seen.isdecimal() or len(seen) > 9:
        raise Invalid("revision", _("页面送回的内容不完整，没有保存。刷新页面后重新填写。"))
    return int(seen)


def _typed(page: StudioPage) -> Mapping[str, object]:
    """What the form says otherwise than the plan. Raises ``NoSuchPlace``."""
    return changes(page.part, page.draft.answer(page.part), request.form)


def _pieces(desk: Desk, saved: Saved) -> str:
    """What of the page a save has changed.

    The page keeps its revision while somebody else's changes are not on it: it has not seen them.
    """
    page = StudioPage(Draft(session=desk.session, plan=saved.plan), desk.part)
    revision = _seen() if saved.others else saved.revision
    seen = request.form.get("standing", "")
    return _rendered(page, PIECES, saved=True, revision=revision, changed=saved.changed, seen=seen)


def _refused(page: StudioPage, error: DomainError) -> Response:
    """The page again with everything that was typed, and why it was not kept."""
    values: dict[str, Any] = {"revision": request.form.get("revision", "")}
    typed: Mapping[str, object] = {}
    with suppress(NoSuchPlace):
        typed = _typed(page)
    if isinstance(error, NotAPlan):
        values["errors"] = {each.path: each.message for each in error.faults}
        values["refusal"] = _(
            "没有保存：有 %(n)s 处填写不符。改正后再保存，其余内容仍在本页。", n=len(error.faults)
        )
    elif isinstance(error, EditConflict):
        values |= {"clashes": error.clashes, "revision": error.revision}
        gone = {each.path for each in error.clashes if each.structural}  # something else is there now
        typed = {path: raw for path, raw in typed.items() if path not in gone}
    else:
        values["refusal"] = error.message
    return make_response(_rendered(page, typed=typed, **values), status_for(error))


def _rendered(page: StudioPage, layout: str = PAGE, **values: Any) -> str:
    shown = {"typed": {}, "errors": {}, "clashes": (), "refusal": "", "saved": False, "changed": (), **values}
    fields = Drawer(
        part=page.part,
        data=page.draft.answer(page.part),
        words=page.words,
        typed=shown["typed"],
        errors=shown["errors"],
        findings=page.beside(),
        changed=shown["changed"],
    )
    shown.setdefault("revision", page.plan.revision(page.part))
    template = current_app.jinja_env.get_template(f"studio/parts/{page.part}.html")
    # pieces stand in no frame, and need nothing of what it is told
    render = template.render if layout == PIECES else partial(render_template, template)
    return render(
        layout=layout,
        page=page,
        fields=fields,
        now=page.now,
        **views_of(page, fields),
        **shown,
    )
