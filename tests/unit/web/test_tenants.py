"""The pages of the pilot enterprises: the plan in full, who answered it, report, deviations, differences."""

import json
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from core.domain.records import plain
from core.plugin_host import PluginHost
from core.sandbox import Sandbox
from core.services.checked import checked_plans
from core.services.editions import CURRENT
from core.services.tenants import check_tenant, list_tenants, scaffold
from core.web.plandocument import PlanDocument
from core.web.reports import report_page
from core.web.tenants import Entry
from tests.unit.web.pages import faults_of, read_page

SLUGS = [tenant.slug for tenant in list_tenants().tenants]
SUZHOU = "suzhou_guxu"
PAGES = ["", "/check", "/deviations", "/diff", "/diff?with=xuzhou_pengyue", "/diff?with=suzhou_guxu"]


@pytest.mark.parametrize(
    "address", ["/tenants", *(f"/tenants/{slug}{page}" for slug in SLUGS for page in PAGES)]
)
def test_page_is_well_formed(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert faults_of(answer.text) == []


def test_list_names_every_enterprise_with_city_answerers_and_digest(client: FlaskClient) -> None:
    words = read_page(client.get("/tenants").text).text["main"][0]
    for slug in SLUGS:
        found = checked_plans().of(slug)
        assert found.compiled.tenant.name in words
        assert found.report.content_hash[:12] in words
    for said in ("徐州市", "企业填报 9 部分", "企业填报 7 部分，企业自有代码 2 部分", "共用插件"):
        assert said in words


# the plan


@pytest.mark.parametrize("slug", SLUGS)
def test_plan_page_says_everything_the_plan_says(client: FlaskClient, slug: str) -> None:
    shown = "".join(read_page(client.get(f"/tenants/{slug}").text).text["main"][0].split())
    draft = checked_plans().of(slug).compiled.draft
    unsaid = [words for words in texts(plain(draft)) if "".join(words.split()) not in shown]
    assert [words for words in unsaid if not is_code(words)] == []


def texts(data: Any) -> list[str]:
    """Every text in a plan as plain data."""
    if isinstance(data, dict):
        return [words for each in data.values() for words in texts(each)]
    if isinstance(data, list):
        return [words for each in data for words in texts(each)]
    return [data] if isinstance(data, str) else []


def is_code(words: str) -> bool:
    """Codes and dates are shown in words of their own."""
    return words.isascii() and not words.startswith("9132")


@pytest.mark.parametrize(
    "said",
    [
        "486,200 万元",
        "2026年11月27日（周五）",
        "共 11 名：主任委员 1 名、副主任委员 1 名、委员 9 名。外聘 5 名，3 × 5 = 15，不少于 11。",
        "企业专家 2 人、行业专家 3 人。",
        "比照正高级职称人员",
        "特级技师，半导体分立器件和集成电路装调工，2025年9月1日取得，与评审职业相关",
        "5~8.5分",
    ],
)
def test_plan_page_speaks_official_words(client: FlaskClient, said: str) -> None:
    assert said in read_page(client.get(f"/tenants/{SUZHOU}").text).text["main"][0]


def test_graded_items_show_grade_and_points(client: FlaskClient) -> None:
    page = read_page(client.get("/tenants/nanjing_hongneng").text)
    assert {"优秀", "良好", "合格", "不合格"} <= set(page.text["td"])


def test_plan_page_names_who_answered_with_version_and_digest(client: FlaskClient) -> None:
    words = read_page(client.get("/tenants/nanjing_hongneng").text).text["main"][0]
    for answerer in checked_plans().of("nanjing_hongneng").compiled.answered.values():
        assert answerer.code_hash in words
        assert answerer.version in words


def test_digest_is_whole_and_can_be_copied(client: FlaskClient) -> None:
    digest = checked_plans().of(SUZHOU).report.content_hash
    assert digest in read_page(client.get(f"/tenants/{SUZHOU}").text).values("data-copy")


# report, deviations, differences


def test_report_shows_each_finding_with_reason_and_a_link_to_its_place(client: FlaskClient) -> None:
    page = read_page(client.get(f"/tenants/{SUZHOU}/check").text)
    assert any(words.startswith("已说明理由：") for words in page.text["p"])
    (link,) = [each for each in page.values("href") if each.startswith(f"/tenants/{SUZHOU}#")]
    ids = read_page(client.get(f"/tenants/{SUZHOU}").text).values("id")
    assert link.partition("#")[2] in ids


def test_unchecked_rules_are_not_among_the_passed(client: FlaskClient) -> None:
    page = read_page(client.get(f"/tenants/{SUZHOU}/check").text)
    listed = {each.removeprefix("/rules/") for each in page.values("href") if each.startswith("/rules/")}
    assert listed <= {check.rule for check in CURRENT.checks}
    assert any(words.startswith("通过：70 条规则") for words in page.text["summary"])


def test_report_as_json_is_that_of_the_command_line(client: FlaskClient) -> None:
    answer = client.get(f"/tenants/{SUZHOU}/check.json")
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="suzhou_guxu-check.json"'
    assert json.loads(answer.text) == checked_plans().of(SUZHOU).report.as_json()


def test_deviation_report_shows_both_values_the_difference_and_the_reason(client: FlaskClient) -> None:
    words = read_page(client.get(f"/tenants/{SUZHOU}/deviations").text).text["main"][0]
    for said in ("面试答辩 · 配分", "+5 分", "限幅", "参考值", "集成电路产线失效分析能力是核心技能"):
        assert said in words


def test_differences_come_in_the_words_of_a_reviewer(client: FlaskClient) -> None:
    page = read_page(client.get(f"/tenants/{SUZHOU}/diff").text)
    assert "面试答辩配分 由 20 改为 25" in page.text["li"]
    assert page.text["del"][:1] == ["算术平均"]


def test_two_enterprises_stand_side_by_side_with_what_makes_them_two_folded_away(client: FlaskClient) -> None:
    answer = client.get(f"/tenants/{SUZHOU}/diff?with=xuzhou_pengyue")
    page = read_page(answer.text)
    assert {"del", "ins"}.isdisjoint(page.text)
    assert "改为" not in answer.text
    heads = [words for words in page.text["th"] if words.startswith(("甲", "乙"))]
    assert set(heads) == {"甲　姑胥微电子", "乙　彭岳重工"}
    (folded,) = (words for words in page.text["details"] if "企业情况和办理日期" in words)
    assert "统一社会信用代码" in folded
    assert "".join(page.text["table"]).count("统一社会信用代码") == 1


def test_colours_of_a_comparison_with_the_template_are_explained(client: FlaskClient) -> None:
    assert "红色删除线为省级参考，绿色底纹为本方案。" in client.get(f"/tenants/{SUZHOU}/diff").text


def test_plan_set_beside_itself_is_set_beside_the_reference(client: FlaskClient) -> None:
    page = read_page(client.get(f"/tenants/{SUZHOU}/diff?with={SUZHOU}").text)
    assert "面试答辩配分 由 20 改为 25" in page.text["li"]


@pytest.mark.parametrize(
    "address",
    [
        "/tenants/nobody",
        "/tenants/nobody/check",
        "/tenants/nobody/check.json",
        "/tenants/nobody/deviations",
        "/tenants/nobody/diff",
        f"/tenants/{SUZHOU}/diff?with=nobody",
        "/tenants/..%2f..",
    ],
)
def test_unknown_enterprise_is_explained(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert faults_of(answer.text) == []


def test_explanation_names_the_list_to_go_on_with(client: FlaskClient) -> None:
    assert "从试点企业列表中选择。" in client.get("/tenants/nobody").text


# the document behind the pages


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
    return Entry("failing", found.compiled, report_page(found.report, CURRENT, document))


@pytest.mark.parametrize("template", ["tenants/show.html", "tenants/report.html"])
def test_fault_of_a_plugin_is_shown_and_escaped(site: Flask, failing: Entry, template: str) -> None:
    with site.test_request_context("/tenants/failing"):
        failing.find_anchors()
        markup = render_template(template, entry=failing)
    assert faults_of(markup) == []
    page = read_page(markup)
    assert "插件出错" in "".join(page.text["span"])
    assert "<b>坏" not in markup
    assert any(words.startswith("不能提交：阻断") for words in page.text["strong"])


def test_report_says_which_plugin_failed_and_how(site: Flask, failing: Entry) -> None:
    with site.test_request_context("/tenants/failing/check"):
        markup = render_template("tenants/report.html", entry=failing)
    (fault,) = failing.compiled.faults
    assert fault.message in read_page(markup).text["p"]
