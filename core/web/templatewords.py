"""The provincial template in words: a code of the template as a reader says it, a value with its unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from core.rulebook.engine import Edition
from core.rulebook.template import Leaf, Lock, Scalar, Template
from core.rulebook.vocabulary import Vocabulary, vocabulary

SHARES = frozenset({"vote_fraction", "external_share", "quorum"})
"""Keys whose two whole numbers are a fraction."""

WORDS: Mapping[str, LazyString] = {
    "mandatory": lazy_gettext("应当执行"),
    "reference": lazy_gettext("参考"),
    "mandatory_where_yingdang_else_reference": lazy_gettext("写明“应当”等的应当执行，其余参考"),
    "Asia/Shanghai": lazy_gettext("北京时间"),
    "inclusive_end_of_day": lazy_gettext("含截止当日，至 24:00"),
    "start_day_excluded": lazy_gettext("不计开始当日"),
    "non_descending": lazy_gettext("依次不提前，可以同日"),
    "application_deadline": lazy_gettext("个人申报截止日"),
    "decision_date": lazy_gettext("处理决定之日"),
    "achievement_scores_complete": lazy_gettext("业绩评价评分完成"),
    "interview_questions_agreed": lazy_gettext("商定答辩题目"),
    "applicant_presentation": lazy_gettext("申报人陈述汇报"),
    "interview_scores_submitted": lazy_gettext("面试答辩评分完成"),
    "three_modules_complete": lazy_gettext("三个模块评判完成"),
    "interview_start": lazy_gettext("面试答辩开始"),
    "interview_qa": lazy_gettext("现场问答"),
    "interview_session_end": lazy_gettext("面试答辩结束"),
    "committee_resolution": lazy_gettext("评审委员会集体研究"),
    "provincial_or_above": lazy_gettext("省级及以上"),
    "national_or_central_enterprise": lazy_gettext("国家级（含中央企业）"),
    "basic_condition": lazy_gettext("具备基本条件"),
    "priority_condition_in_plan": lazy_gettext("符合方案开放的优先条件"),
    "mohrss": lazy_gettext("人力资源社会保障部"),
    "rights": lazy_gettext("权利"),
    "duties": lazy_gettext("职责"),
    "name": lazy_gettext("姓名"),
    "gender": lazy_gettext("性别"),
    "employer": lazy_gettext("工作单位"),
    "occupation": lazy_gettext("职业（工种）"),
    "candidate": lazy_gettext("建议人选"),
    "enterprise": lazy_gettext("试点企业"),
    "apply": lazy_gettext("申请"),
    "participate": lazy_gettext("参与"),
    "conditional": lazy_gettext("符合条件的必填"),
    "A4 portrait": lazy_gettext("A4 纵向"),
}
"""Codes of the template that are no codes of a plan."""


class TemplateWords:
    """The words of one edition's template."""

    def __init__(self, edition: Edition) -> None:
        self._template: Template = edition.template
        self._vocabulary: Vocabulary = vocabulary(edition.id)

    def value(self, leaf: Leaf) -> str:
        """The value of ``leaf`` with its unit; a bounded number says which way it may go."""
        if isinstance(leaf.value, tuple):
            return self._listed(leaf)
        words = self._scalar(leaf.value, self._place(leaf.path))
        unit = f" {leaf.unit}" if leaf.unit else ""
        if leaf.lock is Lock.BOUNDED and leaf.minimum is not None:
            return f"≥ {words}{unit}"
        if leaf.lock is Lock.BOUNDED and leaf.maximum is not None:
            return f"≤ {words}{unit}"
        return f"{words}{unit}"

    def _listed(self, leaf: Leaf) -> str:
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        key = leaf.path.rpartition("/")[2]
        words = [self._scalar(each, self._place(leaf.path)) for each in values]
        if key in SHARES:
            return ("≥ " if leaf.lock is Lock.BOUNDED else "") + "/".join(words)
        return " 至 ".join(words) if key == "window" else "、".join(words)

    def _scalar(self, value: Scalar, place: str) -> str:
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, int | Decimal):
            return f"{value:,}"
        if place.startswith("deadlines.") or place.endswith(".window"):
            month, _, day = value.partition("-")
            return f"{int(month)}月{int(day)}日"
        return self._word(value, place)

    def _word(self, code: str, place: str) -> str:
        """The word for ``code``: at its own place, a party, a deadline, a stage, a template word, any."""
        if (known := self._vocabulary.word(place, code)) != code:
            return known
        for path in (f"/roles/{code}/name", f"/rubric/modules/interview/items/{code}/name"):
            if path in self._template.leaves:
                return self._template.text(path)
        if place.endswith("deadline") and f"/deadlines/{code}" in self._template.leaves:
            return self._template.leaf(f"/deadlines/{code}").label
        if (stage := self._template.groups.get(f"/workflow/stages/{code}")) is not None:
            return stage.label
        if code in WORDS:
            return str(WORDS[code])
        words = (place_words.get(code) for place_words in self._vocabulary.places.values())
        return next((word for word in words if word), code)

    def _place(self, path: str) -> str:
        """The dotted place of a path: without indices and without the codes of list items."""
        steps: list[str] = []
        above = ""
        for step in path.split("/")[1:]:
            if above not in self._template.coded and not step.isdecimal():
                steps.append(step)
            above += f"/{step}"
        return ".".join(steps)
