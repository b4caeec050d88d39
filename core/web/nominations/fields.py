"""Fields of the forms of a nomination: text of several lines, numbers as people type them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any, Final

from wtforms import StringField, TextAreaField
from wtforms.validators import ValidationError

from core.web.texts import gettext as _

MOST: Final = 2000
"""Characters in a statement."""
NUMBER: Final = re.compile(r"\d{1,12}(?:\.\d{1,2})?", re.ASCII)
UNITS: Final = ("万元", "人", "年")
NO_TEXT: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
"""Categories of characters that nobody reads: controls, surrogates, private and unassigned ones."""


class Prose(TextAreaField):
    """Text of several lines, of up to MOST characters."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = _cleaned(self.data)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - as WTForms calls it
        _require_length(self.data, MOST)


class Words(StringField):
    """One line of text, of up to ``most`` characters."""

    def __init__(self, *arguments: Any, most: int = 200, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.most = most

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = " ".join(_cleaned(self.data).split())

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - as WTForms calls it
        _require_length(self.data, self.most)


class Figure(StringField):
    """A number as people type it: 186,400 or 18.6 万元; ``number`` is None when nothing was typed."""

    def __init__(self, *arguments: Any, whole: bool = True, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.whole = whole

    @property
    def number(self) -> Decimal | None:
        """What was typed, as a number. Raises ValueError."""
        text = unicodedata.normalize("NFKC", str(self.data or "")).replace(",", "")
        text = "".join(text.split())
        for unit in UNITS:
            text = text.removesuffix(unit)
        if not text:
            return None
        if not NUMBER.fullmatch(text) or (self.whole and "." in text):
            raise ValueError(text)
        return Decimal(text)

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = " ".join(_cleaned(self.data).split())[:40]

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - as WTForms calls it
        try:
            self.number  # noqa: B018 - whether it is one
        except ValueError:
            kind = _("整数") if self.whole else _("最多两位小数的数字")
            raise ValidationError(
                _("“%(typed)s”不是%(kind)s。改正后保存。", typed=self.data, kind=kind)
            ) from None


def _cleaned(text: str | None) -> str:
    """``text`` with one kind of line break and without characters that are no text."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(filter(_is_text, each)).rstrip() for each in lines).strip()


def _is_text(character: str) -> bool:
    return character == "\t" or unicodedata.category(character) not in NO_TEXT


def _require_length(text: str | None, most: int) -> None:
    if (length := len(text or "")) > most:
        raise ValidationError(_("共 %(n)s 个字，最多 %(most)s 个。缩短后保存。", n=length, most=most))
