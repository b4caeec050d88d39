"""The notice as staff see it, at an address that only a poster tells: the plan, its hash, a comment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField, TextAreaField

from core.domain.errors import DomainError
from core.persistence.scope import Scope
from core.persistence.session import reading
from core.services import plan_comments
from core.services import publicity as service
from core.services.accounts.scopes import ACCOUNTS
from core.services.editions import edition
from core.services.publicity import Notice
from core.web import session, workdays
from core.web.access import Audience, any_hat, open_to
from core.web.forms import TOO_MANY, Form, again, transaction
from core.web.joining import private
from core.web.plandocument import StaffDocument
from core.web.publicity.shared import STAFF_RULE, NoticePage, publicity
from core.web.refusals import status_for
from core.web.requests import in_scope, keep_refusal

GONE = 410
SAID = "said"
"""The query of the page after a comment was taken."""


class Comment(Form):
    """What is missing or cannot be, the service says at its field."""

    name = StringField()
    staff_number = StringField()
    text = TextAreaField()


def _accounts() -> Scope:
    return ACCOUNTS


def _scope_of_notice() -> Scope:
    """The scope of the notice in the address, which is found before that scope is in force."""
    with reading(ACCOUNTS):
        return _notice(str((request.view_args or {})["token"])).scope


@publicity.get("/notices/<token>")
@open_to(Audience.PUBLIC)
@in_scope(_accounts)
def show(token: str) -> ResponseReturnValue:
    notice = _notice(token)
    if notice.withdrawn_at is not None:
        return private(again("publicity/closed.html", GONE, notice=notice))
    return _page(token, notice, Comment(formdata=None), 200)


@publicity.post("/notices/<token>")
@open_to(Audience.PUBLIC)
@any_hat
@in_scope(_scope_of_notice)
def comment(token: str) -> ResponseReturnValue:
    notice, entries = _notice(token), Comment()
    if not entries.validate():
        return _page(token, notice, entries, 422)
    try:
        refused = plan_comments.comment(
            transaction(),
            token=token,
            name=str(entries.name.data or ""),
            staff_number=str(entries.staff_number.data or ""),
            text=str(entries.text.data or ""),
            address=session.client().address,
        )
    except DomainError as error:
        entries.refuse(error)
        return _page(token, notice, entries, status_for(error))
    if refused is not None:
        keep_refusal()
        entries.refusal, entries.wait = refused.message, refused.wait
        return _page(token, notice, entries, TOO_MANY)
    return private(redirect(f"{url_for('publicity.show', token=token)}?{SAID}=1#comment", 303))


def _notice(token: str) -> Notice:
    found = service.find(transaction(), token=token)
    if found is None:
        abort(404)
    return found


def _page(token: str, notice: Notice, form: Comment, status: int) -> ResponseReturnValue:
    rules = edition(notice.edition)
    shown: dict[str, Any] = {
        "token": token,
        "page": NoticePage(notice, workdays.calendar()),
        "document": StaffDocument(replace(notice.plan(), publicity=notice.publicity), rules),
        "answered": plan_comments.answered(transaction(), notice),
        "longest": plan_comments.TEXT,
        "said": SAID in request.args,
        "rule": rules.catalogue.rules[STAFF_RULE],
    }
    return private(again("publicity/show.html", status, form=form, **shown))
