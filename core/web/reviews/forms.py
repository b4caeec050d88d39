"""The forms of decisions: each names the version of the row that its reader saw."""

from __future__ import annotations

from wtforms import FileField, SelectField, StringField

from core.web.forms import Needed
from core.web.nominations.fields import Prose
from core.web.nominations.stepforms import Step
from core.web.texts import lazy_gettext


class Decide(Step):
    """With an opinion, which may be missing."""

    opinion = Prose()


class Reject(Step):
    reason = Prose(validators=[Needed(lazy_gettext("未填写理由。理由将原样送达企业，写明后再办理。"))])


class Waive(Step):
    """``file`` is what the waiver rests on, if it rests on a document."""

    rule = StringField()
    reason = Prose(validators=[Needed(lazy_gettext("未填写豁免的理由。理由对其后各环节可见，写明理由。"))])
    file = FileField()


class Assign(Step):
    person = SelectField(validate_choice=False)


class Recuse(Step):
    person = StringField()
    reason = Prose(validators=[Needed(lazy_gettext("未填写回避的事由。写明与企业的关系或者其他事由。"))])


class Assess(Step):
    outcome = SelectField(validate_choice=False)
    opinion = Prose()
