"""附件 of a nomination: those of one purpose to add and remove, any of them to save for those who read it."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import FileField

from core.domain.errors import DomainError
from core.services.nominations import evidence
from core.services.nominations.kept import PURPOSES
from core.uploads import LIMITS, Accepted
from core.uploads.answers import size
from core.web import session, uploading
from core.web.access import open_to, takes_file
from core.web.forms import Form, again, transaction
from core.web.nominations.shared import NOMINATORS, ONE, READERS, nomination_or_404, nominations
from core.web.nominations.showing import page_of
from core.web.refusals import status_for

TEMPLATE = "nominations/files.html"


class Upload(Form):
    """What is missing or cannot be, the service says at its field."""

    file = FileField()


@nominations.get(f"{ONE}/files/<purpose>")
@open_to(*NOMINATORS)
def files(tenant_id: int, nomination_id: int, purpose: str) -> ResponseReturnValue:
    about = _about(tenant_id, nomination_id, purpose, Upload(formdata=None))
    if not about["page"].edits:
        return redirect(about["page"].url("nominations.show"), 303)
    return render_template(TEMPLATE, **about)


@nominations.post(f"{ONE}/files/<purpose>")
@open_to(*NOMINATORS)
@takes_file
def add_file(tenant_id: int, nomination_id: int, purpose: str) -> ResponseReturnValue:
    """The files with the new one, and what was changed about it: that is said this once."""
    sent, entries = uploading.sent(), Upload()
    if purpose not in PURPOSES:
        abort(404)
    nomination_or_404(tenant_id, nomination_id)
    try:
        if entries.validate():
            evidence.attach(
                transaction(),
                actor=session.actor(),
                tenant_id=tenant_id,
                nomination_id=nomination_id,
                purpose=purpose,
                sent=sent,
                store=uploading.store(),
            )
            added = sent if isinstance(sent, Accepted) else None
            about = _about(tenant_id, nomination_id, purpose, Upload(formdata=None))
            return render_template(TEMPLATE, **{**about, "added": added})
    except DomainError as error:
        entries.refuse(error)
        return again(TEMPLATE, status_for(error), **_about(tenant_id, nomination_id, purpose, entries))
    return again(TEMPLATE, **_about(tenant_id, nomination_id, purpose, entries))


@nominations.post(f"{ONE}/files/<int:attachment_id>/remove")
@open_to(*NOMINATORS)
def remove_file(tenant_id: int, nomination_id: int, attachment_id: int) -> ResponseReturnValue:
    page = page_of(nomination_or_404(tenant_id, nomination_id))
    file = next((each for each in page.kept.files if each.id == attachment_id), None)
    if file is None:
        abort(404)
    evidence.remove(
        transaction(),
        actor=session.actor(),
        tenant_id=tenant_id,
        nomination_id=nomination_id,
        attachment_id=attachment_id,
    )
    return redirect(page.url("nominations.files", purpose=file.purpose), 303)


@nominations.post(f"{ONE}/files/<int:attachment_id>/save")
@open_to(*READERS)
def save_file(tenant_id: int, nomination_id: int, attachment_id: int) -> Response:
    """A file for whoever reads the nomination, to be saved: an act, since it is recorded who did."""
    kept = nomination_or_404(tenant_id, nomination_id)
    if attachment_id not in {each.id for each in kept.files}:
        abort(404)
    return uploading.given_back(
        evidence.read(
            transaction(),
            actor=session.actor(),
            tenant_id=tenant_id,
            nomination_id=nomination_id,
            attachment_id=attachment_id,
        )
    )


def _about(tenant_id: int, nomination_id: int, purpose: str, form: Upload) -> dict[str, Any]:
    """The files of a purpose as they stand now, with the form for one more."""
    page = page_of(nomination_or_404(tenant_id, nomination_id))
    if purpose not in PURPOSES:
        abort(404)
    return {
        "page": page,
        "purpose": purpose,
        "title": PURPOSES[purpose][1],
        "files": page.kept.files_for(purpose),
        "form": form,
        "added": None,
        "limits": LIMITS,
        "accept": uploading.ACCEPT,
        "size": size,
    }
