"""A plan as a page shows it: values in official words, and an anchor for every place a finding can name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from core.domain.due import WEEKDAYS
from core.domain.plan import SCHEDULE_DATES, PlanDraft, RubricModule, Schedule
from core.domain.records import FieldSpec, Kind, pointer, specs, steps_of
from core.domain.values import ABSENT, blank
from core.domain.wording import day_words, number_words, place_words, shown_words, value_words
from core.rulebook.engine import Edition
from core.rulebook.vocabulary import vocabulary

POSTS = {"chair": "chairs", "vice_chair": "vices", "member": "members"}

FLAGS: Mapping[str, tuple[LazyString | str, LazyString | str]] = {
    "external": (lazy_gettext("外聘"), lazy_gettext("企业内部")),
    "is_principal": (lazy_gettext("企业主要负责人"), lazy_gettext("不是企业主要负责人")),
    "in_leadership_team": (lazy_gettext("领导班子成员"), lazy_gettext("不是领导班子成员")),
    "skill_related": (lazy_gettext("与评审职业相关"), lazy_gettext("与评审职业不相关")),
    "has_senior_technician_level": (lazy_gettext("设有高级技师等级"), lazy_gettext("未设高级技师等级")),
    "title_path_only": (lazy_gettext("仅面向正高级职称人员"), ""),
    "evidence_required": (lazy_gettext("须有佐证"), ""),
    "external_verification": (lazy_gettext("须经核实"), ""),
}
"""What a flag says in a table, where no label stands beside it: when true, when false."""

NOT_FOR_STAFF: Final = frozenset({"city_code", "industry_code", "certainty"})
HEADS: Final = frozenset({"is_principal", "in_leadership_team"})

PHRASES: Mapping[str, LazyString] = {
    "skill_obtained_on": lazy_gettext("%(value)s取得"),
    "senior_obtained_on": lazy_gettext("%(value)s取得高级技师"),
    "title_mapping": lazy_gettext("对应职称专业：%(value)s"),
    "quota": lazy_gettext("名额 %(value)s"),
}
"""How a value is put in a table where its label would be needed to understand it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One stated field: its official term, its value in words, the id of its place."""

    label: str
    words: str
    id: str


@dataclass(frozen=True, slots=True)
class Step:
    """One date of the schedule; ``gap`` are the working days since the step before, "" for the first."""

    label: str
    id: str
    words: str
    day_off: bool
    gap: str
    due: str


class PlanDocument:
    """A plan in words. Everything a template writes goes through here, so the anchors are known afterwards.

    A path is a JSON pointer into the plan. ``prefix`` keeps the anchors of several plans on one page apart.
    """

    for_staff = False

    def __init__(self, plan: PlanDraft, edition: Edition, prefix: str = "") -> None:
        self.plan = plan
        self._calendar = edition.calendar
        self._word = vocabulary(edition.id).word
        self._prefix = prefix
        self._anchors: set[str] = set()

    # places

    def mark(self, path: str) -> str:
        """The id of ``path``; from now on findings can point there."""
        self._anchors.add(path)
        return self._id(path)

    def jump(self, path: str) -> str:
        """The fragment of ``path`` or of the nearest marked place around it; "" when there is none."""
        while path and path not in self._anchors:
            path = path.rpartition("/")[0]
        return f"#{self._id(path)}" if path else ""

    def place(self, path: str) -> str:
        """The place in words: 组织形式 · 评审委员会 · 主任委员彭远骋."""
        return place_words(self.plan, path, self._word)

    # values

    def at(self, path: str) -> Any:
        """The value at ``path``; ABSENT where the plan has none."""
        value: Any = self.plan
        for step in steps_of(path):
            if isinstance(value, tuple):
                value = value[int(step)] if step.isdecimal() and int(step) < len(value) else ABSENT
            elif isinstance(value, Mapping):
                value = value.get(step, ABSENT)
            else:
                value = ABSENT if value is ABSENT else getattr(value, step, ABSENT)
        return value

    def lacks(self, path: str) -> bool:
        """Whether nothing is said at ``path``."""
        return blank(self.at(path))

    def text(self, path: str) -> str:
        """The text at ``path``, "" when it is blank."""
        value = self.at(path)
        return "" if blank(value) else str(value)

    def points(self, path: str) -> str:
        """The number at ``path``, "" when there is none."""
        value = self.at(path)
        return number_words(value) if isinstance(value, Decimal) else ""

    def facts(self, path: str, *without: str) -> list[Fact]:
        """The stated fields of the record at ``path`` that one line can hold."""
        return [
            Fact(spec.zh, self._words(value, spec, _dotted(f"{path}/{name}")), self.mark(f"{path}/{name}"))
            for name, spec, value in _stated(self.at(path))
            if name not in without and _fits_a_line(spec.kind) and self.tells(name, value)
        ]

    def items(self, path: str) -> list[str]:
        """The paths of what is in the list or mapping at ``path``; an empty entry is left out."""
        value = self.at(path)
        if isinstance(value, Mapping):
            return [path + pointer(key) for key, each in value.items() if each is not None]
        if isinstance(value, tuple):
            return [path + pointer(index) for index, each in enumerate(value) if each is not None]
        return []

    def name(self, path: str) -> str:
        """What the item at ``path`` is called: 主任委员彭远骋, 业绩评价, 特级技师."""
        return self.place(path).rpartition(" · ")[2]

    def cell(self, path: str, *names: str) -> list[str]:
        """What the named fields of the record at ``path`` say in a table, each as one line."""
        return [
            words
            for name, spec, value in _stated(self.at(path))
            if name in names
            and self.tells(name, value)
            and (words := self._phrase(value, spec, _dotted(f"{path}/{name}")))
        ]

    def phrases(self, path: str, *names: str) -> str:
        """The same in one line."""
        return "，".join(self.cell(path, *names))

    def tells(self, _name: str, _value: object) -> bool:
        """Whether the readers of this document are told a field: here every one that is stated."""
        return True

    def _phrase(self, value: object, spec: FieldSpec, place: str) -> str:
        if blank(value):
            return ""
        if isinstance(value, bool) and spec.name in FLAGS:
            return str(FLAGS[spec.name][not value])
        words = self._words(value, spec, place)
        return str(PHRASES[spec.name] % {"value": words}) if spec.name in PHRASES else words

    def _words(self, value: Any, spec: FieldSpec, place: str) -> str:
        words = shown_words(value, spec, place, self._word)
        if spec.name == "title_occupations" and isinstance(value, tuple):
            return "、".join(self._occupation(str(code)) for code in value) or words
        return words

    def _occupation(self, code: str) -> str:
        """The name of the occupation with that code, the code where the plan has none."""
        named = (self.at(path) for path in self.items("/occupations"))
        return next((str(each.name) for each in named if each.code == code and each.name), code)

    def band(self, path: str) -> str:
        """The range of the band at ``path`` as annex 3 writes it: 9~10分."""
        low, high = self.points(f"{path}/min"), self.points(f"{path}/max")
        return _("%(points)s分", points=low if low == high else f"{low or '?'}~{high or '?'}")

    def open_words(self, path: str) -> str:
        """Open data (extra sections, conversion tables) as text."""
        value = self.at(path)
        return value if isinstance(value, str) else value_words(value, Kind(object), "", self._word)

    def modules(self) -> list[tuple[str, RubricModule]]:
        """The modules of the rubric with their paths."""
        return [(path, self.at(path)) for path in self.items("/rubric/modules")]

    def total(self) -> str:
        """The sum of the weights that are stated."""
        return number_words(sum((module.weight or Decimal(0) for _, module in self.modules()), Decimal(0)))

    def judged(self, path: str) -> list[str]:
        """The bands and grades of an item or part, by path."""
        return [*self.items(f"{path}/bands"), *self.items(f"{path}/grades")]

    def rows(self, path: str) -> int:
        """How many rows an item takes on its sheet: its bands and grades, and each part with its own."""
        parts = self.items(f"{path}/parts")
        return max(1, len(self.judged(path)) + sum(1 + len(self.judged(part)) for part in parts))

    def committee(self) -> dict[str, int]:
        """The heads of the committee by post, and who is external (AMB-25)."""
        members = [self.at(path) for path in self.items("/organisation/committee/members")]
        posts = [member.post for member in members]
        external = sum(1 for member in members if member.external is True and member.post in POSTS)
        counts = {name: posts.count(post) for post, name in POSTS.items()}
        return {**counts, "external": external, "triple": 3 * external, "n": sum(counts.values())}

    def panel_words(self, path: str) -> str:
        """企业专家 3 人、行业专家 4 人"""
        kinds = [self.at(each).kind for each in self.items(f"{path}/members")]
        return _(
            "企业专家 %(own)s 人、行业专家 %(industry)s 人。",
            own=kinds.count("enterprise"),
            industry=kinds.count("industry"),
        )

    def schedule(self, due: Mapping[str, date]) -> Iterator[Step]:
        """The dates of the plan with the working days between them; ``due`` are last days by field."""
        schedule = self.plan.schedule or Schedule()
        before: date | None = None
        for name in SCHEDULE_DATES:
            day = getattr(schedule, name)
            yield Step(
                label=specs(Schedule)[name].zh,
                id=self.mark(f"/schedule/{name}"),
                words=weekday_words(day) if day else "",
                day_off=bool(day) and not self._calendar.is_workday(day),
                gap=self._workdays(before, day),
                due=weekday_words(due[name]) if name in due else "",
            )
            before = day or before

    def workdays(self, start: str, end: str) -> str:
        """The working days between the dates at two paths; "" when one is missing."""
        return self._workdays(self.at(start) or None, self.at(end) or None)

    def estimated(self) -> bool:
        """Whether the dates lie in a year whose working days are not published."""
        schedule = self.plan.schedule or Schedule()
        years = {day.year for name in SCHEDULE_DATES if (day := getattr(schedule, name))}
        return any(not self._calendar.is_official(year) for year in years)

    def _workdays(self, start: date | None, end: date | None) -> str:
        if not start or not end or end < start:
            return ""
        return _("%(n)s 个工作日", n=self._calendar.count(start, end))

    def _id(self, path: str) -> str:
        return self._prefix + quote(path, safe="/~")


class StaffDocument(PlanDocument):
    """A plan as the staff who judge it read it (二（二）): nothing empty, no codes of places or industries.

    Notes of the drafting are left out, and that a member heads nothing.
    """

    for_staff = True

    def tells(self, name: str, value: object) -> bool:
        residue = name in NOT_FOR_STAFF or (name in HEADS and value is False)
        return not residue and not blank(value)


def weekday_words(day: date) -> str:
    """2026年11月10日（周二）"""
    return f"{day_words(day)}（周{WEEKDAYS[day.weekday()]}）"


def _stated(record: Any) -> Iterator[tuple[str, FieldSpec, Any]]:
    if record is not ABSENT and record is not None:
        for name, spec in specs(record.__class__).items():
            if (value := getattr(record, name)) is not ABSENT:
                yield name, spec, value


def _fits_a_line(kind: Kind) -> bool:
    if kind.item is not None:
        return not kind.item.is_record and kind.item.base is not object
    return not kind.is_record and kind.base is not object


def _dotted(path: str) -> str:
    return ".".join(step for step in steps_of(path) if not step.isdecimal())
