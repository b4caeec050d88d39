"""Experts assess, the province decides; every refusal beside the act that goes through."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from core.domain.approved_plan import Tampered
from core.domain.frozen import Answerer, freeze, thaw
from core.domain.plan_review import Verdict, section_hashes
from core.domain.stages import IllegalMove, PlanState
from core.persistence.session import reading
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.reviews import assessing, deciding
from core.services.reviews.deciding import CannotDecide
from tests.integration.reviews.test_approved import COLUMNS
from tests.integration.reviews.world import Reviews, Sent


def test_an_expert_assesses_and_the_province_approves(reviews: Reviews) -> None:
    of = reviews.approved()
    kept, _ = reviews.see(of)
    assert (kept.state, kept.decided_name) == (PlanState.APPROVED, reviews.province.name)
    assert [each.outcome for each in kept.experts] == ["passed"]
    assert reviews.events(of.tenant_id)[-4:] == [
        "plan_review:agree",
        "plan_review:assign",
        "plan_review:assess",
        "plan_review:approve",
    ]


def test_one_hash_from_the_notice_to_the_approval(reviews: Reviews) -> None:
    of = reviews.sent()
    before = reviews.see(of)[0].content_hash
    for who in (reviews.suzhou_hr, reviews.suzhou_industry):
        reviews.agree(who, of)
    reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.expert.person_id)
    reviews.do(assessing.assess, reviews.expert, of, outcome="passed", opinion="可行。")
    reviews.do(assessing.approve, reviews.centre, of)
    hashes = reviews.superuser.execute(
        "select distinct changes -> 'content_hash' ->> 1 from audit_event"
        " where tenant_id = %s and changes ? 'content_hash'",
        [of.tenant_id],
    ).fetchall()
    assert hashes == [(before,)]


def test_nobody_is_asked_before_both_bodies_agreed(reviews: Reviews) -> None:
    of = reviews.sent()
    reviews.agree(reviews.suzhou_hr, of)
    with pytest.raises(Conflict, match="会同审核完成后由省级组织专家评估"):
        reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.expert.person_id)
    reviews.agree(reviews.suzhou_industry, of)
    reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.expert.person_id)


def test_who_assigns_and_who_can_be_assigned(reviews: Reviews) -> None:
    of = reviews.reviewed()
    with pytest.raises(NotAllowed, match="由省级指派"):
        reviews.do(assessing.assign, reviews.suzhou_hr, of, person_id=reviews.expert.person_id)
    with pytest.raises(Invalid, match="没有选择可以指派的专家"):
        reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.suzhou_hr.person_id)
    reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.expert.person_id)
    with pytest.raises(Invalid, match="没有选择可以指派的专家"):
        reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.expert.person_id)
    kept, _ = reviews.see(of)
    with reading(reviews.scope(reviews.centre)) as session:
        left = assessing.pool(session, kept)
    assert {each.person for each in left} == {reviews.other_expert.person_id}


def test_an_expert_of_the_enterprise_is_not_asked(reviews: Reviews) -> None:
    of = reviews.reviewed()
    name = reviews.see(of)[0].enterprise
    reviews.superuser.execute(
        "update plan_expert set employer = %s where person_id = %s", [name, reviews.expert.person_id]
    )
    with pytest.raises(Invalid, match="本企业的人员除外"):
        reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.expert.person_id)
    reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.other_expert.person_id)


def test_who_is_something_in_the_enterprise_is_not_asked_whoever_employs_them(reviews: Reviews) -> None:
    of = reviews.reviewed()
    grant = reviews.superuser.execute(
        "insert into role_grant (tenant_id, tenant_kind, person_id, role, valid_from)"
        " values (%s, 'enterprise', %s, 'employee', app_now() + interval '1 day') returning id",
        [of.tenant_id, reviews.expert.person_id],
    ).fetchone()
    with pytest.raises(Invalid, match="本企业的人员除外"):
        reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.expert.person_id)
    reviews.superuser.execute(
        "update role_grant set valid_from = app_now() - interval '2 days',"
        " valid_to = app_now() - interval '1 day' where id = %s",
        grant,
    )
    reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.expert.person_id)


def test_an_expert_sees_what_was_assigned_and_nothing_else(reviews: Reviews) -> None:
    of = reviews.reviewed()
    with pytest.raises(LookupError):
        reviews.do(assessing.assess, reviews.expert, of, outcome="passed", opinion="可行。")
    reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.expert.person_id)
    with pytest.raises(LookupError):
        reviews.do(assessing.assess, reviews.other_expert, of, outcome="passed", opinion="可行。")
    reviews.do(assessing.assess, reviews.expert, of, outcome="passed", opinion="可行。")
    with pytest.raises(Conflict, match="已经评估或者回避"):
        reviews.do(assessing.assess, reviews.expert, of, outcome="failed", opinion="不可行。")


@pytest.mark.parametrize(
    ("outcome", "opinion", "field"), [("", "可行。", "outcome"), ("passed", " ", "opinion")]
)
def test_an_assessment_says_what_and_why(reviews: Reviews, outcome: str, opinion: str, field: str) -> None:
    of = reviews.reviewed()
    reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.expert.person_id)
    with pytest.raises(Invalid) as raised:
        reviews.do(assessing.assess, reviews.expert, of, outcome=outcome, opinion=opinion)
    assert raised.value.field == field
    reviews.do(assessing.assess, reviews.expert, of, outcome="passed", opinion="可行。")


def test_an_expert_who_recuses_is_replaced(reviews: Reviews) -> None:
    of = reviews.reviewed()
    for each in (reviews.expert, reviews.other_expert):
        reviews.do(assessing.assign, reviews.centre, of, person_id=each.person_id)
    with pytest.raises(Invalid, match="没有写回避的事由"):
        reviews.do(assessing.recuse, reviews.expert, of, reason=" ")
    with pytest.raises(NotAllowed, match="回避由专家本人提出"):
        reviews.do(
            assessing.recuse, reviews.suzhou_hr, of, reason="同意回避", person_id=reviews.expert.person_id
        )
    reviews.do(assessing.recuse, reviews.expert, of, reason="曾任该企业技术顾问。")
    reviews.do(
        assessing.recuse,
        reviews.centre,
        of,
        reason="与企业有合作项目。",
        person_id=reviews.other_expert.person_id,
    )
    assert all(each.recused_at for each in reviews.see(of)[0].experts)
    with pytest.raises(CannotDecide, match="没有专家评估"):
        reviews.do(assessing.approve, reviews.province, of)


def test_nothing_is_approved_while_an_expert_still_has_to_assess(reviews: Reviews) -> None:
    of = reviews.assessed()
    reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.other_expert.person_id)
    with pytest.raises(CannotDecide, match="申时雨尚未评估"):
        reviews.do(assessing.approve, reviews.province, of)
    reviews.do(assessing.assess, reviews.other_expert, of, outcome="passed", opinion="可行。")
    reviews.do(assessing.approve, reviews.province, of)


def test_an_approval_against_an_assessment_says_why(reviews: Reviews) -> None:
    of = reviews.passed("revise")
    with pytest.raises(Invalid, match="有专家没有建议通过"):
        reviews.do(assessing.approve, reviews.province, of)
    reviews.do(assessing.approve, reviews.province, of, opinion="修改建议已在实施中落实。")


def test_only_the_province_approves_and_only_what_was_reviewed(reviews: Reviews) -> None:
    of = reviews.sent()
    with pytest.raises(IllegalMove, match="审核中，不能批准"):
        reviews.do(assessing.approve, reviews.province, of)
    for who in (reviews.suzhou_hr, reviews.suzhou_industry):
        reviews.agree(who, of)
    reviews.do(assessing.assign, reviews.centre, of, person_id=reviews.expert.person_id)
    reviews.do(assessing.assess, reviews.expert, of, outcome="passed", opinion="可行。")
    with pytest.raises(IllegalMove, match="由省人力资源社会保障厅、省职业技能鉴定中心办理"):
        reviews.do(assessing.approve, reviews.suzhou_hr, of)
    reviews.do(assessing.approve, reviews.province, of)


def test_the_province_returns_what_it_flagged(reviews: Reviews) -> None:
    of = reviews.passed("revise")
    with pytest.raises(CannotDecide, match="没有拟退回的节"):
        reviews.do(deciding.return_, reviews.province, of)
    reviews.tick(reviews.province, of, "rubric", Verdict.RETURN, "按专家意见修改档位。")
    assert reviews.do(deciding.return_, reviews.province, of) == ("rubric",)
    assert reviews.state(of) is PlanState.RETURNED


def test_a_body_that_agreed_cannot_mark_what_is_with_the_province(reviews: Reviews) -> None:
    of = reviews.reviewed()
    with pytest.raises(Conflict, match="会同审核已经完成"):
        reviews.tick(reviews.suzhou_hr, of, "rubric", Verdict.RETURN, "再看看。")
    reviews.tick(reviews.centre, of, "rubric", Verdict.RETURN, "再看看。")


@pytest.mark.parametrize("reviewed", [False, True])
def test_a_rejection_needs_a_reason_and_ends_the_version(reviews: Reviews, reviewed: bool) -> None:
    of = reviews.reviewed() if reviewed else reviews.sent()
    with pytest.raises(Invalid, match="没有写不予通过的理由"):
        reviews.do(deciding.reject, reviews.province, of, reason=" ")
    with pytest.raises(IllegalMove):
        reviews.do(deciding.reject, reviews.suzhou_hr, of, reason="不符合要求。")
    reviews.do(deciding.reject, reviews.province, of, reason="试点条件不具备。")
    assert reviews.state(of) is PlanState.REJECTED
    with pytest.raises(IllegalMove, match="不予通过，不能"):
        reviews.do(assessing.approve, reviews.province, of)


def test_what_was_changed_in_the_database_is_not_approved(reviews: Reviews) -> None:
    of = reviews.assessed()
    (kept,) = reviews.superuser.execute(
        "select document from plan_version where id = %s", [of.id]
    ).fetchone() or ("",)
    other = bytes(kept).replace("业绩评价".encode(), "业绩评定".encode())
    reviews.superuser.execute("update plan_version set document = %s where id = %s", [other, of.id])
    with pytest.raises(Tampered, match="不一致"):
        reviews.do(assessing.approve, reviews.province, of)
    reviews.superuser.execute("update plan_version set document = %s where id = %s", [kept, of.id])
    reviews.do(assessing.approve, reviews.province, of)


def test_what_was_changed_with_its_hashes_since_the_notice_is_not_approved(reviews: Reviews) -> None:
    """Every column that says what was publicised, alone and with all hashes made anew (PF-plan-hash)."""
    of = reviews.assessed()
    (kept,) = reviews.superuser.execute(
        "select to_jsonb(plan_version) from plan_version where id = %s", [of.id]
    ).fetchone() or ({},)
    whole = {name: kept[name] for name in COLUMNS} | {"document": reviews.see(of)[0].stored.document}
    plan = thaw(whole["document"])
    assert plan.sections
    other = replace(plan, sections=replace(plan.sections, incentives="另行规定。"))
    forgeries: list[dict[str, Any]] = [
        {name: value} for name, value in COLUMNS.items() if name not in ("city_code", "channel")
    ]
    for draft, change in (
        (other, {}),
        (plan, {"edition": "js2024"}),
        (plan, {"rulebook": "js2023.9"}),
        (plan, {"answerers": {}}),
    ):
        said = {name: whole[name] for name in ("edition", "rulebook", "answerers")} | dict(change)
        made = freeze(
            draft,
            edition=said["edition"],
            rulebook=said["rulebook"],
            answerers={part: Answerer(**who) for part, who in said["answerers"].items()},
        )
        hashes = {"content_hash": made.content_hash, "snapshot_hash": made.snapshot_hash}
        forgeries.append(
            {**said, **hashes, "document": made.document, "section_hashes": dict(section_hashes(draft))}
        )
    for forged in forgeries:
        put(reviews, of, whole | forged)
        with pytest.raises(Tampered):
            reviews.do(assessing.approve, reviews.province, of)
    put(reviews, of, whole)
    reviews.do(assessing.approve, reviews.province, of)


def put(reviews: Reviews, of: Sent, values: dict[str, Any]) -> None:
    """Write columns of a version past the application."""
    stored = {name: Jsonb(each) if isinstance(each, dict) else each for name, each in values.items()}
    columns = ", ".join(f"{name} = %({name})s" for name in stored)
    statement = f"update plan_version set {columns} where id = %(id)s"  # noqa: S608 - columns of COLUMNS
    reviews.superuser.execute(statement.encode(), {**stored, "id": of.id})


def test_a_later_version_takes_the_place_of_the_approved_one(reviews: Reviews) -> None:
    first = reviews.approved()
    changed = [{"op": "replace", "path": "/sections/incentives", "value": "提高津贴。"}]
    second = reviews.sent(changed, number=2)
    for who in (reviews.suzhou_hr, reviews.suzhou_industry):
        reviews.agree(who, second)
    reviews.do(assessing.assign, reviews.centre, second, person_id=reviews.expert.person_id)
    reviews.do(assessing.assess, reviews.expert, second, outcome="passed", opinion="可行。")
    assert reviews.state(first) is PlanState.APPROVED
    reviews.do(assessing.approve, reviews.province, second)
    assert (reviews.state(first), reviews.state(second)) == (PlanState.SUPERSEDED, PlanState.APPROVED)
