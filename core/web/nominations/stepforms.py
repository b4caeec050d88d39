"""The forms of the steps with a nomination: each names the version that its reader saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wtforms import Field, HiddenField, StringField

from core.domain.nomination import DossierPart
from core.web.forms import Form, FormalForm, Needed
from core.web.nominations.fields import Prose, Words
from core.web.texts import gettext as _
from core.web.texts import lazy_gettext

MET: Final = "met"
UNMET: Final = "unmet"


class Step(FormalForm):
    """A step with a nomination as it stood at ``version``."""

    version = HiddenField(
        validators=[Needed(lazy_gettext("页面送回的内容不完整，没有办理。刷新页面后重新办理。"))]
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Everything else before the proof, since a code works once."""
        plain = Form.validate(self, extra_validators)
        return self.complete() and plain and super().validate(extra_validators)

    def complete(self) -> bool:
        """Whether what was sent back is a whole; ``refusal`` says what is not."""
        if self.version.errors:
            self.refusal = self.version.errors[0]
        return not self.version.errors

    @property
    def seen(self) -> int:
        """The version that was seen; 0, which there is not, for what is no number."""
        given = str(self.version.data)
        return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0


class Ending(Step):
    reason = Prose(validators=[Needed(lazy_gettext("未填写理由。写明理由后再办理。"))])


class Reasons(Step):
    """A reason for each part."""

    enterprise = Prose()
    industry_position = Prose()
    evaluation_work = Prose()
    senior_technicians = Prose()
    quota = Prose()

    def reason(self, part: DossierPart) -> Field:
        return self[part.value]

    def said(self, part: DossierPart) -> str:
        return str(self.reason(part).data or "")


class Return(Reasons):
    """A reason for each part that is sent back."""

    @property
    def unmet(self) -> Mapping[DossierPart, str]:
        return {part: self.said(part) for part in DossierPart if self.said(part)}

    def complete(self) -> bool:
        if not self.unmet:
            self.refusal = _("没有填写退回的理由。在不符合的部分写明理由，至少一处。")
        return super().complete() and bool(self.unmet)


class Verify(Reasons):
    """What was found of each part: met, or not and why; a part without an answer is left as it was."""

    found_enterprise = StringField()
    found_industry_position = StringField()
    found_evaluation_work = StringField()
    found_senior_technicians = StringField()
    found_quota = StringField()

    def answer(self, part: DossierPart) -> Field:
        return self[f"found_{part.value}"]

    @property
    def found(self) -> Mapping[DossierPart, str]:
        """The reason by part, "" where it is met."""
        answered = {part: self.answer(part).data for part in DossierPart}
        return {
            part: self.said(part) if answer == UNMET else ""
            for part, answer in answered.items()
            if answer in (MET, UNMET)
        }

    def complete(self) -> bool:
        silent = [part for part in DossierPart if self.answer(part).data == UNMET and not self.said(part)]
        for part in silent:
            self.reason(part).errors = [_("未填写不符合的理由。写明哪里不符合、怎样补正。")]
        if not self.found:
            self.refusal = _("没有选择核实结果。逐项选择符合或不符合。")
        return super().complete() and bool(self.found) and not silent


class Admit(Step):
    short_name = Words(validators=[Needed(lazy_gettext("未填写企业简称。填写简称，用于列表和页眉。"))])
    name = Words(validators=[Needed(lazy_gettext("未填写姓名。填写企业主要负责人的姓名。"))])
