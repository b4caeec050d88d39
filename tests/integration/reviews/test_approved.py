"""What runs is what was approved: anything that was changed since is detected and never taken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from core.domain.approved_plan import (
    Approval,
    ApprovedPlan,
    NotApproved,
    Stored,
    Tampered,
    approved_plan,
    drift,
)
from core.domain.frozen import canonical
from core.domain.stages import PlanState
from core.persistence.queries import plan_review as queries
from core.persistence.session import reading
from core.services.reviews import deciding
from core.services.reviews.approved import approved
from core.services.reviews.kept import stored_of
from tests.integration.reviews.world import Reviews, Sent


def taken(reviews: Reviews, of: Sent) -> ApprovedPlan:
    with reading(reviews.scope(reviews.centre)) as session:
        return approved(session, tenant_id=of.tenant_id, cycle_id=reviews.cycle_id)


def stored(reviews: Reviews, of: Sent) -> tuple[Stored, Approval]:
    with reading(reviews.scope(reviews.centre)) as session:
        row = queries.approved(session, tenant_id=of.tenant_id, cycle_id=reviews.cycle_id)
        found = approved(session, tenant_id=of.tenant_id, cycle_id=reviews.cycle_id)
        assert row
        return stored_of(row), found.approval


def test_an_approved_plan_is_taken_with_what_the_record_says(reviews: Reviews) -> None:
    of = reviews.approved()
    plan = taken(reviews, of)
    assert plan.content_hash == reviews.see(of)[0].content_hash
    assert (plan.approval.number, plan.approval.by) == (1, reviews.province.name)


@pytest.mark.parametrize("state", [PlanState.PUBLICISED, PlanState.SUBMITTED])
def test_what_is_not_approved_is_not_taken(reviews: Reviews, state: PlanState) -> None:
    of = reviews.sent(state=state)
    with pytest.raises(NotApproved, match=rf"第 1 版{state.zh}.*不开展首席技师评聘试点工作（二（三））"):
        taken(reviews, of)


def test_an_enterprise_without_a_version_or_with_a_rejected_one_has_no_plan(reviews: Reviews) -> None:
    nowhere = Sent(reviews.tenants.enterprise.id, 0, 0)
    with pytest.raises(NotApproved, match="还没有向职工公示"):
        taken(reviews, nowhere)
    of = reviews.sent()
    reviews.do(deciding.reject, reviews.province, of, reason="试点条件不具备。")
    with pytest.raises(NotApproved, match=r"不予通过.*本年度不再办理"):
        taken(reviews, of)


COLUMNS = {
    "edition": "js2024",
    "rulebook": "js2023.9",
    "content_hash": "0" * 64,
    "snapshot_hash": "1" * 64,
    "number": 9,
    "city_code": "320100",
    "channel": "province_direct",
    "answerers": Jsonb({}),
    "section_hashes": Jsonb({}),
    "document": b"{}",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_of_an_approved_version_can_be_changed_unnoticed(reviews: Reviews, column: str) -> None:
    of = reviews.approved()
    reviews.superuser.execute(
        f"update plan_version set {column} = %s where id = %s",  # noqa: S608 - a column named above
        [COLUMNS[column], of.id],
    )
    with pytest.raises(Tampered, match=r"不能据以开展评聘|没有这一版"):
        taken(reviews, of)


def test_facts_of_the_enterprise_are_of_what_was_approved(reviews: Reviews) -> None:
    of = reviews.approved()
    assert taken(reviews, of)
    reviews.superuser.execute("update plan set enterprise = '别的企业' where id = %s", [of.plan_id])
    with pytest.raises(Tampered, match="批准时的摘要"):
        taken(reviews, of)


def test_hashes_that_were_changed_with_the_words_are_told_by_the_record(reviews: Reviews) -> None:
    """Whoever changes a plan and makes every hash anew still has to forge the record."""
    of = reviews.approved()
    forged = reviews.sent(
        [{"op": "replace", "path": "/sections/incentives", "value": "另行规定。"}],
        state=PlanState.SUBMITTED,
        number=2,
    )
    reviews.superuser.execute(
        "update plan_version a set document = b.document, content_hash = b.content_hash,"
        " snapshot_hash = b.snapshot_hash, section_hashes = b.section_hashes"
        " from plan_version b where a.id = %s and b.id = %s",
        [of.id, forged.id],
    )
    with pytest.raises(Tampered, match="批准时的摘要"):
        taken(reviews, of)


def test_an_approval_that_the_record_does_not_know_is_none(reviews: Reviews) -> None:
    of = reviews.assessed()
    reviews.superuser.execute(
        "update plan_version set state = 'approved', decided_by = submitted_by, decided_name = 'x',"
        " decided_role = 'province_hr', decided_at = now() where id = %s",
        [of.id],
    )
    with pytest.raises(Tampered, match="操作记录中没有这一版方案的批准"):
        taken(reviews, of)


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a document that holds a value."""
    if isinstance(data, dict) and data:
        for key, each in data.items():
            yield from places(each, (*path, key))
    elif isinstance(data, list) and data:
        for index, each in enumerate(data):
            yield from places(each, (*path, index))
    else:
        yield path


def changed(data: Any, path: tuple[Any, ...], value: object) -> Any:
    """A copy of ``data`` with ``value`` at ``path``."""
    copy = json.loads(json.dumps(data))
    holder = copy
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return copy


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_single_field_changed_is_detected(
    reviews_once: tuple[Stored, Approval], data: st.DataObject
) -> None:
    """Over every field of the document, with values of every kind that JSON has."""
    whole, approval = reviews_once
    document = json.loads(whole.document)
    path = data.draw(st.sampled_from(sorted(places(document), key=str)))
    now = document
    for step in path:
        now = now[step]
    value = data.draw(
        st.one_of(st.none(), st.booleans(), st.integers(-5, 5000), st.text(max_size=8)).filter(
            lambda drawn: drawn != now or type(drawn) is not type(now)
        )
    )
    other = changed(document, path, value)
    if canonical(other) == whole.document:
        return
    tampered = Stored(
        **{name: getattr(whole, name) for name in Stored.__slots__} | {"document": canonical(other)}
    )
    assert approved_plan(whole, approval)
    with pytest.raises(Tampered):
        approved_plan(tampered, approval)


@pytest.fixture
def reviews_once(reviews: Reviews) -> tuple[Stored, Approval]:
    return stored(reviews, reviews.approved())


def test_a_part_that_would_be_answered_otherwise_today_is_named(reviews: Reviews) -> None:
    plan = taken(reviews, reviews.approved())
    assert drift(plan, plan.plan) == ()
    other = reviews.see(reviews.sent([{"op": "remove", "path": "/rubric/modules/0"}], number=2))[0].plan
    assert drift(plan, other) == ("评分标准",)
