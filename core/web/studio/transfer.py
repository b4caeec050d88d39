"""方案文件: the plan as YAML or JSON to take away, and a file to take in after a look at what differs."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from core.domain.errors import DomainError, NotAPlan
from core.domain.plan import PlanDraft
from core.plandoc.writing import as_json, as_yaml
from core.services import documents
from core.services.accounts.answers import Invalid
from core.services.drafts import importing
from core.services.drafts.importing import Import
from core.services.drafts.kept import TYPED
from core.web import session
from core.web.access import open_to
from core.web.forms import transaction
from core.web.printing import FILE, printed
from core.web.refusals import status_for
from core.web.studio.shared import EDITORS, ONE, StudioPage, draft_or_404, studio
from core.web.texts import gettext as _

TEMPLATE: Final = "studio/import.html"
MOST_BYTES: Final = 400_000
MOST_FAULTS: Final = 50


@studio.get(f"{ONE}/plan.yaml")
@open_to(*EDITORS)
def as_yaml_file(tenant_id: int, plan_id: int) -> Response:
    return _file(tenant_id, plan_id, "yaml")


@studio.get(f"{ONE}/plan.json")
@open_to(*EDITORS)
def as_json_file(tenant_id: int, plan_id: int) -> Response:
    return _file(tenant_id, plan_id, "json")


@studio.get(f"{ONE}/draft/{FILE}")
@open_to(*EDITORS)
def draft_document(tenant_id: int, plan_id: int, document: str, form: str) -> Response:
    """The draft as a document that says so; what is on its way or in force is printed as its version."""
    draft = draft_or_404(tenant_id, plan_id)
    if draft.plan.closed_because:
        abort(404)
    return printed(documents.OF_PLAN, document, form, lambda: documents.of_draft(draft))


@studio.get(f"{ONE}/import")
@open_to(*EDITORS)
def import_form(tenant_id: int, plan_id: int) -> str:
    return _page(StudioPage(draft_or_404(tenant_id, plan_id)))


@studio.post(f"{ONE}/import")
@open_to(*EDITORS)
def take_in(tenant_id: int, plan_id: int) -> ResponseReturnValue:
    page = StudioPage(draft_or_404(tenant_id, plan_id))
    text = ""
    try:
        text = _given()
        draft = importing.read_file(text.encode("utf-8", "surrogatepass"), page.plan)
        if "confirm" in request.form:
            return _taken(page, draft)
        return _page(page, text=text, found=importing.look(page.plan, draft))
    except DomainError as error:
        faults = error.faults[:MOST_FAULTS] if isinstance(error, NotAPlan) else ()
        return make_response(_page(page, text=text, refusal=error.message, faults=faults), status_for(error))


def _taken(page: StudioPage, draft: PlanDraft) -> ResponseReturnValue:
    """Take the file in, as it was looked at."""
    seen = {part: request.form.get(f"revision-{part}", "") for part in TYPED}
    revisions = {part: int(each) for part, each in seen.items() if each.isdecimal() and len(each) < 10}
    importing.import_plan(
        transaction(),
        session.actor(),
        tenant_id=page.plan.tenant_id,
        plan_id=page.plan.id,
        draft=draft,
        revisions=revisions,
    )
    return redirect(page.url("studio.show", imported=1), 303)


def _given() -> str:
    """The file that was chosen, or else what was pasted. Raises ``Invalid``."""
    upload = request.files.get("file")
    data = upload.read(MOST_BYTES + 1) if upload and upload.filename else b""
    text = data.decode("utf-8-sig", "replace") if data else request.form.get("text", "").replace("\r\n", "\n")
    if not text.strip():
        raise Invalid("text", _("没有内容。选择方案文件，或者粘贴方案全文。"))
    if len(text) > MOST_BYTES:
        raise Invalid("text", _("内容过长，没有导入。确认选对了文件。"))
    return text


def _page(page: StudioPage, **values: Any) -> str:
    about: dict[str, Any] = {"text": "", "found": None, "refusal": "", "faults": (), **values}
    looked: Import | None = about["found"]
    about["left"] = [TYPED[part] for part in looked.left] if looked else []
    return render_template(TEMPLATE, page=page, **about)


def _file(tenant_id: int, plan_id: int, kind: str) -> Response:
    draft = draft_or_404(tenant_id, plan_id)
    plan = draft.checked.plan
    response = Response(
        as_yaml(plan) if kind == "yaml" else as_json(plan),
        content_type="text/yaml; charset=utf-8" if kind == "yaml" else "application/json",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="plan-{draft.plan.id}.{kind}"'
    return response
