"""The first page: what the platform is, what one can do here, how the pilot goes."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import gettext as _

from core.rulebook.catalogue import RuleText
from core.rulebook.engine import Edition
from core.rulebook.terms import Effect, Force
from core.services.editions import CURRENT
from core.services.tenants import list_tenants
from core.web.access import Audience, open_to
from core.web.templatewords import TemplateWords

home = Blueprint("home", __name__)

STAGES = {
    "enterprise_nomination": "nomination",
    "plan_drafting": "",
    "plan_review_city": "plan_report",
    "review": "list_formed",
    "enterprise_publicity": "",
    "city_recommendation": "",
    "provincial_publicity": "provincial_publicity_start",
    "certificate_issue": "year_end",
}
"""The stages of the template that the first page names, each with its deadline if it has one."""


@home.get("/")
@open_to(Audience.PUBLIC)
def index() -> str:
    rules = CURRENT.catalogue.rules.values()
    platform = sum(rule.force is Force.PLATFORM for rule in rules)
    return render_template(
        "home/index.html",
        stages=procedure(CURRENT),
        official=len(rules) - platform,
        platform=platform,
        effects={each.value: each for each in Effect},
        tenants=len(list_tenants().tenants),
    )


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the pilot with the rule it rests on; ``due`` is "" where the text sets no day."""

    label: str
    rule: RuleText
    due: str


def procedure(edition: Edition) -> list[Stage]:
    """The steps of a year's pilot in the order of the text."""
    template, words = edition.template, TemplateWords(edition)
    stages = []
    for code, deadline in STAGES.items():
        node = template.groups[f"/workflow/stages/{code}"]
        day = words.value(template.leaf(f"/deadlines/{deadline}")) if deadline else ""
        due = _("%(day)s前", day=day) if day else ""
        stages.append(Stage(node.label, edition.catalogue.rules[node.rules[0]], due))
    return stages
