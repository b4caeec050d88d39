"""A plan with a finding that a body may waive, from the notice to the approval (ADR 0021, PF-waiver-log)."""

from __future__ import annotations

from datetime import datetime

import psycopg
import pytest
from sqlalchemy.orm import Session

from core.domain.errors import DomainError
from core.domain.plan_review import Verdict, in_order
from core.domain.stages import PlanState
from core.domain.values import BEIJING
from core.services.accounts.answers import Conflict
from core.services.plan_doors import Closed
from core.services.reviews import assessing, deciding
from core.services.reviews.deciding import CannotDecide
from tests.factories import Tenants
from tests.integration.onboarding.conftest import SetClock
from tests.integration.onboarding.season import OPENED
from tests.integration.plans.maker import Maker, admitted
from tests.integration.reviews.world import Reviews, Sent

AFTER = datetime(2026, 11, 7, 9, 0, tzinfo=BEIJING)
PLATFORM = "JS-4-work-platform"
WITHOUT = {"/value/work_platform": ""}


@pytest.fixture
def world(session: Session, superuser: psycopg.Connection, tenants: Tenants, set_clock: SetClock) -> Reviews:
    set_clock(OPENED)
    found = Reviews(superuser, tenants)
    found.open()
    return found


@pytest.fixture
def maker(world: Reviews) -> Maker:
    """An enterprise whose plan breaks nothing but a rule that its city may waive."""
    found = admitted(world)
    found.open()
    found.complete()
    found.save("incentives", WITHOUT)
    return found


def sent_in(maker: Maker, set_clock: SetClock) -> Sent:
    made = maker.publicise()
    set_clock(AFTER)
    maker.submit()
    return Sent(maker.tenant_id, maker.plan_id, made.version_id)


def test_what_the_city_may_waive_goes_to_it_is_waived_and_approved(
    world: Reviews, maker: Maker, set_clock: SetClock
) -> None:
    assert maker.draft().ready
    of = sent_in(maker, set_clock)
    assert world.agree(world.industry, of) is PlanState.SUBMITTED
    world.tick_all(world.city_hr, of)
    says = "还有 1 项待本单位豁免。“设立工作室等工作平台”由本单位豁免，不豁免的退回修改"
    with pytest.raises(CannotDecide, match=says):
        world.do(deciding.agree, world.city_hr, of)
    with pytest.raises(DomainError, match="由有权单位决定"):
        world.do(deciding.waive, world.province, of, rule=PLATFORM, reason="同意")
    world.do(deciding.waive, world.city_hr, of, rule=PLATFORM, reason="工作室在建。")
    first = in_order(world.see(of)[1].to_view)[0]
    assert (first.rule, first.waived, first.stops) == (PLATFORM, True, False)
    assert world.agree(world.city_hr, of) is PlanState.REVIEWED
    world.do(assessing.assign, world.centre, of, person_id=world.expert.person_id)
    world.do(assessing.assess, world.expert, of, outcome="passed", opinion="可行。")
    world.do(assessing.approve, world.province, of)
    assert world.state(of) is PlanState.APPROVED
    ((_, who, changes, reason),) = maker.events("plan_review:waive")
    assert (who, changes["rule"], reason) == (world.city_hr.name, [None, PLATFORM], "工作室在建。")


def test_what_is_not_waived_is_returned(world: Reviews, maker: Maker, set_clock: SetClock) -> None:
    of = sent_in(maker, set_clock)
    world.tick(world.city_hr, of, "incentives", Verdict.RETURN, "写明工作平台。")
    assert world.do(deciding.return_, world.city_hr, of) == ("incentives",)
    with pytest.raises(Conflict, match="退回修改，不能豁免"):
        world.do(deciding.waive, world.city_hr, of, rule=PLATFORM, reason="工作室在建。")


def test_what_nobody_may_waive_and_a_reason_that_is_missing_keep_a_plan_back(maker: Maker) -> None:
    maker.save("rubric", {"/value/modules/0/weight": "35", "/value/modules/1/weight": "35"})
    with pytest.raises(Closed, match="不能公示：有 4 处") as refused:
        maker.publicise()
    assert PLATFORM not in {each.rule for each in refused.value.stops}
    assert PLATFORM in {each.rule for each in refused.value.findings}
    assert not maker.draft().ready
