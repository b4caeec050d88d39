"""The record of acts: who reads it, filters, one record opened, the chain verified and found broken."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from core.audit import Action, Author, Subject, verifier
from core.audit import record as append
from core.domain.roles import Role
from core.domain.values import beijing_day
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from core.services.audit import PAGE
from core.services.audit import export as exported
from tests.integration.accounts.world import World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor
from tests.unit.web.pages import faults_of, read_page


@pytest.fixture
def record(world: World) -> str:
    return f"/units/{world.tenants.enterprise.id}/record"


@pytest.fixture
def hr(visit: Visit, world: World) -> Visitor:
    """Somebody who has invited one person and ended a session."""
    visitor = visit((world.tenants.enterprise, Role.ENTERPRISE_HR))
    visitor.post(
        f"/units/{world.tenants.enterprise.id}/invitations/new", name="骆清和", role="employee", valid_to=""
    )
    account = visitor.account
    visitor.post("/sign-out")
    assert account is not None
    visitor.sign_in(account)
    return visitor


def test_rows_say_who_did_what_with_which_values(hr: Visitor, record: str) -> None:
    rows = read_page(hr.page(record)).text["tr"][1:]
    assert len(rows) == 2
    assert "退出登录" in rows[0]
    for said in ("沈知行", "企业人力资源管理部门", "发出邀请", "骆清和：职工", "角色：职工"):
        assert said in "".join(rows[1].split())
    assert "有效期至：" not in rows[1].replace("链接有效期至：", "")


def test_filters_sift_and_can_be_taken_off(hr: Visitor, record: str, world: World) -> None:
    def rows(query: str) -> int:
        return len(read_page(hr.page(record + query)).text["tr"]) - 1

    assert rows("?action=session:end") == 1
    assert rows("?subject=invitation") == 1
    assert rows("?action=nonsense&since=nonsense") == 2
    today = beijing_day(world.now())
    assert rows(f"?since={today}&until={today}") == 2
    assert "没有符合筛选的记录" in hr.page(f"{record}?until=2000-01-01")
    page = read_page(hr.page(f"{record}?action=session:end&subject=person"))
    assert f"{record}?subject=person" in page.values("href")
    assert f"{record}?action=session:end" in page.values("href")


def test_one_record_is_opened_with_its_hashes(hr: Visitor, record: str, world: World) -> None:
    page = read_page(hr.page(f"{record}?open=1"))
    found = world.connection.execute(
        "select encode(prev_hash, 'hex'), encode(hash, 'hex'), request_id from audit_event where seq = 1"
    ).fetchone()
    assert found
    opened = next(words for words in page.text["section"] if "本条摘要" in words)
    for value in found:
        assert value in opened
    assert hr.get(f"{record}?open=99").status_code == 404


def test_good_chain_passes(hr: Visitor, record: str) -> None:
    assert "2 条全部通过。" in hr.page(f"{record}/verify")


def test_broken_chain_is_told_with_the_place(hr: Visitor, record: str, world: World) -> None:
    world.connection.execute("update audit_event set actor_name = '别人' where seq = 1")
    page = hr.page(f"{record}/verify")
    assert "处不符。" in page
    assert "第 1 条" in page
    assert "全部通过" not in page


def test_login_name_is_withheld_from_who_may_not_see_it(visit: Visit, world: World) -> None:
    tenants = world.tenants
    hr = visit((tenants.enterprise, Role.ENTERPRISE_HR))
    hr.post(f"/units/{tenants.enterprise.id}/invitations/new", name="骆清和", role="employee")
    world.connection.execute(
        "update audit_event set subject_type = 'person', subject_id = '77', "
        'changes = \'{"login_name": [null, "luo.qinghe"]}\' where seq = 1'
    )
    record = f"/units/{tenants.enterprise.id}/record"
    assert "luo.qinghe" in hr.page(record)
    auditor = visit((tenants.platform, Role.AUDIT_ADMIN))
    shown = auditor.page(record)
    assert "luo.qinghe" not in shown
    assert "（不显示）" in shown


# the export


def export(visitor: Visitor, record: str, reason: str = "年度核对") -> TestResponse:
    """The answer, read to its end and closed as a browser does."""
    answer = visitor.post(f"{record}/export", reason=reason)
    answer.get_data()
    answer.close()
    return answer


def test_export_is_what_the_command_writes_and_holds_without_the_platform(
    hr: Visitor, record: str, world: World, tmp_path: Path
) -> None:
    unit = world.tenants.enterprise
    with reading(Scope(reads="*")) as session:
        header, *events = exported(session, unit.id)
    answer = export(hr, record)
    assert answer.status_code == 200
    assert answer.mimetype == "application/x-ndjson"
    name = rf"attachment; filename=record-{unit.id}-\d{{8}}-\d{{6}}\.jsonl"
    assert re.fullmatch(name, answer.headers["Content-Disposition"])
    assert answer.headers["Cache-Control"] == "no-store"
    first, *rest = answer.text.splitlines()
    assert rest == events
    assert json.loads(first) | {"at": ""} == json.loads(header) | {"at": ""}
    file = tmp_path / "export.jsonl"
    file.write_text(answer.text, "utf-8")
    assert verifier.main([str(file)]) == 0
    file.write_text(answer.text.replace("骆清和", "骆清如"), "utf-8")
    assert verifier.main([str(file)]) == 1


def test_export_is_recorded_as_a_read_with_its_reason(hr: Visitor, record: str, world: World) -> None:
    refused = export(hr, record, reason=" ")
    assert (refused.status_code, faults_of(refused.text)) == (422, [])
    assert "未填写事由。" in refused.text
    assert "field:read" not in world.actions(world.tenants.enterprise)
    first, second = export(hr, record), export(hr, record, reason="移交审计")
    found = world.connection.execute(
        "select actor_name, subject_type, subject_id, changes, reason from audit_event "
        "where action = 'field:read' order by seq"
    ).fetchall()
    what = ("沈知行", "tenant", str(world.tenants.enterprise.id), {"record": [None, None]})
    assert found == [(*what, "年度核对"), (*what, "移交审计")]
    assert "年度核对" not in first.text
    assert "年度核对" in second.text
    assert "移交审计" in hr.page(record)


def test_export_of_a_long_record_has_every_event(hr: Visitor, record: str, world: World) -> None:
    author = Author(None, "平台", "platform")
    unit = world.tenants.enterprise
    with act(Scope(writes=unit.id)) as session:
        for number in range(1100):  # more than is fetched at a time
            subject = Subject("tenant", unit.id, f"第 {number} 条")
            append(session, tenant_id=unit.id, actor=author, action=Action.GRANT_CREATE, subject=subject)
    lines = export(hr, record).text.splitlines()
    assert [json.loads(line)["seq"] for line in lines[1:]] == list(range(1, 1103))


def test_record_with_a_value_that_is_withheld_is_exported_to_who_may_see_it(
    visit: Visit, world: World
) -> None:
    tenants = world.tenants
    hr = visit((tenants.enterprise, Role.ENTERPRISE_HR))
    author = Author(None, "平台", "platform")
    with act(Scope(writes=tenants.enterprise.id)) as session:
        append(
            session,
            tenant_id=tenants.enterprise.id,
            actor=author,
            action=Action.PERSON_CREATE,
            subject=Subject("person", 77, "骆清和"),
            changes={"login_name": (None, "luo.qinghe")},
        )
    record = f"/units/{tenants.enterprise.id}/record"
    refused = export(visit((tenants.platform, Role.AUDIT_ADMIN)), record)
    assert (refused.status_code, "第 1 条" in refused.text) == (403, True)
    assert "luo.qinghe" not in refused.text
    assert world.actions(tenants.enterprise) == ["person:create"]
    assert "luo.qinghe" in export(hr, record).text


@pytest.mark.parametrize(
    ("hat", "status"),
    [
        (("enterprise", Role.ENTERPRISE_PRINCIPAL), 200),
        (("enterprise", Role.EMPLOYEE), 404),
        (("city_hr", Role.CITY_HR), 200),
        (("city_centre", Role.CITY_CENTRE), 404),
        (("other_city_hr", Role.CITY_HR), 404),
        (("province_hr", Role.PROVINCE_HR), 200),
        (("platform", Role.AUDIT_ADMIN), 200),
        (("platform", Role.SECURITY_ADMIN), 404),
        (("platform", Role.SYSTEM_ADMIN), 404),
    ],
)
def test_record_is_open_to_the_unit_and_those_in_charge(
    visit: Visit, world: World, record: str, hat: tuple[str, Role], status: int
) -> None:
    visitor = visit((getattr(world.tenants, hat[0]), hat[1]))
    assert visitor.get(record).status_code == status
    assert visitor.get(f"{record}/verify").status_code == status
    assert export(visitor, record).status_code == status


def test_list_goes_on_from_page_to_page(hr: Visitor, record: str, world: World) -> None:
    account = hr.account
    assert account is not None
    base = f"/units/{world.tenants.enterprise.id}/invitations"
    for number in range(PAGE):  # each is recorded
        hr.post(f"{base}/new", name=f"职工{number:02}", role="employee")
    first = read_page(hr.page(record))
    (onward,) = [each for each in first.values("href") if "before=" in each and "open=" not in each]
    assert len(first.text["tr"]) == PAGE + 1
    assert len(read_page(hr.page(onward)).text["tr"]) == 3
