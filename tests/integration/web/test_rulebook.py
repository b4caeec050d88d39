"""模板与规则 and 规则影响试算 without scripts: who reads what, what is counted, what it costs."""

from __future__ import annotations

from typing import Any, Final

import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import Engine

from core.domain.plan_review import View
from core.domain.roles import Role
from core.domain.stages import PlanState
from core.persistence.db import db
from core.services.impact import PAGE
from tests import editions
from tests.counting import MOST, Work, counted
from tests.integration.accounts.world import World
from tests.integration.onboarding.conftest import set_clock
from tests.integration.onboarding.season import OPENED
from tests.integration.reviews.test_rule_counts import CHAIR, says
from tests.integration.reviews.world import REVIEWING, Reviews
from tests.integration.scenes import Scenes
from tests.integration.web.conftest import Visit
from tests.integration.web.test_reviews import main
from tests.integration.web.visitor import Visitor
from tests.load.reviews import make_versions
from tests.scale import examples

__all__ = ["set_clock"]

SIZES: Final = (10, examples(1_000), examples(10_000))
ROWS: Final = 400
"""Clauses times the ways in which they are met, and a page of enterprises."""
TRY: Final = "/rulebook/impact?edition=js_stricter"


@pytest.fixture
def reviews(world: World, set_clock: Any, scenes: Scenes) -> Reviews:
    set_clock(OPENED)
    found = Reviews(world.connection, world.tenants, scenes=scenes)
    found.open()
    set_clock(REVIEWING)
    return found


@pytest.fixture
def province(visit: Visit, world: World, reviews: Reviews) -> Visitor:
    return visit((world.tenants.province_hr, Role.PROVINCE_HR), name="温叙言")


@pytest.fixture
def engine(visit: Visit) -> Engine:
    site = visit().site
    with site.app_context():
        return db.engine


def test_the_tree_counts_and_leads_to_the_enterprises(
    reviews: Reviews, province: Visitor, visit: Visit, world: World
) -> None:
    of = reviews.sent()
    says(reviews, reviews.suzhou_hr, of, View.ACCEPTED)
    tree = province.page("/rulebook")
    assert f'href="/rulebook/{CHAIR}?met=accepted">采纳理由 1 家</a>' in tree
    shown = province.page(f"/rulebook/{CHAIR}")
    assert "主任委员原则上应当由企业主要负责人担任" in main(shown)
    assert f'href="/units/{of.tenant_id}/reviews/{of.id}"' in shown
    assert "没有企业" in main(province.page(f"/rulebook/{CHAIR}?met=waived"))
    assert "没有企业" in main(province.page(f"/rulebook/{CHAIR}?city=320100"))
    assert main(province.page("/rulebook?met=accepted")).count("采纳理由 1 家") == 1
    nanjing = visit((world.tenants.city_hr, Role.CITY_HR))
    assert "采纳理由 1 家" not in nanjing.page("/rulebook")
    assert "没有企业" in main(nanjing.page(f"/rulebook/{CHAIR}?city=320500"))
    assert province.get("/rulebook/JS-no-such-rule").status_code == 404


def test_an_installed_edition_is_tried_on_live_plans(
    reviews: Reviews, province: Visitor, visit: Visit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = reviews.sent()
    assert "没有可以试算的版本" in main(province.page("/rulebook/impact"))
    editions.install(monkeypatch)
    asked = main(province.page("/rulebook/impact"))
    assert "虚构的规则版本（js_stricter）" in asked
    assert "本页" not in asked
    tried = main(province.page(TRY))
    assert "5 处不通过" in tried
    assert "直接评定的得票率为 2/3，至少应为 3/4。" in tried
    assert reviews.state(of) is PlanState.SUBMITTED
    assert "没有在用的方案" in main(province.page(f"{TRY}&city=320100"))
    nanjing = visit((world.tenants.city_hr, Role.CITY_HR))
    assert "没有在用的方案" in main(nanjing.page(f"{TRY}&city=320500"))


def test_pages_cost_the_same_at_every_size(
    reviews: Reviews, province: Visitor, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    editions.install(monkeypatch)
    of = reviews.sent()
    document = reviews.see(of)[0].stored.document
    facts = reviews.superuser.execute("select facts from plan where id = %s", [of.plan_id]).fetchone()
    assert facts

    costs: dict[str, list[Work]] = {}
    pages = ("/rulebook", "/rulebook?met=stricter&city=320500", f"/rulebook/{CHAIR}", TRY)
    made = {"cycle_id": reviews.cycle_id, "nominator": reviews.tenants.other_city_centre.id}
    for many in SIZES:
        make_versions(reviews.superuser, **made, by=reviews.centre.person_id, count=many)
        reviews.superuser.execute("update plan_version set document = %s where document = '{}'", [document])
        reviews.superuser.execute("update plan set facts = %s where facts = '{}'", [Jsonb(facts[0])])
        for page in pages:
            province.page(page)
            with counted(engine) as work:
                assert province.get(page).status_code == 200
            costs.setdefault(page, []).append(work)
    for page, found in costs.items():
        assert len({each.statements for each in found}) == 1, (page, found)
        assert found[-1].statements <= MOST, (page, found[-1])
        assert found[-1].rows <= max(ROWS, 6 * PAGE), (page, found[-1])
