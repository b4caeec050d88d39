"""A plan with a finding that its city may waive, by the pages of everybody it comes to (ADR 0021)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from core.domain.roles import Role
from core.domain.stages import PlanState
from core.services.reviews.assessing import assess
from tests.integration.accounts.world import World
from tests.integration.onboarding.conftest import set_clock
from tests.integration.onboarding.season import OPENED
from tests.integration.plans.maker import Maker, admitted
from tests.integration.reviews.test_waivers import PLATFORM, WITHOUT
from tests.integration.reviews.world import Reviews, Sent
from tests.integration.web import test_publicity as notices
from tests.integration.web.conftest import Visit
from tests.integration.web.test_reviews import decide, main, mark_everything, place
from tests.integration.web.visitor import Visitor, hidden, path_of

__all__ = ["set_clock"]

AWAITED = "待豁免：设区市人力资源社会保障部门在审核中可以豁免"


@pytest.fixture
def reviews(world: World, set_clock: Any) -> Reviews:
    set_clock(OPENED)
    found = Reviews(world.connection, world.tenants)
    found.open()
    return found


@pytest.fixture
def maker(reviews: Reviews) -> Maker:
    found = admitted(reviews)
    found.open()
    found.complete()
    found.save("incentives", WITHOUT)
    return found


def waive(visitor: Visitor, of: Sent, **entries: str) -> Any:
    page = visitor.page(place(of, f"/waive?rule={PLATFORM}"))
    version = hidden(page, "version")
    return visitor.post(place(of, "/waive"), version=version, rule=PLATFORM, given=visitor.proof(), **entries)


def test_a_plan_awaits_its_city_is_waived_and_approved_and_later_flagged(
    reviews: Reviews, maker: Maker, visit: Visit, world: World, set_clock: Any
) -> None:
    studio = f"/units/{maker.tenant_id}/plans/{maker.plan_id}"
    hr = notices.back(visit, maker)
    for page in (studio, notices.place(maker, "/begin")):
        assert AWAITED in main(hr.page(page))
    assert "可以向全体职工公示，1 项待豁免" in main(hr.page(studio))
    notices.begin(hr, maker)

    set_clock(notices.AFTER)
    hr = notices.back(visit, maker)
    form = hr.page(notices.place(maker, "/submit"))
    assert AWAITED in main(form)
    hr.post(notices.place(maker, "/submit"), seen=hidden(form, "seen"), given=hr.proof())
    last = maker.kept().last
    assert last
    assert last.state is PlanState.SUBMITTED
    of = Sent(maker.tenant_id, maker.plan_id, last.id)

    city = visit((world.tenants.city_hr, Role.CITY_HR), name="邵知微")
    industry = visit((world.tenants.city_industry, Role.CITY_INDUSTRY), name="庄景行")
    centre = visit((world.tenants.province_centre, Role.PROVINCE_CENTRE), name="温叙言")
    mark_everything(industry, of)
    assert path_of(decide(industry, of, "agree")) == place(of)
    mark_everything(city, of)
    assert "还不能审核通过：还有 1 项待本单位豁免。" in main(city.page(place(of)))
    version = str(reviews.see(of)[0].version)
    refused = city.post(place(of, "/agree"), version=version, given=city.proof())
    assert refused.status_code == 422
    assert "“设立工作室等工作平台”由本单位豁免，不豁免的退回修改" in main(refused.text)
    assert waive(city, of, reason=" ").status_code == 422
    assert path_of(waive(city, of, reason="工作室在建，已列入计划。")) == place(of)
    mark_everything(city, of)
    assert path_of(decide(city, of, "agree")) == place(of)

    shown = main(centre.page(place(of)))
    listed = shown[shown.index("审核清单") :]
    rest = re.search(r"另有 \d+ 条规则自动检查没有发现问题", listed)
    assert rest
    assert listed.index("已豁免") < listed.index("豁免理由：工作室在建，已列入计划。") < rest.start()
    assert decide(centre, of, "assign", person=reviews.expert.person_id).status_code == 303
    reviews.do(assess, reviews.expert, of, outcome="passed", opinion="可行。")
    assert decide(centre, of, "approve").status_code == 303
    assert reviews.state(of) is PlanState.APPROVED

    plan = f"/units/{maker.tenant_id}/plan"
    readers = ((hr, studio), (hr, plan), (city, place(of)), (centre, place(of)))
    for visitor, address in readers:
        assert "与批准时不同" not in main(visitor.page(address))
    world.connection.execute("update plan_part set answer = null where part = 'complaints'")
    for visitor, address in readers:
        seen = main(visitor.page(address))
        assert "1 部分与批准时不同：投诉与争议处理。" in seen
        assert "评聘仍按批准的方案执行" in seen
