"""A plan in force whose plugins would answer otherwise today is flagged, and runs as it was approved."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.orm import Session

from core.domain.plan import PlanDraft
from core.domain.values import BEIJING
from core.paths import TENANTS
from core.persistence.session import reading
from core.plugin_host import PluginHost
from core.services.drafts.compiling import compiled_of
from core.services.editions import CURRENT
from core.services.reviews import assessing
from core.services.reviews.approved import Standing, approved, standing
from core.services.tenants import installation
from tests.factories import Tenants
from tests.integration.onboarding.conftest import SetClock
from tests.integration.onboarding.season import OPENED
from tests.integration.plans.maker import Maker, admitted
from tests.integration.reviews.world import Reviews, Sent

AFTER = datetime(2026, 11, 7, 9, 0, tzinfo=BEIJING)
SLUG = "suzhou_guxu"


@pytest.fixture
def maker(session: Session, superuser: psycopg.Connection, tenants: Tenants, set_clock: SetClock) -> Maker:
    """An enterprise with code of its own, whose plan was approved."""
    set_clock(OPENED)
    world = Reviews(superuser, tenants)
    world.open()
    maker = admitted(world, installation().tenant(SLUG).uscc, "苏州姑胥微电子科技股份有限公司（虚构）")
    maker.open()
    made = maker.publicise()
    set_clock(AFTER)
    maker.submit()
    of = Sent(maker.tenant_id, maker.plan_id, made.version_id)
    for body in (world.city_hr, world.industry):
        world.agree(body, of)
    world.do(assessing.assign, world.centre, of, person_id=world.expert.person_id)
    world.do(assessing.assess, world.expert, of, outcome="passed", opinion="可行。")
    world.do(assessing.approve, world.province, of)
    return maker


def today(maker: Maker, folder: Path) -> PlanDraft:
    """What the plan would say with the code in ``folder``."""
    return compiled_of(maker.kept(), PluginHost(CURRENT, tenants=folder)).draft


def stands(maker: Maker, draft: PlanDraft) -> Standing:
    plan = maker.kept()
    with reading(maker.scope) as session:
        return standing(session, plan, draft)


def test_a_plugin_that_answers_otherwise_is_flagged_and_what_was_approved_runs(
    maker: Maker, tmp_path: Path
) -> None:
    shutil.copytree(TENANTS / SLUG, tmp_path / SLUG)
    assert stands(maker, today(maker, tmp_path)) == Standing()
    with reading(maker.scope) as session:
        before = approved(session, tenant_id=maker.tenant_id, cycle_id=maker.kept().opened.id)
    code = tmp_path / SLUG / "plan.py"
    text = code.read_text("utf-8")
    assert "interview=25, overall=30" in text
    code.write_text(text.replace("interview=25, overall=30", "interview=30, overall=25"), "utf-8")
    assert stands(maker, today(maker, tmp_path)) == Standing(parts=("评分标准",))
    with reading(maker.scope) as session:
        assert approved(session, tenant_id=maker.tenant_id, cycle_id=maker.kept().opened.id) == before
