"""What plans meet of the rulebook is kept as it comes to be so, each plan once for each way (ADR 0024)."""

from __future__ import annotations

from typing import Final

import psycopg
import pytest
from sqlalchemy.orm import Session

from core.domain.plan_review import View
from core.domain.plan_rules import CHECKED, DEPARTED, Met
from core.domain.roles import Actor
from core.persistence.queries import plan_rulebook as queries
from core.persistence.session import reading
from core.rulebook.departure import Direction
from core.rulebook.engine import SILENT
from core.rulebook.terms import Effect
from core.services.plan_doors import Closed
from core.services.reviews import deciding, marking
from core.services.reviews.counting import FOUND
from tests.factories import NANJING, SUZHOU, Tenants
from tests.integration.onboarding.conftest import SetClock
from tests.integration.onboarding.season import OPENED
from tests.integration.plans.maker import Maker, admitted
from tests.integration.reviews.test_waivers import PLATFORM, WITHOUT, sent_in
from tests.integration.reviews.world import REVIEWING, Reviews, Sent

CHAIR: Final = "JS-A2-chair-principal"
SENT_IN: Final = {
    *((f"JS-A3-item-{each}", "different") for each in ("1a", "1b", *range(2, 10))),
    ("JS-A3-benefit-thresholds", "different"),
    ("JS-A2-members-min-5", "stricter"),
    ("JS-2.4-panel-industry-experts", "stricter"),
    ("JS-3-t3-december-15", "stricter"),
    ("JS-3-t4-december-20", "stricter"),
    ("conditions", "stricter"),
    (PLATFORM, "blocked"),
}
"""By hand: the typed plan of Xuzhou without a work platform, two conditions of its own counted once."""


@pytest.fixture
def world(session: Session, superuser: psycopg.Connection, tenants: Tenants, set_clock: SetClock) -> Reviews:
    set_clock(OPENED)
    found = Reviews(superuser, tenants)
    found.open()
    return found


@pytest.fixture
def maker(world: Reviews) -> Maker:
    found = admitted(world)
    found.open()
    found.complete()
    found.save("incentives", WITHOUT)
    return found


def counted(world: Reviews, who: Actor, city_code: str = "", clause: str = "") -> dict[tuple[str, str], int]:
    """In how many plans each clause was met, by the way, in what ``who`` reads."""
    with reading(world.scope(who)) as session:
        rows = queries.counts(session, cycle_id=world.cycle_id, city_code=city_code, clause=clause)
    return {(each.clause, each.kind): each.plans for each in rows}


def listed(
    world: Reviews, who: Actor, clause: str, *kinds: str, before: int = 0
) -> list[tuple[int, list[str]]]:
    with reading(world.scope(who)) as session:
        rows = queries.met(
            session,
            cycle_id=world.cycle_id,
            city_code="",
            clause=clause,
            kinds=kinds,
            before=before,
            limit=20,
        )
    return [(each.tenant_id, each.kinds) for each in rows]


def says(world: Reviews, who: Actor, of: Sent, verdict: View) -> None:
    """What a body says to the reason for a chair who is not the principal."""
    (found,) = [each for each in world.see(of)[1].to_view if each.rule == CHAIR]
    reason = "没有说明为何不能担任。" if verdict is View.REFUSED else ""
    known = {"rule": found.rule, "path": found.path, "finding_hash": found.hash}
    world.do(marking.view, who, of, **known, verdict=verdict, reason=reason)


def test_what_is_sent_in_is_counted_and_what_is_said_to_it(
    world: Reviews, maker: Maker, set_clock: SetClock
) -> None:
    made = maker.publicise()
    with pytest.raises(Closed):
        maker.submit()
    assert counted(world, world.province) == {}
    maker.withdraw()
    of = sent_in(maker, set_clock)
    assert of.id != made.version_id
    assert counted(world, world.province) == dict.fromkeys(SENT_IN, 1)
    world.do(deciding.waive, world.city_hr, of, rule=PLATFORM, reason="工作室在建。")
    other = world.sent()
    set_clock(REVIEWING)
    for verdict in (View.REFUSED, View.ACCEPTED, View.ACCEPTED):
        says(world, world.suzhou_hr, other, verdict)
    said = {(PLATFORM, "waived"), (CHAIR, "accepted"), (CHAIR, "refused")}
    assert counted(world, world.province) == dict.fromkeys(SENT_IN | said, 1)
    assert counted(world, world.province, NANJING) == dict.fromkeys(SENT_IN | {(PLATFORM, "waived")}, 1)
    assert counted(world, world.suzhou_hr) == counted(world, world.province, SUZHOU)
    assert counted(world, world.suzhou_hr) == dict.fromkeys({(CHAIR, "accepted"), (CHAIR, "refused")}, 1)
    assert listed(world, world.province, PLATFORM) == [(of.tenant_id, ["blocked", "waived"])]
    assert listed(world, world.province, PLATFORM, "waived") == [(of.tenant_id, ["waived"])]
    assert listed(world, world.suzhou_hr, PLATFORM) == []
    assert listed(world, world.province, PLATFORM, before=of.plan_id) == []


def test_every_way_to_depart_and_every_finding_is_a_way_to_be_met() -> None:
    assert {each.value for each in Direction} - {"unchanged"} <= {each.value for each in Met}
    assert set(FOUND) == set(Effect) - SILENT
    assert {*CHECKED, *DEPARTED, Met.WAIVED} == set(Met)
