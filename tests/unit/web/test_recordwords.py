"""The record in words: known acts, fields and codes, and what this version does not know."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from core.audit.actions import Action
from core.audit.chain import Changes, Event, Value
from core.domain.roles import Actor, Role, TenantKind
from core.web.recordwords import SUBJECTS, TONES, Change, Entry, entry

READER = Actor(
    person_id=9,
    name="沈知行",
    tenant_id=1,
    tenant_kind=TenantKind.ENTERPRISE,
    role=Role.ENTERPRISE_HR,
    grant_id=1,
)


def told(
    site: Flask,
    action: str = "grant:create",
    *,
    hat: str = "city_hr@3",
    changes: Changes | None = None,
    subject: str = "grant",
) -> Entry:
    event = Event(
        tenant_id=1,
        seq=1,
        at=datetime(2026, 11, 23, tzinfo=UTC),
        actor_id=5,
        actor_name="裴知秋",
        hat=hat,
        action=action,
        subject_type=subject,
        subject_id="7",
        subject_label="韩叙白：委员",
        changes=changes or {},
        reason=None,
        request_id=None,
        prev_hash=bytes(32),
        hash=bytes(32),
    )
    with site.test_request_context():
        return entry(event, READER)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("role", "committee_member", Change("角色", "", "委员")),
        ("kind", "city_hr", Change("类别", "", "设区市人力资源社会保障部门")),
        ("city_code", "320100", Change("设区市", "", "南京市")),
        ("valid_to", "2026-12-31T16:00:00.000000Z", Change("有效期至", "", "2026-12-31")),
        ("valid_to", "2026-12-31T06:30:00.000000Z", Change("有效期至", "", "2026-12-31 14:30")),
        ("valid_to", "not a moment", Change("有效期至", "", "not a moment")),
        ("revoked", True, Change("撤销", "", "是")),
        ("state", "returned", Change("状态", "", "退回补正")),
        ("channel", "city", Change("申报渠道", "", "向当地人力资源社会保障部门申报")),
        ("quota_class", "ordinary", Change("名额类别", "", "设区市推荐名额")),
        ("purpose", "roster", Change("证明事项", "", "高级技师名册")),
        ("role", "a_role_of_later", Change("角色", "", "a_role_of_later")),
        ("a_field_of_later", 7, Change("a_field_of_later", "", "7")),
    ],
)
def test_fields_and_codes_are_named(site: Flask, name: str, value: Value, words: Change) -> None:
    assert told(site, changes={name: [None, value]}).changes == (words,)


def test_state_of_a_version_of_a_plan_is_named_as_such(site: Flask) -> None:
    changes: Changes = {"state": ["submitted", "reviewed"]}
    assert told(site, changes=changes, subject="plan_version").changes == (
        Change("状态", "审核中", "待专家评估"),
    )


def test_change_has_both_sides_and_no_field_without_any(site: Flask) -> None:
    found = told(site, changes={"sessions_ended": [1, 2], "valid_to": [None, None]})
    assert found.changes == (Change("退出的登录", "1", "2"),)


def test_field_that_was_read_has_no_value(site: Flask) -> None:
    assert told(site, "field:read", changes={"phone": [None, None]}).changes == (
        Change("手机号", "", "", read=True),
    )


def test_hat_and_act_are_named_or_shown_as_they_are(site: Flask) -> None:
    known, later = told(site), told(site, "seal:open", hat="sealer@1")
    assert (known.hat, known.action) == ("设区市人力资源社会保障部门", "授予角色")
    assert (later.hat, later.action) == ("sealer", "seal:open")
    assert told(site, hat="platform").hat == "平台"


def test_tones_are_of_acts_that_there_are(site: Flask) -> None:
    assert set(TONES) <= {each.value for each in Action}
    known = {"tenant", "person", "grant", "invitation", "clock", "cycle", "calendar", "sanction"}
    assert known | {
        *("nomination", "attachment", "plugin", "guidance_entry", "guidance_file"),
        *("plan", "plan_comment", "plan_version", "city_requirement"),
    } == set(SUBJECTS)
