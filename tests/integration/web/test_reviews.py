"""方案审核 in the browser, without scripts: the queue, sections, decisions, experts."""

from __future__ import annotations

import html
import re
from typing import Any, Final

import pytest
from sqlalchemy import Engine

from core.domain.plan_review import Verdict
from core.domain.roles import Role
from core.domain.stages import PlanState
from core.persistence.db import db
from core.services.reviews.assessing import assess
from tests.counting import MOST, Work, counted
from tests.integration.accounts.world import World
from tests.integration.onboarding.conftest import set_clock
from tests.integration.onboarding.season import OPENED
from tests.integration.reviews.test_joint import FEWER, FIVE
from tests.integration.reviews.world import REVIEWING, Reviews, Sent
from tests.integration.scenes import Scenes
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor, hidden, path_of
from tests.load.reviews import make_versions
from tests.scale import examples
from tests.unit.web.pages import read_page

__all__ = ["set_clock"]

MOST_ROWS: Final = 40


@pytest.fixture
def reviews(world: World, set_clock: Any, scenes: Scenes) -> Reviews:
    set_clock(OPENED)
    found = Reviews(world.connection, world.tenants, scenes=scenes)
    found.open()
    set_clock(REVIEWING)
    return found


@pytest.fixture
def city_hr(visit: Visit, world: World, reviews: Reviews) -> Visitor:
    return visit((world.tenants.other_city_hr, Role.CITY_HR), name="邵知微")


@pytest.fixture
def industry(visit: Visit, world: World, reviews: Reviews) -> Visitor:
    return visit((world.tenants.other_city_industry, Role.CITY_INDUSTRY), name="庄景行")


@pytest.fixture
def centre(visit: Visit, world: World, reviews: Reviews) -> Visitor:
    return visit((world.tenants.province_centre, Role.PROVINCE_CENTRE), name="温叙言")


def place(of: Sent, end: str = "") -> str:
    return f"/units/{of.tenant_id}/reviews/{of.id}{end}"


def main(page: str) -> str:
    return read_page(page).text["main"][0]


def forms(page: str, action: str) -> list[dict[str, str]]:
    """The hidden fields of every form that posts to ``action``."""
    found = []
    for form in re.findall(rf'<form[^>]*action="[^"]*/{action}[^"]*">(.*?)</form>', page, re.DOTALL):
        fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
        found.append({name: html.unescape(value) for name, value in fields} | {"form": form})
    return found


def mark_everything(visitor: Visitor, of: Sent) -> None:
    """Agree to every section, accept every reason, confirm the rest, by the forms of the page."""
    page = visitor.page(place(of, "?only=all"))
    for each in forms(page, "tick"):
        said = {name: each[name] for name in ("what", "seen", "path")}
        answer = visitor.post(place(of, "/tick"), **said, verdict="agree")
        assert path_of(answer) == place(of)
    for each in forms(page, "view"):
        said = {name: each[name] for name in ("what", "seen", "path")}
        verdict = "accepted" if 'value="accepted"' in each["form"] else "confirmed"
        assert visitor.post(place(of, "/view"), **said, verdict=verdict).status_code == 303


def section(page: str, name: str) -> str:
    """All that the page has for one section, without script."""
    body = page.partition(f'id="section-{name}"')[2].split('id="section-', maxsplit=1)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", body)).split())


def decide(visitor: Visitor, of: Sent, deed: str, **entries: Any) -> Any:
    """Send the form of a decision as its page offers it."""
    page = visitor.page(place(of, f"/{deed}"))
    version = hidden(page, "version")
    return visitor.post(place(of, f"/{deed}"), version=version, given=visitor.proof(), **entries)


def test_from_the_queue_to_the_approval_in_the_browser(
    reviews: Reviews, city_hr: Visitor, industry: Visitor, centre: Visitor
) -> None:
    of = reviews.sent()
    queue = city_hr.page("/reviews")
    assert place(of) in queue
    assert "还有 4 个工作日（11月20日 周五）" in main(queue)
    for visitor in (city_hr, industry):
        mark_everything(visitor, of)
        assert path_of(decide(visitor, of, "agree")) == place(of)
    assert reviews.state(of) is PlanState.REVIEWED
    person = reviews.expert.person_id
    assert decide(centre, of, "assign", person=person).status_code == 303
    reviews.do(assess, reviews.expert, of, outcome="passed", opinion="可行，数据完整。")
    assert "可行，数据完整。" in main(centre.page(place(of)))
    assert decide(centre, of, "approve").status_code == 303
    assert reviews.state(of) is PlanState.APPROVED
    assert "已批准" in main(city_hr.page(place(of)))


def test_a_section_is_returned_with_a_reason_and_then_the_plan(reviews: Reviews, city_hr: Visitor) -> None:
    of = reviews.sent()
    page = city_hr.page(place(of, "?only=all"))
    (rubric,) = [each for each in forms(page, "tick") if each["what"] == "rubric"]
    said = {name: rubric[name] for name in ("what", "seen", "path")}
    refused = city_hr.post(place(of, "/tick"), **said, verdict="return", reason=" ")
    assert refused.status_code == 422
    assert "没有写退回的理由" in main(refused.text)
    assert place(of, "/return") not in city_hr.page(place(of))
    assert "还不能退回" in main(city_hr.page(place(of, "/return")))
    assert (
        city_hr.post(place(of, "/tick"), **said, verdict="return", reason="权重没有说明。").status_code == 303
    )
    shown = main(city_hr.page(place(of)))
    assert "退回修改（1 节）" in shown
    assert "拟退回" in shown
    asked = main(city_hr.page(place(of, "/return")))
    assert "最早 2026 年 11 月 20 日（周五） 报送" in asked
    assert "公示 3 个工作日（建议期限），至 2026 年 11 月 19 日（周四） 24 时结束" in asked
    assert path_of(decide(city_hr, of, "return", opinion="请于本周内报来。")) == place(of)
    shown = main(city_hr.page(place(of)))
    assert "评分标准：权重没有说明。" in shown
    for words in (f"{Role.CITY_INDUSTRY.zh} 没有决定", "已退回"):
        assert words in shown
    for words in ("审核中", "拟退回"):
        assert words not in shown
    assert reviews.state(of) is PlanState.RETURNED


def test_what_one_body_has_flagged_so_far_is_not_shown_to_the_other(
    reviews: Reviews, city_hr: Visitor, industry: Visitor
) -> None:
    of = reviews.sent()
    reviews.tick(reviews.suzhou_hr, of, "rubric", Verdict.RETURN, "权重没有说明。")
    assert "权重没有说明。" in city_hr.page(place(of))
    assert "权重没有说明。" not in industry.page(place(of))


def test_a_page_that_is_not_yet_ready_says_what_is_lacking(reviews: Reviews, city_hr: Visitor) -> None:
    of = reviews.sent()
    page = city_hr.page(place(of))
    assert "还不能审核通过：还有 10 节待定" in main(page)
    assert place(of, "?against=reference&amp;only=all#section-occupations") in page
    assert place(of, "/agree") not in page
    assert 'id="section-occupations"' in city_hr.page(place(of, "?against=reference&only=all"))
    assert "还不能审核通过：还有" in main(city_hr.page(place(of, "/agree")))
    version = str(reviews.see(of)[0].version)
    answer = city_hr.post(place(of, "/agree"), version=version, given=city_hr.proof())
    assert answer.status_code == 422
    assert "逐项处理后再审核" in main(answer.text)
    for section in reviews.see(of)[0].section_hashes:
        reviews.tick(reviews.suzhou_hr, of, section)
    page = city_hr.page(place(of))
    assert 'href="#checklist"' in page
    assert place(of, "/agree") not in page
    mark_everything(city_hr, of)
    assert place(of, "/agree") in city_hr.page(place(of))


def test_a_section_is_read_where_it_is_judged_and_may_be_judged_anew(
    reviews: Reviews, city_hr: Visitor
) -> None:
    of = reviews.sent()
    for against in ("", "?against=whole"):
        page = city_hr.page(place(of, against))
        for words in ("首次审核，偏离省级模板 4 处", "外聘 5 名，3 × 5 = 15", "本节同意"):
            assert words in section(page, "organisation")
    assert "JS-A2-performance-three-parts" in page
    assert "人工核对 3 条 以下规则没有自动检查。同意本节，即表示已经核对。" in section(page, "rubric")
    assert "人工核对 3 条：评分标准" in main(page)
    reviews.tick(reviews.suzhou_hr, of, "rights_duties")
    row = section(city_hr.page(place(of)), "rights_duties")
    for words in ("没有偏离省级模板", "改变结论", "退回本节", "人工核对 1 条", "七、权责体现"):
        assert words in row


def test_a_decision_on_an_older_page_is_refused(reviews: Reviews, city_hr: Visitor) -> None:
    of = reviews.sent()
    mark_everything(city_hr, of)
    version = hidden(city_hr.page(place(of, "/agree")), "version")
    reviews.agree(reviews.suzhou_industry, of)
    answer = city_hr.post(place(of, "/agree"), version=version, given=city_hr.proof())
    assert answer.status_code == 409
    assert "庄景行" in main(answer.text)
    assert decide(city_hr, of, "agree").status_code == 303


def test_what_a_reviewer_sees_differs_from_the_last_look(reviews: Reviews, city_hr: Visitor) -> None:
    of = reviews.sent()
    page = city_hr.page(place(of, "?only=all"))
    (incentives,) = [each for each in forms(page, "tick") if each["what"] == "incentives"]
    said = {name: incentives[name] for name in ("what", "seen", "path")}
    city_hr.post(place(of, "/tick"), **said, verdict="return", reason="写明标准。")
    assert decide(city_hr, of, "return").status_code == 303
    again = reviews.sent(
        [{"op": "replace", "path": "/sections/incentives", "value": "每月津贴 5000 元。"}], number=2
    )
    seen = city_hr.page(place(again))
    assert seen.count('aria-current="page">对照上次查看') == 1
    assert "每月津贴 5000 元。" in section(seen, "incentives")
    assert "写明标准。" in section(seen, "incentives")
    for words in (
        "与上次查看的版本相同，偏离省级模板 4 处",
        "评审委员会 · 外聘委员",
        "外聘 5 名，3 × 5 = 15",
    ):
        assert words in section(seen, "organisation")
    assert len(forms(seen, "tick")) == len(reviews.see(again)[0].section_hashes)
    for against in ("previous", "whole", "reference", "nothing"):
        city_hr.page(place(again, f"?against={against}"))


def test_who_may_waives_with_a_file_and_it_is_listed_first(
    reviews: Reviews, city_hr: Visitor, visit: Visit, world: World
) -> None:
    of = reviews.sent(FEWER)
    province = visit((world.tenants.province_hr, Role.PROVINCE_HR), name="季怀瑜")
    assert f"rule={FIVE}" in province.page(place(of))
    assert f"rule={FIVE}" not in city_hr.page(place(of))
    page = province.page(place(of, f"/waive?rule={FIVE}"))
    entries = {"version": hidden(page, "version"), "rule": FIVE}
    assert province.post(place(of, "/waive"), **entries, given=province.proof()).status_code == 422
    done = province.post(place(of, "/waive"), **entries, reason="企业规模较小。", given=province.proof())
    assert path_of(done) == place(of)
    shown = main(city_hr.page(place(of)))
    assert "豁免理由：企业规模较小。" in shown
    assert shown.index("豁免理由：企业规模较小。") < shown.index("自动检查没有发现问题。")


def test_an_expert_opens_what_was_assigned_and_assesses(reviews: Reviews, visit: Visit, world: World) -> None:
    of = reviews.agreed()
    expert = visit((world.tenants.province_centre, Role.PLAN_EXPERT), name="申时雨")
    assert expert.get(place(of)).status_code == 404
    assert expert.account
    world.connection.execute(
        "insert into plan_expert_task (tenant_id, version_id, person_id, name, enterprise, assigned_by)"
        " values (%s, %s, %s, '申时雨', '苏州姑胥微电子', %s)",
        [of.tenant_id, of.id, expert.account.person_id, reviews.centre.person_id],
    )
    assert place(of) in expert.page("/reviews")
    tasks = expert.page("/tasks")
    assert place(of) in tasks
    assert "评估苏州姑胥微电子的工作方案" in tasks
    assert "提出评估意见" in main(expert.page(place(of)))
    refused = decide(expert, of, "assess", outcome="passed", opinion=" ")
    assert refused.status_code == 422
    assert decide(expert, of, "assess", outcome="passed", opinion="可行。").status_code == 303
    assert [each.outcome for each in reviews.see(of)[0].experts] == ["passed"]


def test_a_branch_reviews_the_enterprise_that_it_nominated(
    reviews: Reviews, visit: Visit, world: World
) -> None:
    of, other = reviews.sent(direct=True), reviews.sent()
    branch = visit((world.tenants.central_branch, Role.CENTRAL_BRANCH), name="苗怀谷")
    queue = branch.page("/reviews")
    assert place(of) in queue
    assert place(other) not in queue
    assert branch.get(place(other)).status_code == 404
    mark_everything(branch, of)
    assert decide(branch, of, "agree").status_code == 303


def test_the_province_rejects_with_a_reason(reviews: Reviews, centre: Visitor) -> None:
    of = reviews.sent()
    assert decide(centre, of, "reject", reason=" ").status_code == 422
    assert decide(centre, of, "reject", reason="试点条件不具备。").status_code == 303
    assert reviews.state(of) is PlanState.REJECTED


def test_a_version_that_was_not_sent_in_is_nobody_elses_business(reviews: Reviews, city_hr: Visitor) -> None:
    of = reviews.sent(state=PlanState.PUBLICISED)
    assert city_hr.get(place(of)).status_code == 404
    assert place(of) not in city_hr.page("/reviews")


# --- costs


def test_the_queue_costs_the_same_however_long_it_is(
    reviews: Reviews, city_hr: Visitor, centre: Visitor
) -> None:
    costs: dict[str, set[int]] = {}
    for many in (20, examples(1_000), examples(10_000)):
        make_versions(
            reviews.superuser,
            cycle_id=reviews.cycle_id,
            nominator=reviews.tenants.other_city_centre.id,
            by=reviews.centre.person_id,
            count=many,
        )
        for visitor, name in ((city_hr, "city"), (centre, "province")):
            for address in ("/reviews", "/reviews?state=submitted", "/reviews?q=企业"):
                work = cost(visitor, address)
                assert work.statements <= MOST, (address, work)
                costs.setdefault(f"{name} {address}", set()).add(work.statements)
                assert work.rows <= MOST_ROWS, (address, work)
    assert all(len(each) == 1 for each in costs.values()), costs


def cost(visitor: Visitor, address: str) -> Work:
    visitor.get(address)
    with visitor.site.app_context(), counted(engine(visitor)) as work:
        assert visitor.get(address).status_code == 200
    return work


def engine(visitor: Visitor) -> Engine:
    with visitor.site.app_context():
        found: Engine = db.engine
        return found
