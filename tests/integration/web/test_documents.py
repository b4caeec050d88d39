"""Documents to download: of a version, a draft, a joint review, a nomination; and who is given them."""

from __future__ import annotations

import html
import re
from typing import Any, Final
from urllib.parse import unquote

import pytest
from werkzeug.test import TestResponse

from core.domain.plan_review import Verdict, View
from core.domain.roles import Role
from core.services.nominations import steps
from core.services.reviews import deciding, marking
from tests.integration.accounts.world import World
from tests.integration.onboarding.season import dossier
from tests.integration.plans.maker import Maker
from tests.integration.reviews.world import Reviews
from tests.integration.web.conftest import Visit
from tests.integration.web.test_nominations import NAME, NUMBER, city, city_hr, season
from tests.integration.web.test_publicity import back, begin, hr, maker, set_clock
from tests.integration.web.test_reviews import reviews
from tests.integration.web.visitor import Visitor
from tests.unit.documents.printed import opened, outline, squeezed, text, word_headings

__all__ = ["city", "city_hr", "hr", "maker", "reviews", "season", "set_clock"]

TYPE: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
REFUSED: Final = "铭牌看不清，权重没有说明。"


def links(page: str, document: str) -> list[str]:
    """The addresses on a page at which it gives out a document, PDF first."""
    return [html.unescape(each) for each in re.findall(rf'href="([^"]*/{document}\.(?:pdf|docx))"', page)]


def saved(visitor: Visitor, address: str) -> TestResponse:
    """The answer that saves a document."""
    answer = visitor.get(address)
    assert (answer.status_code, answer.mimetype) == (200, TYPE[address.rpartition(".")[2]]), answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return answer


def name_of(answer: TestResponse) -> str:
    """What the file is called."""
    return unquote(answer.headers["Content-Disposition"].partition("filename*=UTF-8''")[2])


def test_draft_is_printed_for_who_makes_it_and_the_version_once_it_is_frozen(
    visit: Visit, hr: Visitor, maker: Maker
) -> None:
    studio, plan = f"/units/{maker.tenant_id}/plans/{maker.plan_id}", f"/units/{maker.tenant_id}/plan"
    draft, as_word = links(hr.page(plan), "work-plan")
    assert links(hr.page(studio), "work-plan") == [draft, as_word]
    answer = saved(hr, draft)
    assert name_of(answer).endswith("2026年度首席技师评聘试点工作方案（草稿）.pdf")
    assert "草稿" in text(answer.data)
    assert word_headings(opened(saved(hr, as_word).data)) == outline(answer.data)
    begin(hr, maker)
    hr = back(visit, maker)
    version, _ = links(hr.page(plan), "work-plan")
    assert links(hr.page(studio), "work-plan")[0] == version
    printed = saved(hr, version)
    assert name_of(printed).endswith("2026年度首席技师评聘试点工作方案（第1版）.pdf")
    assert "草稿" not in text(printed.data)
    assert maker.kept().versions[-1].content_hash in text(printed.data)
    assert f"http://localhost{plan}" in text(printed.data)
    assert saved(hr, version).data == printed.data
    assert hr.get(draft).status_code == 404  # what is publicised is printed as its version
    assert hr.get(version.replace("work-plan", "no-such-document")).status_code == 404
    assert hr.get(version.replace(".pdf", ".xlsx")).status_code == 404


def test_version_is_printed_for_who_reads_its_page_while_it_stands(
    visit: Visit, world: World, reviews: Reviews
) -> None:
    of, tenants = reviews.sent(), world.tenants
    address = f"/units/{of.tenant_id}/plan/versions/{of.id}/deviation-report.pdf"
    own = visit((tenants.other_enterprise, Role.ENTERPRISE_HR))
    city_hr = visit((tenants.other_city_hr, Role.CITY_HR), name="邵知微")
    stranger = visit((tenants.enterprise, Role.ENTERPRISE_HR), name="旁人")
    found = text(saved(own, address).data)
    assert saved(city_hr, address).data == saved(own, address).data
    reasons = [each.reason for each in reviews.see(of)[0].plan.deviations or ()]
    assert reasons
    assert all(squeezed(str(each)) in found for each in reasons)
    assert stranger.get(address).status_code == 404
    own_words = address.replace(f"/units/{of.tenant_id}/", f"/units/{tenants.enterprise.id}/")
    assert stranger.get(own_words).status_code == 404  # a version of another enterprise
    assert visit().get(address).status_code == 303
    reviews.tick(reviews.suzhou_hr, of, "rubric", Verdict.RETURN, REFUSED)
    reviews.do(deciding.return_, reviews.suzhou_hr, of)
    refused = own.get(address)
    assert refused.status_code == 422
    assert "第 1 版退回修改，不生成文件" in refused.text
    assert not links(city_hr.page(f"/units/{of.tenant_id}/reviews/{of.id}"), "work-plan")


def test_opinion_tells_what_a_body_said_once_it_has_decided(
    visit: Visit, world: World, reviews: Reviews
) -> None:
    of = reviews.sent()
    industry = visit((world.tenants.other_city_industry, Role.CITY_INDUSTRY), name="庄景行")
    page = f"/units/{of.tenant_id}/reviews/{of.id}"
    reviews.tick(reviews.suzhou_hr, of, "rubric", Verdict.RETURN, REFUSED)
    pdf, _ = links(industry.page(page), "review-opinion")
    before = text(saved(industry, pdf).data)
    assert "草稿" in before
    assert "尚未决定" in before
    assert squeezed(REFUSED) not in before
    assert "会同审核尚未结束" in before
    reviews.tick(reviews.suzhou_hr, of, "rubric")
    for who in (reviews.suzhou_hr, reviews.suzhou_industry):
        reviews.agree(who, of, opinion=f"{who.name}认为可行。")
    pdf, as_word = links(industry.page(page), "review-opinion")
    found = text(saved(industry, pdf).data)
    order = (
        "一、审核结论审核通过",
        "二、各节审核情况",
        "三、检查结果和理由",
        "采纳理由",
        "四、豁免没有豁免",
        "五、审核单位意见",
        "邵知微认为可行。",
        "庄景行认为可行。",
    )
    places = [found.index(each) for each in order]
    assert places == sorted(places)
    assert "草稿" not in found
    assert "苏州市人力资源社会保障部门意见" in found
    assert "单位（盖章）" in found
    document = opened(saved(industry, as_word).data)
    assert len(document.tables[0].rows) == 1 + len(reviews.see(of)[0].section_hashes)


def test_opinion_that_returns_says_why(visit: Visit, world: World, reviews: Reviews) -> None:
    of = reviews.sent()
    _, found = reviews.see(of)
    reasoned = next(each for each in found.to_view if each.reasoned)
    reviews.tick(reviews.suzhou_hr, of, "rubric", Verdict.RETURN, REFUSED)
    reviews.do(
        marking.view,
        reviews.suzhou_hr,
        of,
        rule=reasoned.rule,
        path=reasoned.path,
        finding_hash=reasoned.hash,
        verdict=View.REFUSED,
        reason="理由与方案不符。",
    )
    reviews.do(deciding.return_, reviews.suzhou_hr, of, opinion="补充后重新报送。")
    industry = visit((world.tenants.other_city_industry, Role.CITY_INDUSTRY), name="庄景行")
    pdf, _ = links(industry.page(f"/units/{of.tenant_id}/reviews/{of.id}"), "review-opinion")
    told = text(saved(industry, pdf).data)
    for each in (
        "退回修改。企业修改退回的部分后",
        f"退回：{REFUSED}",
        "不予采纳：理由与方案不符。",
        "补充后重新报送。",
    ):
        assert squeezed(each) in told
    assert "草稿" not in told


@pytest.mark.usefixtures("city_hr")
def test_letter_is_a_draft_until_it_is_sent_and_none_once_withdrawn(
    city: Visitor, season: Any, visit: Visit
) -> None:
    sent = season.draft(dossier(NAME, NUMBER))
    page = f"/units/{season.tenants.city_centre.id}/nominations/{sent}"
    pdf, as_word = links(city.page(page), "letter")
    assert "草稿" in text(saved(city, pdf).data)
    season.step(steps.submit, season.city, sent)
    answer = saved(city, pdf)
    assert name_of(answer) == f"{NAME}2026年度企业首席技师评聘试点企业推荐函.pdf"
    found = text(answer.data)
    order = (
        "省职业技能鉴定中心：",
        "经择优比选，现推荐",
        "一、企业基本情况",
        "五、推荐与名额",
        "附件：",
        "单位（盖章）",
    )
    places = [found.index(each) for each in order]
    assert places == sorted(places)
    assert "草稿" not in found
    assert word_headings(opened(saved(city, as_word).data)) == outline(answer.data)
    other = visit((season.tenants.other_city_centre, Role.CITY_CENTRE), name="旁人")
    assert other.get(pdf).status_code == 404
    season.step(steps.withdraw, season.city, sent, reason="材料有误。")
    assert links(city.page(page), "letter") == []
    assert "已撤回，不生成函件" in city.get(pdf).text
