"""What the pages of a plan are made of: the document behind them, and a plan whose code failed."""

from decimal import Decimal

import pytest
from flask import Flask, render_template

from core.plugin_host import PluginHost
from core.sandbox import Sandbox
from core.services.checked import checked_plans
from core.services.editions import CURRENT
from core.services.reviews.approved import Standing
from core.services.tenants import check_tenant, scaffold
from core.web.plan import Entry
from core.web.plandocument import PlanDocument
from core.web.reports import report_page
from tests.unit.web.pages import faults_of, read_page

SUZHOU = "suzhou_guxu"


def test_place_and_anchor_of_what_the_page_does_not_show_are_those_around_it() -> None:
    document = PlanDocument(checked_plans().of(SUZHOU).compiled.draft, CURRENT, "p1-")
    document.mark("/rubric/modules/1")
    assert document.jump("/rubric/modules/1/items/0/bands/2") == "#p1-/rubric/modules/1"
    assert document.jump("/schedule") == ""
    assert document.place("/rubric/modules/1/items/0") == "评分标准 · 面试答辩 · 职业素养、技能水平、示范引领"


def test_range_of_a_band_is_written_as_in_annex_3() -> None:
    document = PlanDocument(checked_plans().of(SUZHOU).compiled.draft, CURRENT)
    band = document.at("/rubric/modules/0/items/0/parts/0/bands/1")
    assert (band.min, band.max) == (Decimal(5), Decimal("8.5"))
    assert document.band("/rubric/modules/0/items/0/parts/0/bands/1") == "5~8.5分"


# a tenant whose code fails


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Entry:
    """The entry of a tenant whose own code raises for one part."""
    folder = tmp_path_factory.mktemp("tenants")
    scaffold("failing", folder)
    (folder / "failing" / "plan.py").write_text(
        "from core.sdk import hookimpl\n\n@hookimpl\ndef plan_rubric():\n    raise ValueError('<b>坏</b>')\n",
        "utf-8",
    )
    with Sandbox() as sandbox:
        found = check_tenant("failing", host=PluginHost(CURRENT, tenants=folder, sandbox=sandbox))
    document = PlanDocument(found.compiled.draft, CURRENT)
    return Entry(7, "failing", found.compiled, report_page(found.report, CURRENT, document))


@pytest.mark.parametrize("template", ["plan/show.html", "plan/check.html"])
def test_fault_of_a_plugin_is_shown_and_escaped(site: Flask, failing: Entry, template: str) -> None:
    with site.test_request_context("/units/7/plan"):
        failing.find_anchors()
        markup = render_template(template, entry=failing, standing=Standing())
    assert faults_of(markup) == []
    page = read_page(markup)
    assert "插件出错" in "".join(page.text["span"])
    assert "<b>坏" not in markup
    assert any(words.startswith("不能提交：阻断") for words in page.text["strong"])


def test_report_says_which_plugin_failed_and_how(site: Flask, failing: Entry) -> None:
    with site.test_request_context("/units/7/plan/check"):
        markup = render_template("plan/check.html", entry=failing)
    (fault,) = failing.compiled.faults
    assert fault.message in read_page(markup).text["p"]
