"""The handbooks say what the pages say: every word in 「」 is on them, every clause is in the rulebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Final

import pytest
from babel.messages.extract import extract_from_dir
from flask import Flask

from core.config import load
from core.documents.deviation_report import DEVIATION_REPORT
from core.documents.nomination_letter import NOMINATION_LETTER
from core.documents.review_opinion import REVIEW_OPINION
from core.documents.work_plan import WORK_PLAN
from core.domain.nomination import DossierPart
from core.domain.plan import PlanDraft
from core.domain.records import specs
from core.domain.stages import NominationAct, NominationState, PlanAct, PlanState
from core.paths import ROOT
from core.rulebook.js2023 import EDITION
from core.rulebook.terms import Effect, Force
from core.web import access
from core.web.helping import PAGE_OF, PARAGRAPHS
from core.web.navigation import SECTIONS
from core.web.nominations.deeds import WORDS
from core.web.site import make_site
from tests.e2e.screenshots import PICTURES
from tools.docs import generated

DOCS: Final = ROOT / "docs"
PAGES: Final = ("index", "everybody", "enterprise", "city", "province")
NAMED: Final = re.compile(r"「([^」]*)」")
CITED: Final = re.compile(r"\[§ ([^\]]+)\]\(rule:([^)]+)\)")
CLAUSE: Final = re.compile(r"§ ?(?=[一二三四五附前平])")
ANCHOR: Final = re.compile(r"^\(([a-z-]+)\)=$", re.MULTILINE)
PICTURE: Final = re.compile(r"!\[[^]]+\]\(images/([a-z-]+)\.png\)")
CLICKED: Final = re.compile(r"点「([^」]*)」")
MENU: Final = re.compile(r"菜单「([^」]*)」")
IDS: Final = re.compile(r"\b(?:JS-[\w.]+-[\w-]+|PF-[\w-]+|AMB-\d+)")
KEYWORDS: Final = {"_": None, "gettext": None, "lazy_gettext": None}
CONTROL: Final = re.compile(r"<(a|button|summary)\b(?s:.*?)</\1>|\b(?:way|buttons|add_button|records)\(.*")
"""An element that can be clicked, or the macro that writes one, which ends with its line."""
TEXT: Final = re.compile(r"""_\("([^"]+)\"""")
NOT_PAGES: Final = frozenset(
    {
        *("frame.static", "handbook.page", "publicity.show"),
        *("official.verbatim", "checker.example_file", "plan.check_file", "units.workbook"),
        *("guidance.file", "reviews.requirement_file", "studio.as_yaml_file", "studio.as_json_file"),
        *("cockpit.workbook", "cockpit.list_workbook"),
        *("nominations.document", "plan.version_document", "reviews.document", "studio.draft_document"),
    }
)
"""Files, the handbook itself, and the notice that staff read without an account, which explains itself."""
DOCUMENTS: Final = (WORK_PLAN, DEVIATION_REPORT, REVIEW_OPINION, NOMINATION_LETTER)
ACTS: Final = "|".join(("推荐", "申报", *(each.zh for each in NominationAct)))
"""What stands in a text of the interface for a name that differs."""


@cache
def texts() -> frozenset[str]:
    """Every text of the interface: what the catalogue of translations is made from, and its words."""
    return frozenset((*said("templates", "jinja2"), *said("core", "python"), *words()))


def said(folder: str, method: str) -> Iterator[str]:
    for _, _, text, _, _ in extract_from_dir(
        ROOT / folder, [("**.html" if method == "jinja2" else "**.py", method)], keywords=KEYWORDS
    ):
        yield from (text,) if isinstance(text, str) else text


def words() -> Iterator[str]:
    """The words of states, acts and parts, which pages show as they are."""
    yield from acts()
    for each in (*NominationState, *PlanState, *DossierPart, *Force, *Effect, *DOCUMENTS):
        yield each.zh
    yield from (spec.zh for spec in specs(PlanDraft).values())


def acts() -> Iterator[str]:
    for each in (*NominationAct, *PlanAct):
        yield each.zh
    yield from WORDS.values()


@cache
def controls() -> frozenset[str]:
    """What can be clicked: texts in links, buttons and folds of templates, and those that code gives."""
    templates = (each.read_text("utf-8") for each in (ROOT / "templates").rglob("*.html"))
    within = (found[0] for page in templates for found in CONTROL.finditer(page))
    labels = (text for inside in within for text in TEXT.findall(inside))
    return frozenset((*labels, *said("core", "python"), *acts()))


def stands_in(name: str, found: frozenset[str]) -> bool:
    """Whether ``name`` is one of these texts, also with the name of an act filled in."""
    return name in found or any(
        re.fullmatch(re.escape(text).replace(re.escape("%(act)s"), f"(?:{ACTS})"), name)
        for text in found
        if "%(act)s" in text
    )


def unknown_names(page: str) -> list[str]:
    """What a page puts in 「」 that no page of the platform shows, or says to click that is no control."""
    shown = [name for name in NAMED.findall(page) if not stands_in(name, texts())]
    clicked = [name for name in CLICKED.findall(page) if not stands_in(name, controls())]
    menus = {str(section.label) for section in SECTIONS}
    return [*shown, *clicked, *(name for name in MENU.findall(page) if name not in menus)]


def unknown_citations(page: str) -> list[str]:
    """The clauses that a page cites and the rulebook does not have, or not for that rule."""
    rules = EDITION.catalogue.rules
    wrong = [
        rule for clause, rule in CITED.findall(page) if rule not in rules or rules[rule].clause != clause
    ]
    bare = len(CLAUSE.findall(page)) - len(CITED.findall(page))
    named = [each for each in IDS.findall(page) if each not in {*rules, *EDITION.catalogue.readings}]
    return [*wrong, *named, *["§"] * bare]


def source(name: str) -> str:
    return (DOCS / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_names_and_clauses_are_those_of_the_interface_and_the_rulebook(name: str) -> None:
    page = source(name)
    assert NAMED.search(page)
    assert unknown_names(page) == []
    assert unknown_citations(page) == []


def test_a_name_or_a_clause_that_is_not_there_is_found() -> None:
    page = "菜单「推荐申报」，点「推荐企业」，点「保存并推荐」[§ 附件2](rule:JS-A2-chair-principal)。"
    assert unknown_names(page) == unknown_citations(page) == []
    assert unknown_names(page.replace("推荐企业", "推荐该企业")) == ["推荐该企业", "推荐该企业"]
    assert unknown_names(page.replace("推荐企业", "企业简称")) == ["企业简称"]
    assert unknown_names(page.replace("推荐申报", "推荐企业")) == ["推荐企业"]
    assert unknown_names(page.replace("并推荐", "并推进")) == ["保存并推进", "保存并推进"]
    assert unknown_citations(page.replace("附件2", "附件3")) == ["JS-A2-chair-principal"]
    assert unknown_citations(page.replace("principal", "principle")) == ["JS-A2-chair-principle"] * 2
    assert unknown_citations(f"{page}见 § 二（三）。") == ["§"]
    assert unknown_citations(f"{page}口径 AMB-99。") == ["AMB-99"]


@pytest.mark.parametrize("name", ["rules.md", "by-hand.md", "terms.md"])
def test_generated_pages_are_not_stale(name: str) -> None:
    assert generated()[name] == (DOCS / name).read_text("utf-8"), "run: python3 dev.py docs"


def test_every_term_that_is_explained_in_chinese_is_on_the_page_for_users() -> None:
    rows = [re.split(r" *\| *", line)[1:-1] for line in source("glossary").splitlines() if line[:1] == "|"]
    named = (row for row in rows if len(row) == 4 and row[3] and row[0] not in {"术语", "---"})
    explained = [f"| {row[0]} | {row[3]} |" for row in named]
    shown = [line for line in source("terms").splitlines() if line[:2] == "| "]
    assert len(explained) > 60
    assert [line for line in shown if line not in {"| 术语 | 释义 |", "| --- | --- |"}] == explained


def test_the_worked_example_of_working_days_is_right() -> None:
    example = r"例：(\d+)年(\d+)月(\d+)日 发布，公示 (\d+) 个工作日，至 (\d+)月(\d+)日"
    (found,) = re.findall(example, source("enterprise"))
    year, month, day, days, last_month, last_day = map(int, found)
    assert EDITION.calendar.after(date(year, month, day), days) == date(year, last_month, last_day)


def test_every_picture_is_taken_and_shown() -> None:
    shown = {picture for name in PAGES for picture in PICTURE.findall(source(name))}
    taken = {each.name for each in PICTURES}
    assert shown <= taken
    assert {each for each in taken if each.startswith("handbook-")} <= shown


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_handbooks_are_found_from_the_first_page(name: str) -> None:
    assert "(docs/index.md)" in (ROOT / name).read_text("utf-8")


@pytest.fixture(scope="module")
def site() -> Flask:
    return make_site(load({"SHOUXI_ENV": "demo"}), "postgresql+psycopg://nobody@/nowhere")


def test_every_page_has_its_paragraph(site: Flask) -> None:
    """Every page that can be opened; not files, nor what is of the handbook and of the public notice."""
    there = {
        rule.endpoint
        for rule in site.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES
    }
    assert there == PARAGRAPHS.keys()


def test_every_paragraph_is_in_the_handbook() -> None:
    there = {f"{name}#{anchor}" for name in PAGES for anchor in ANCHOR.findall(source(name))} | set(PAGES)
    named = [place for places in PARAGRAPHS.values() for place in places]
    assert [place for place in named if place not in there] == []
    assert len({anchor for name in PAGES for anchor in ANCHOR.findall(source(name))}) == sum(
        len(ANCHOR.findall(source(name))) for name in PAGES
    )


def test_readers_have_the_paragraphs_of_their_own_handbook(site: Flask) -> None:
    """A paragraph about a page stands in the handbook of somebody who may open it, or in everybody's."""
    wrong = []
    for endpoint, places in PARAGRAPHS.items():
        audiences = access.audiences_of(site.view_functions[endpoint])
        held = {PAGE_OF.get(each.role.kind) for each in audiences if isinstance(each, access.Holders)}
        readers = held or set(PAGE_OF.values())
        for place in places:
            page = place.partition("#")[0]
            if page not in {"index", "everybody", *readers}:
                wrong.append((endpoint, place))
    assert wrong == []
