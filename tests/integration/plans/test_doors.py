"""Every step from admission to the pilot: closed by its rule to whom it is closed, open to one in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Final

import psycopg
import pytest
from sqlalchemy.orm import Session

from core.domain.errors import DomainError
from core.domain.stages import JOINT_REVIEW, NOT_APPROVED, NOT_PUBLICISED
from core.domain.values import BEIJING
from core.persistence.session import act, reading
from core.services.drafts import opening
from core.services.drafts.editing import Item, ListOp
from core.services.editions import CURRENT
from core.services.plan_doors import BANNED, Closed
from core.services.reviews import assessing, deciding
from core.services.reviews.approved import approved
from core.services.reviews.deciding import REPORT
from tests.factories import Tenants
from tests.integration.onboarding.conftest import SetClock
from tests.integration.onboarding.season import OPENED
from tests.integration.plans.maker import Maker, admitted
from tests.integration.reviews.world import Reviews, Sent

REVIEWED_ON: Final = datetime(2026, 11, 9, 9, 0, tzinfo=BEIJING)
LATE_ON: Final = datetime(2026, 11, 21, 0, 0, 1, tzinfo=BEIJING)


@dataclass
class Enterprise:
    """An admitted enterprise, and each step of its plan by whoever takes it."""

    maker: Maker
    world: Reviews
    set_clock: SetClock

    @property
    def sent(self) -> Sent:
        last = self.maker.kept().last
        assert last
        return Sent(self.maker.tenant_id, self.maker.plan_id, last.id)

    def save(self) -> None:
        self.maker.save("incentives", {"/value/monthly_allowance_yuan": "1200"})

    def add_to_a_list(self) -> None:
        self.maker.listed("occupations", ListOp.ADD, Item(path="/value", raw={"name": "焊工"}))

    def take_in(self) -> None:
        self.maker.take_in(self.maker.draft().checked.plan)

    def submit(self) -> None:
        self.maker.submit()

    def agree(self, name: str) -> None:
        self.world.do(deciding.agree, getattr(self.world, name), self.sent)

    def assign(self) -> None:
        self.world.do(assessing.assign, self.world.centre, self.sent, person_id=self.world.expert.person_id)

    def assess(self) -> None:
        said = {"outcome": "passed", "opinion": "可行。"}
        self.world.do(assessing.assess, self.world.expert, self.sent, **said)

    def approve(self) -> None:
        self.world.do(assessing.approve, self.world.province, self.sent)

    def take_up(self) -> None:
        with reading(self.maker.scope) as session:
            approved(session, tenant_id=self.maker.tenant_id, cycle_id=self.world.cycle_id)

    def amend(self) -> None:
        with act(self.maker.scope) as session:
            opening.begin_amendment(
                session, actor=self.maker.hr, **self.maker.where(), reason="增加评审职业。"
            )

    # --- between the steps

    def prepare(self, door: str) -> None:
        """What is done before a step and is none itself."""
        if door == "publicise":
            self.maker.complete()
        elif door == "submit":
            self.set_clock(REVIEWED_ON)
        elif door == "city_hr agrees":
            for who in (self.world.city_hr, self.world.industry):
                self.world.tick_all(who, self.sent)

    @contextmanager
    def being(self, kind: str) -> Iterator[None]:
        """The enterprise as one of ``kind`` for a while; a plan that was rejected stays so."""
        if kind == "barred":
            self.world.bar(self.maker.uscc, date(2026, 11, 2))
            yield
            self.world.superuser.execute("delete from sanction")
        elif kind == "late":
            self.set_clock(LATE_ON)
            yield
            self.set_clock(REVIEWED_ON)
        elif kind == "rejected":
            self.world.do(deciding.reject, self.world.province, self.sent, reason="试点条件不具备。")
            yield
        else:
            yield


DOORS: Final[Mapping[str, Callable[[Enterprise], object]]] = MappingProxyType(
    {
        "begin": lambda each: each.maker.open(),
        "edit": Enterprise.save,
        "change a list": Enterprise.add_to_a_list,
        "reset": lambda each: each.maker.reset("rubric"),
        "import": Enterprise.take_in,
        "publicise": lambda each: each.maker.publicise(),
        "submit": Enterprise.submit,
        "city_hr agrees": partial(Enterprise.agree, name="city_hr"),
        "industry agrees": partial(Enterprise.agree, name="industry"),
        "assign": Enterprise.assign,
        "assess": Enterprise.assess,
        "approve": Enterprise.approve,
        "take up": Enterprise.take_up,
        "amend": Enterprise.amend,
    }
)
"""Every step in its order; "take up" is what all later steps begin with, the ``ApprovedPlan``."""

CLOSED: Final[Mapping[tuple[str, str], Mapping[str, str]]] = MappingProxyType(
    {
        **{("barred", door): {door: BANNED} for door in DOORS},
        ("not publicised", "publicise"): {
            "submit": NOT_PUBLICISED,
            "take up": NOT_APPROVED,
            "amend": NOT_APPROVED,
        },
        ("its notice running", "submit"): {
            "city_hr agrees": NOT_PUBLICISED,
            "assign": NOT_PUBLICISED,
            "approve": NOT_PUBLICISED,
            "take up": NOT_APPROVED,
            "amend": NOT_APPROVED,
        },
        ("late", "submit"): {"submit": REPORT, "take up": NOT_APPROVED},
        ("late", "city_hr agrees"): {
            "city_hr agrees": REPORT,
            "assign": JOINT_REVIEW,
            "approve": JOINT_REVIEW,
            "take up": NOT_APPROVED,
        },
        ("late", "industry agrees"): {"industry agrees": REPORT, "approve": JOINT_REVIEW},
    }
)
"""Of whom, before which step: the doors that are tried, and what closes each.

The last day is that of reporting: an enterprise that is late still drafts and publicises, for the province
may reopen its term, or waive the rule for a version, which needs one.
"""

REJECTED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"industry agrees": ("assess", "city_hr agrees"), "assess": ("city_hr agrees", "industry agrees")}
)
"""When the province rejects, and which doors are not tried: nobody was assigned, who has agreed."""


@pytest.fixture
def enterprise(
    session: Session, superuser: psycopg.Connection, tenants: Tenants, set_clock: SetClock
) -> Enterprise:
    set_clock(OPENED)
    world = Reviews(superuser, tenants)
    world.open()
    return Enterprise(admitted(world), world, set_clock)


def closing(one: Enterprise, door: str) -> str:
    """The rule that closes a door, by which clause it is told and what to do is said; "" for an open one."""
    error = refusal(partial(DOORS[door], one))
    if error is None or not error.rule:
        return error.message if error else ""
    clause = CURRENT.catalogue.rules[error.rule].clause
    named = [each.clause for each in error.findings if each.stops] if isinstance(error, Closed) else []
    assert clause in named or f"（{clause}）" in error.message, error.message
    assert error.message.count("。") > 1, error.message
    return error.rule


def refusal(step: Callable[[], object]) -> DomainError | None:
    try:
        step()
    except DomainError as error:
        return error
    return None


def walk(one: Enterprise, closed: Mapping[tuple[str, str], Mapping[str, str]], until: str = "") -> None:
    """Take every step up to ``until``, each after what is ``closed`` before it was tried."""
    for door, step in DOORS.items():
        one.prepare(door)
        for (kind, before), doors in closed.items():
            if before != door:
                continue
            with one.being(kind):
                assert {each: closing(one, each) for each in doors} == doors, (kind, before)
        if door == until:
            return
        step(one)


def test_each_door_is_closed_by_its_rule_and_open_to_an_enterprise_in_order(enterprise: Enterprise) -> None:
    walk(enterprise, CLOSED)


@pytest.mark.parametrize("when", REJECTED)
def test_a_rejected_enterprise_opens_nothing_after_it(enterprise: Enterprise, when: str) -> None:
    doors = {each: NOT_APPROVED for each in DOORS if each not in REJECTED[when]}
    walk(enterprise, {("rejected", when): doors}, until=when)
    assert [each.state.value for each in enterprise.maker.kept().versions] == ["rejected"]
