"""The edition js2023: 江苏省企业首席技师评聘试点工作方案 with its annexes.

``source.txt`` is the text as issued, ``catalogue.yaml`` what each rule says, ``template.yaml`` the numbers
and lists, ``calendar.yaml`` the working days. What a rule asks of a plan stands under the rule's id in the
module of its section; below they come in the order of the text. What it asks on another occasion stands in
``opening``, ``city``, ``pilots`` and ``admission``, and ``local_duties``.
"""

from itertools import chain
from pathlib import Path

from core.rulebook.catalogue import load_catalogue
from core.rulebook.engine import Edition
from core.rulebook.js2023 import (
    admission,
    bands,
    city,
    committee,
    complaints,
    deviations,
    eligibility,
    local_duties,
    methods,
    nomination,
    occupations,
    opening,
    panels,
    pilots,
    plan_contents,
    policy,
    rubric,
    schedule,
)
from core.rulebook.template import load_template
from core.rulebook.yeartables import load_calendar

SECTIONS = (
    nomination,
    eligibility,
    occupations,
    plan_contents,
    methods,
    committee,
    panels,
    rubric,
    bands,
    schedule,
    policy,
    complaints,
    deviations,
)


def _load() -> Edition:
    here = Path(__file__).parent
    catalogue, template = load_catalogue(here / "catalogue.yaml"), load_template(here / "template.yaml")
    return Edition(
        id=catalogue.edition,
        title=template.text("/document/title"),
        catalogue=catalogue,
        template=template,
        calendar=load_calendar(here / "calendar.yaml"),
        checks=tuple(chain.from_iterable(section.checks for section in SECTIONS)),
        opening_checks=tuple(opening.checks),
        city_checks=tuple(city.checks),
        nomination_checks=(*pilots.checks, *admission.checks),
        guidance_checks=tuple(local_duties.checks),
    )


EDITION = _load()
