"""The rule catalogue: all rules with a filter, and one rule with everything that is known about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from core.rulebook.catalogue import RuleText
from core.rulebook.engine import Edition
from core.rulebook.terms import Force
from core.services.editions import CURRENT
from core.web.access import Audience, open_to
from core.web.errors import NotThere
from core.web.kept import kept
from core.web.official import anchor_of, titles_of

rules = Blueprint("rules", __name__, url_prefix="/rules")

CHECKED, UNCHECKED = "yes", "no"


@rules.get("")
@open_to(Audience.PUBLIC)
@kept
def index() -> str:
    wanted = Wanted.read(request.args, CURRENT)
    return render_template(
        "rules/index.html",
        wanted=wanted,
        groups=grouped(CURRENT, wanted),
        judged=CURRENT.judged(),
        options=options(CURRENT),
    )


@rules.get("/readings")
@open_to(Audience.PUBLIC)
@kept
def readings() -> str:
    return render_template("rules/readings.html", resting=rules_by_reading(CURRENT))


@rules.get("/<rule_id>")
@open_to(Audience.PUBLIC)
@kept
def show(rule_id: str) -> str:
    rule = CURRENT.catalogue.rules.get(rule_id)
    if rule is None:
        raise NotThere(
            lazy_gettext("没有这个编号的规则"),
            lazy_gettext("地址中的规则编号有误。规则编号不变更、不重复使用。"),
            lazy_gettext("从规则目录中查找。"),
        )
    return render_template(
        "rules/show.html",
        rule=rule,
        anchor=anchor_of(rule),
        readings=CURRENT.catalogue.readings_of(rule_id),
        judged=CURRENT.judged().get(rule_id, {}),
        waiver=waiver(CURRENT, rule),
        actors=names(CURRENT, rule.actors),
        beside=neighbours(CURRENT, rule_id),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader looks for: words that all occur, and one choice or "" per list."""

    words: str
    section: str
    force: str
    stage: str
    checked: str

    @classmethod
    def read(cls, asked: Mapping[str, str], edition: Edition) -> Wanted:
        """The choices in a query; a value that the list does not offer counts as no choice."""
        offered = {
            "section": edition.catalogue.sections.keys(),
            "force": set(Force),
            "stage": edition.catalogue.stages.keys(),
            "checked": {CHECKED, UNCHECKED},
        }
        choices = {name: asked.get(name, "") for name in offered}
        return cls(
            words=asked.get("q", "").strip(),
            **{name: choice if choice in offered[name] else "" for name, choice in choices.items()},
        )

    def query(self, *, without: str = "") -> dict[str, str]:
        """The query that asks for this again, or for this without one choice."""
        choices = {
            "q": self.words,
            "section": self.section,
            "force": self.force,
            "stage": self.stage,
            "checked": self.checked,
        }
        return {name: choice for name, choice in choices.items() if choice and name != without}

    def admits(self, rule: RuleText, *, checked: bool) -> bool:
        """Whether the lists let ``rule`` through."""
        return (
            self.section in ("", rule.section)
            and self.force in ("", rule.force)
            and (not self.stage or self.stage in rule.stages)
            and self.checked in ("", CHECKED if checked else UNCHECKED)
        )

    def says(self, rule: RuleText, about: str) -> bool:
        """Whether the row of ``rule`` holds every word; filter.js asks the same of the page."""
        texts = (rule.title, rule.id, rule.clause, rule.words, rule.force.zh, rule.effect.zh, about)
        row = "\n".join(texts).lower()
        return all(word in row for word in self.words.lower().split())


@dataclass(frozen=True, slots=True)
class Row:
    """A rule of the list; one that the words leave out is not shown, but filter.js can bring it back.

    ``about`` are the names under which the rule stands without saying them itself.
    """

    rule: RuleText
    about: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The rules of one section of the text."""

    section: str
    heading: str
    rows: tuple[Row, ...]

    @property
    def count(self) -> int:
        return sum(row.shown for row in self.rows)


def grouped(edition: Edition, wanted: Wanted) -> tuple[Group, ...]:
    """The rules that the lists let through, by section in the order of the text."""
    checked = edition.judged()
    rows: dict[str, list[Row]] = {}
    for rule in edition.catalogue.rules.values():
        if wanted.admits(rule, checked=rule.id in checked):
            rows.setdefault(rule.section, []).append(_row(edition, rule, wanted))
    sections = edition.catalogue.sections.items()
    return tuple(
        Group(section, heading, tuple(rows[section])) for section, heading in sections if section in rows
    )


def _row(edition: Edition, rule: RuleText, wanted: Wanted) -> Row:
    catalogue = edition.catalogue
    about = " ".join(
        (
            catalogue.sections[rule.section],
            *titles_of(rule.clause),
            *(catalogue.stages[stage] for stage in rule.stages),
            *(reading.title for reading in catalogue.readings_of(rule.id)),
        )
    )
    return Row(rule, about, wanted.says(rule, about))


def rules_by_reading(edition: Edition) -> Mapping[str, tuple[RuleText, ...]]:
    """The rules that rest on each reading, in the order of the text."""
    found = edition.catalogue.rules.values()
    return {
        reading: tuple(rule for rule in found if reading in rule.readings)
        for reading in edition.catalogue.readings
    }


def neighbours(edition: Edition, rule_id: str) -> tuple[RuleText | None, RuleText | None]:
    """The rules before and after one in the order of the text."""
    ids = [None, *edition.catalogue.rules, None]
    place = ids.index(rule_id)
    before, after = ids[place - 1], ids[place + 1]
    found = edition.catalogue.rules
    return found[before] if before else None, found[after] if after else None


def options(edition: Edition) -> Mapping[str, list[tuple[str, str]]]:
    """The choices of each list as (value, words); the first is no choice."""
    sections = edition.catalogue.sections.items()
    return {
        "section": [("", _("全部章节")), *((code, f"{code} {heading}") for code, heading in sections)],
        "force": [("", _("全部效力")), *((force.value, force.zh) for force in Force)],
        "stage": [("", _("全部环节")), *edition.catalogue.stages.items()],
        "checked": [("", _("全部")), (CHECKED, _("自动检查")), (UNCHECKED, _("尚未自动检查"))],
    }


def waiver(edition: Edition, rule: RuleText) -> str:
    """Who may waive ``rule``, in words."""
    if rule.waivable_by:
        return names(edition, rule.waivable_by)
    if rule.waiver.startswith("enterprise"):
        return _("企业可自行规定，无须豁免")
    return _("只作提示，无须豁免") if rule.waiver == "not needed" else _("不得豁免")


def names(edition: Edition, roles: Iterable[str]) -> str:
    """The official names of the parties."""
    return "、".join(edition.template.text(f"/roles/{role}/name") for role in roles)
