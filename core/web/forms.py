"""What forms share: messages in Chinese, refusals beside the field, and proof before a formal act."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from flask import Response, make_response, render_template
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import Field, PasswordField, StringField, i18n
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from core.domain.errors import DomainError
from core.persistence.db import db
from core.services.accounts import credentials
from core.services.accounts.answers import Invalid, Refused
from core.web import session
from core.web.requests import keep_refusal

UNPROCESSABLE, TOO_MANY = 422, 429
LONGEST = 200
"""Characters in a line of a form; what is longer was not typed."""

GIVEN = "given"
"""The field of ``FormalForm`` that takes the proof."""


class Needed:
    """An entry that may not be missing; ``message`` says what to do."""

    field_flags: dict[str, object]

    def __init__(self, message: object) -> None:
        self.message = message
        self.field_flags = {"required": True}

    def __call__(self, _: object, field: Field) -> None:
        if not str(field.data or "").strip():
            raise StopValidation(str(self.message))


@cache
def _messages(locale: str) -> Any:
    """WTForms' own messages in the reader's language."""
    return i18n.get_translations([locale])


class Form(FlaskForm):
    """A form of ours. ``refusal`` is of no single field; nothing is tried for as long as ``wait``."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _: BaseForm) -> Any:
            return _messages(str(get_locale()))  # Flask-WTF reads them anew for each request

    refusal: str = ""
    wait: timedelta = timedelta()

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]

    def refuse(self, error: DomainError) -> None:
        """Show ``error``: at its field if it has one here, otherwise above the form."""
        named = error.field if isinstance(error, Invalid) else ""
        if named in self:
            self[named].errors = [*self[named].errors, error.message]
        else:
            self.refusal = error.message


class FormalForm(Form):
    """A form of a formal act: it asks again who acts, unless that was proved minutes ago.

    Checked after everything else is right, since a code works once.
    """

    given = PasswordField()

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if session.person().fresh:
            del self.given

    @property
    def by_code(self) -> bool:
        """Whether the proof is a 动态口令; of somebody who has none it is the password."""
        return session.person().second_factor

    def validate(self, extra_validators: Any = None) -> bool:
        return super().validate(extra_validators) and (GIVEN not in self or self._proved())

    def _proved(self) -> bool:
        given = str(self.given.data or "").strip() if self.by_code else str(self.given.data or "")
        if not given:
            self.given.errors = [
                _("未填写动态口令。输入验证器当前显示的 6 位数字，或一个恢复码。")
                if self.by_code
                else _("未填写密码。")
            ]
            return False
        answer = credentials.step_up(
            transaction(),
            current=session.person(),
            given=given,
            client=session.client(),
            rules=session.rules(),
        )
        if isinstance(answer, Refused):
            self.given.errors = [answer.message]
            self.given.data = ""
            self.wait = answer.wait
            keep_refusal()
            return False
        session.go_on(answer.token, proved=True)
        return True


class Line(StringField):
    """One line of text, without the blanks around it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = (self.data or "").strip()[:LONGEST]


def transaction() -> Session:
    """The transaction of this request."""
    return db.session()


def again(template: str, status: int = UNPROCESSABLE, **values: Any) -> Response:
    """The page of a form that was not taken: what was typed, what is wrong, when to try again."""
    form = values.get("form")
    wait = timedelta()
    if isinstance(form, Form):
        wait = form.wait
        _lead_on(form)
    response = make_response(render_template(template, **values), TOO_MANY if wait else status)
    if wait:
        response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def _lead_on(form: Form) -> None:
    """Put the focus, and with it the view, on the first entry that is wrong, missing or not sent back."""
    if not (form.errors or form.refusal):
        return
    for field in form:
        lost = isinstance(field, PasswordField) and field.name != GIVEN  # GIVEN comes last, on the page
        if field.errors or lost or (field.flags.required and not field.data):
            field.render_kw = {**(field.render_kw or {}), "autofocus": True}
            return
