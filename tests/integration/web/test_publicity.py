"""方案公示 in the browser: begun, watched, commented on by staff without an account, taken down, sent in."""

from __future__ import annotations

import html
import re
from datetime import date, datetime
from typing import Any, Final

import pytest
from sqlalchemy import Engine

from core.domain.roles import Role, TenantKind
from core.domain.values import BEIJING
from core.persistence.db import db
from tests import factories
from tests.counting import MOST, counted
from tests.factories import MadeTenant
from tests.integration.accounts.world import World
from tests.integration.onboarding.conftest import set_clock
from tests.integration.onboarding.season import OPENED, Season
from tests.integration.plans.maker import COMPLETED, Maker, completed, laid
from tests.integration.scenes import Scenes
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor, hidden, path_of
from tests.unit.web.pages import faults_of, read_page

__all__ = ["set_clock"]

BEGUN: Final = {
    "ends_on": "2026-11-06",
    "channels": "厂区公告栏\r\n\r\n企业内网",
    "coverage_statement": "已覆盖全部 2316 名在册职工。",
}
STAFFED: Final = "update plan set facts = jsonb_set(facts, '{enterprise,staff_count}', '2316')"
SAID: Final = {"name": "骆无咎", "staff_number": "A0127", "text": "带徒津贴怎样发放？"}
AFTER: Final = datetime(2026, 11, 7, 9, 0, tzinfo=BEIJING)


@pytest.fixture
def maker(world: World, set_clock: Any, scenes: Scenes) -> Maker:
    """An enterprise with a plan that has no finding."""
    set_clock(OPENED)
    return laid(COMPLETED, scenes, Season(world.connection, world.tenants), completed)


@pytest.fixture
def hr(visit: Visit, maker: Maker) -> Visitor:
    return back(visit, maker)


def unit_of(maker: Maker) -> MadeTenant:
    return MadeTenant(maker.tenant_id, TenantKind.ENTERPRISE, "", factories.NANJING)


def place(maker: Maker, end: str = "") -> str:
    return f"/units/{maker.tenant_id}/plans/{maker.plan_id}/notice{end}"


def main(page: str) -> str:
    return read_page(page).text["main"][0]


def begin(hr: Visitor, maker: Maker, **entries: str) -> None:
    form = hr.page(place(maker, "/begin"))
    sent = BEGUN | {"content_hash": hidden(form, "content_hash")} | entries
    answer = hr.post(place(maker, "/begin"), **sent)
    assert (answer.status_code, path_of(answer)) == (303, place(maker)), main(answer.text)


def back(visit: Visit, maker: Maker) -> Visitor:
    """HR, who has signed in again days later."""
    return visit((unit_of(maker), Role.ENTERPRISE_HR), name="沈知行")


def address(hr: Visitor, maker: Maker) -> str:
    """Where staff find the notice, as the enterprise's page links to it."""
    found = re.search(r'href="http://localhost(/notices/[^"]+)"', hr.page(place(maker)))
    assert found
    return html.unescape(found[1])


def test_a_notice_is_begun_on_its_page_with_the_hash_that_was_shown(hr: Visitor, maker: Maker) -> None:
    maker.season.superuser.execute(STAFFED.encode())
    before = hr.page(place(maker))
    assert "方案还没有公示" in main(before)
    form = hr.page(place(maker, "/begin"))
    assert 'value="2026-11-05"' in form  # three working days after today
    seen = hidden(form, "content_hash")
    for said in (
        "发布次日起第 3 个工作日",
        "2026 年 11 月 20 日",
        "撤下公示后可以修改",
        "职工人数：2,316 人",
    ):
        assert said in main(form)
    assert f'href="/units/{maker.tenant_id}/plan" target="_blank"' in form
    begin(hr, maker)
    page = hr.page(place(maker))
    assert seen in page
    assert "公示期 4 个工作日" in main(page)
    assert "打印张贴海报" in main(page)
    assert maker.kept().versions[0].content_hash == seen


def test_a_plan_with_findings_is_told_what_is_in_the_way(hr: Visitor, maker: Maker) -> None:
    maker.save("incentives", {"/section": ""})
    form = hr.page(place(maker, "/begin"))
    assert "还不能公示：有 1 处不符合要求" in main(form)
    assert "开始公示</button>" not in form
    answer = hr.post(place(maker, "/begin"), **BEGUN)
    assert answer.status_code == 422
    assert "还不能公示" in main(answer.text)
    assert maker.kept().versions == ()


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ({"ends_on": ""}, "没有填写公示结束日期"),
        ({"ends_on": "2026-10-30"}, "公示结束日期应在"),
        ({"channels": " "}, "公示渠道应为 1 至 20 个"),
        ({"coverage_statement": ""}, "覆盖全体职工的说明应为"),
    ],
)
def test_what_is_typed_wrongly_stays_in_the_form(
    hr: Visitor, maker: Maker, entries: dict[str, str], says: str
) -> None:
    answer = hr.post(place(maker, "/begin"), **(BEGUN | entries))
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    assert says in main(answer.text)
    assert maker.kept().versions == ()
    begin(hr, maker)


def test_a_plan_that_changed_meanwhile_is_not_publicised(hr: Visitor, maker: Maker) -> None:
    seen = hidden(hr.page(place(maker, "/begin")), "content_hash")
    maker.save("incentives", {"/value/monthly_allowance_yuan": "9001"}, who=maker.principal)
    answer = hr.post(place(maker, "/begin"), **BEGUN, content_hash=seen)
    assert answer.status_code == 409
    assert "打开页面以后方案有改动" in main(answer.text)


def test_beginning_taking_down_and_sending_in_ask_again_who_acts(
    visit: Visit, hr: Visitor, maker: Maker, set_clock: Any
) -> None:
    hr.stale()
    answer = hr.post(place(maker, "/begin"), **BEGUN)
    assert answer.status_code == 422
    assert "未填写动态口令" in main(answer.text)
    assert maker.kept().versions == ()
    assert hr.post(place(maker, "/begin"), **BEGUN, given=hr.proof()).status_code == 303
    hr.stale()
    assert hr.post(place(maker, "/withdraw"), reason="改正评分标准。").status_code == 422
    set_clock(AFTER)
    again = back(visit, maker)
    again.stale()
    answer = again.post(place(maker, "/submit"), seen=maker.kept().versions[0].content_hash)
    assert answer.status_code == 422
    assert "未填写动态口令" in main(answer.text)
    assert [each.state.value for each in maker.kept().versions] == ["publicised"]


def test_staff_read_the_plan_and_comment_without_an_account(visit: Visit, hr: Visitor, maker: Maker) -> None:
    begin(hr, maker)
    where, somebody = address(hr, maker), visit()
    page = somebody.page(where)
    assert maker.kept().versions[0].content_hash in page
    assert "提意见" in main(page)
    assert "焊工" in main(page)
    assert page.count('href="#comment"') == 2
    told = main(page)
    assert "已覆盖全部 2316 名在册职工。" in told
    for residue in ("未填", "没有报送", "还没有", "待核实", "市代码", "不是企业主要", "不是领导班子"):
        assert residue not in told
    answer = somebody.post(where, **SAID)
    assert answer.status_code == 303
    assert "意见已提交。" in main(somebody.page(f"{where}?said=1"))
    assert "带徒津贴怎样发放？" not in somebody.page(where)
    watched = hr.page(place(maker))
    assert "带徒津贴怎样发放？" in main(watched)
    assert "身份待核实" in main(watched)
    for header in ("no-store", "no-referrer"):
        assert header in str(somebody.get(where).headers)


def test_hr_confirms_who_commented_and_the_answer_is_public_without_a_name(
    visit: Visit, hr: Visitor, maker: Maker
) -> None:
    begin(hr, maker)
    where, somebody = address(hr, maker), visit()
    somebody.post(where, **SAID)
    (said,) = maker.comments(maker.kept().versions[0].id)
    ends = {end: place(maker, f"/comments/{said.id}/{end}") for end in ("employment", "answer")}
    assert hr.post(ends["answer"], answer="按月发放。").status_code == 409
    assert hr.post(ends["employment"]).status_code == 422
    assert hr.post(ends["employment"], employed="yes").status_code == 303
    empty = hr.post(ends["answer"], answer=" ")
    assert empty.status_code == 422
    assert "未填写答复" in main(empty.text)
    assert hr.post(ends["answer"], answer="按月发放。").status_code == 303
    assert hr.get(place(maker, "/comments/999/answer")).status_code in {404, 405}
    watched = main(hr.page(place(maker)))
    assert "按月发放。" in watched
    assert "修改答复" in watched
    page = main(somebody.page(where))
    assert "按月发放。" in page
    assert "骆无咎" not in page
    assert "A0127" not in page


@pytest.mark.parametrize("field", ["name", "staff_number", "text"])
def test_a_comment_that_lacks_something_is_not_taken(
    visit: Visit, hr: Visitor, maker: Maker, field: str
) -> None:
    begin(hr, maker)
    where, somebody = address(hr, maker), visit()
    answer = somebody.post(where, **(SAID | {field: ""}))
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    kept = {name: text for name, text in SAID.items() if name != field}
    assert all(text in html.unescape(answer.text) for text in kept.values())
    assert somebody.post(where, **SAID).status_code == 303


def test_a_flood_of_comments_has_to_wait(visit: Visit, hr: Visitor, maker: Maker) -> None:
    begin(hr, maker)
    where, somebody = address(hr, maker), visit()
    for number in range(20):
        assert somebody.post(where, **(SAID | {"text": f"意见 {number}"})).status_code == 303
    answer = somebody.post(where, **SAID)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "短时间内提交的意见过多" in main(answer.text)
    assert "带徒津贴怎样发放？" in answer.text


def test_an_address_that_is_no_notice_s_is_not_there_and_one_that_ended_takes_no_comment(
    visit: Visit, hr: Visitor, maker: Maker, set_clock: Any
) -> None:
    begin(hr, maker)
    where, somebody = address(hr, maker), visit()
    assert somebody.get(f"{where}x").status_code == 404
    assert somebody.post(f"{where}x", **SAID).status_code == 404
    set_clock(AFTER)
    assert "公示已经结束，不再收集意见" in main(somebody.page(where))
    assert somebody.post(where, **SAID).status_code == 409


def test_a_notice_that_was_taken_down_says_why(visit: Visit, hr: Visitor, maker: Maker) -> None:
    begin(hr, maker)
    where = address(hr, maker)
    assert hr.post(place(maker, "/withdraw"), reason="").status_code == 422
    assert path_of(hr.post(place(maker, "/withdraw"), reason="评分标准有误。")) == place(maker)
    closed = visit().get(where)
    assert closed.status_code == 410
    assert faults_of(closed.text) == []
    assert "评分标准有误。" in main(closed.text)
    watched = main(hr.page(place(maker)))
    assert "公示已于" in watched
    assert re.search(r"撤下公示\s+沈知行　2026-11-02 ", watched)
    begin(hr, maker)
    assert address(hr, maker) != where


def test_the_plan_is_sent_in_when_its_notice_is_over(
    visit: Visit, hr: Visitor, maker: Maker, set_clock: Any
) -> None:
    begin(hr, maker)
    early = hr.page(place(maker, "/submit"))
    assert "还不能报送：有 1 处不符合要求" in main(early)
    seen = maker.kept().versions[0].content_hash
    assert hr.post(place(maker, "/submit"), seen=seen).status_code == 422
    set_clock(AFTER)
    hr = back(visit, maker)
    form = hr.page(place(maker, "/submit"))
    assert hidden(form, "seen") == seen
    answer = hr.post(place(maker, "/submit"), seen=seen, given=hr.proof())
    assert (answer.status_code, path_of(answer)) == (303, place(maker)), main(answer.text)
    assert maker.kept().versions[0].state.value == "submitted"
    page = main(hr.page(place(maker)))
    assert "意见记录随方案报送，不再改动" in page
    assert re.search(r"报送\s+沈知行　2026-11-07 09:", page)
    assert hr.post(place(maker, "/withdraw"), reason="改正。", given=hr.proof()).status_code == 409


def test_a_late_plan_is_told_the_clause(visit: Visit, hr: Visitor, maker: Maker, set_clock: Any) -> None:
    begin(hr, maker)
    set_clock(datetime(2026, 11, 21, 9, 0, tzinfo=BEIJING))
    page = main(back(visit, maker).page(place(maker, "/submit")))
    assert "并于11月20日前报省职业技能鉴定中心" in page
    assert "报送方案</button>" not in page


def test_the_poster_has_the_address_as_a_code_and_in_letters(hr: Visitor, maker: Maker) -> None:
    begin(hr, maker)
    page = hr.page(place(maker, "/poster"))
    assert address(hr, maker) in page
    assert re.search(r'<svg viewBox="0 0 \d+ \d+"[^>]*class="segno"><title>公示页面二维码', page)  # not cut


def test_pages_without_a_notice_say_so(hr: Visitor, maker: Maker) -> None:
    for end in ("/poster", "/withdraw", "/submit"):
        answer = hr.get(place(maker, end))
        assert answer.status_code == 409
        assert "方案还没有公示" in main(answer.text)
    assert hr.get(f"/units/{maker.tenant_id}/plans/99/notice").status_code == 404


@pytest.mark.parametrize("number", [1, 10, 200])
def test_the_pages_of_a_notice_cost_the_same_however_many_comments_there_are(
    visit: Visit, hr: Visitor, maker: Maker, number: int
) -> None:
    begin(hr, maker)
    where = address(hr, maker)
    maker.season.superuser.execute(
        "insert into plan_comment (tenant_id, notice_id, name, staff_number, text) select %s,"
        " (select max(id) from plan_notice), '骆无咎', n::text, '意见' || n from generate_series(1, %s) n",
        [maker.tenant_id, number],
    )
    engine: Engine = db.engine
    for visitor, page in ((hr, place(maker)), (visit(), where)):
        visitor.page(page)
        with counted(engine) as work:
            visitor.page(page)
        assert work.statements <= MOST
        assert work.rows <= 120


def test_only_the_enterprise_sees_the_side_of_its_notice(visit: Visit, hr: Visitor, maker: Maker) -> None:
    begin(hr, maker)
    tenants = maker.season.tenants
    for unit, role in (
        (unit_of(maker), Role.EMPLOYEE),
        (tenants.city_hr, Role.CITY_HR),
        (tenants.province_hr, Role.PROVINCE_HR),
        (tenants.other_enterprise, Role.ENTERPRISE_HR),
    ):
        assert visit((unit, role)).get(place(maker)).status_code == 404
    assert "方案公示" in main(visit((unit_of(maker), Role.ENTERPRISE_PRINCIPAL)).page(place(maker)))


def test_the_day_strip_marks_what_counts(hr: Visitor, maker: Maker) -> None:
    begin(hr, maker, ends_on=date(2026, 11, 9).isoformat())
    page = hr.page(place(maker))
    days = re.search(r'<ol class="sx-days".*?</ol>', page, re.DOTALL)
    assert days
    said = re.sub(r"<[^>]+>", " ", days[0]).split()
    assert said[:6] == ["周一", "11-02", "今天", "周二", "11-03", "第"]
    assert said[-5:] == ["周一", "11-09", "第", "5", "日"]
    assert said.count("不计") == 2


def test_tasks_say_what_is_next_with_the_notice(
    visit: Visit, hr: Visitor, maker: Maker, set_clock: Any
) -> None:
    begin(hr, maker)
    assert "工作方案第 1 版公示中，11月7日起可以报送" in main(hr.page("/tasks"))
    visit().post(address(hr, maker), **SAID)
    assert "1 条职工意见待办理" in main(hr.page("/tasks"))
    set_clock(AFTER)
    again = back(visit, maker)
    page = again.page("/tasks")
    assert "工作方案公示已结束，可以报送" in main(page)
    assert place(maker, "/submit") in page
    maker.submit()
    assert "工作方案第 1 版审核中" in main(again.page("/tasks"))
    assert "审核中" not in main(visit((unit_of(maker), Role.EMPLOYEE)).page("/tasks"))
