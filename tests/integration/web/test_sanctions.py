"""违规处理 by pages: the register without names, entering a decision, whether an enterprise is barred."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import pytest

from core.domain.roles import Role
from core.domain.values import BEIJING
from tests.integration.accounts.world import World
from tests.integration.onboarding.season import OPENED, uscc
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor, path_of
from tests.unit.web.pages import faults_of, read_page

CITIZEN: Final = "329900197801010000"
ENTERPRISE: Final[dict[str, Any]] = {
    "kind": "enterprise",
    "number": uscc(1),
    "decided_on": "2026-10-30",
    "document": "苏人社处〔2026〕3号",
}
PERSON: Final[dict[str, Any]] = {
    "kind": "person",
    "number": CITIZEN,
    "decided_on": "2026-10-31",
    "document": "苏人社处〔2026〕4号",
}


@pytest.fixture
def world(world: World) -> World:
    world.at(OPENED)
    return world


@pytest.fixture
def province(visit: Visit, world: World) -> Visitor:
    return visit((world.tenants.province_hr, Role.PROVINCE_HR), name="季怀瑜")


def main(words: str) -> str:
    return read_page(words).text["main"][0]


def test_decisions_are_entered_and_listed_without_names_and_numbers(
    province: Visitor, visit: Visit, world: World
) -> None:
    assert "没有处理决定" in main(province.page("/sanctions"))
    for entries in (ENTERPRISE, PERSON):
        answer = province.post("/sanctions/new", **entries)
        assert (answer.status_code, path_of(answer)) == (303, "/sanctions")
    centre = visit((world.tenants.province_centre, Role.PROVINCE_CENTRE))
    for reader in (province, centre):
        page = reader.page("/sanctions")
        for said in ("苏人社处〔2026〕3号", "企业", "2026-10-30", "2031-10-30", "人员", "限制期内"):
            assert said in main(page)
        for secret in (uscc(1), CITIZEN):
            assert secret not in page
    record = province.page(f"/units/{world.tenants.province_hr.id}/record")
    for said in ("录入处理决定", "苏人社处〔2026〕4号", "人员", "2031-10-31"):
        assert said in main(record)
    assert CITIZEN not in record
    assert uscc(1) not in record


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": ""}, "未选择处理对象。"),
        ({"number": ""}, "未填写号码。"),
        ({"number": "123"}, "统一社会信用代码有 3 位，应为 18 位。"),
        ({"kind": "person"}, "公民身份号码含有不使用的字符"),
        ({"decided_on": ""}, "未填写决定日期。"),
        ({"decided_on": "2026-11-03"}, "晚于今天2026年11月2日"),
        ({"document": ""}, "未填写决定文号。"),
    ],
)
def test_entry_that_cannot_be(province: Visitor, world: World, changes: dict[str, str], said: str) -> None:
    answer = province.post("/sanctions/new", **{**ENTERPRISE, **changes})
    assert (answer.status_code, faults_of(answer.text)) == (422, [])
    assert said in answer.text
    assert world.one("select count(*) from sanction") == 0
    assert province.post("/sanctions/new", **{**ENTERPRISE, "kind": "nonsense"}).status_code == 404
    assert province.post("/sanctions/new", **ENTERPRISE).status_code == 303


def test_same_decision_is_entered_once(province: Visitor, world: World) -> None:
    province.post("/sanctions/new", **PERSON)
    again = province.post("/sanctions/new", **PERSON)
    assert (again.status_code, "已经录入" in again.text) == (409, True)
    assert world.one("select count(*) from sanction") == 1
    assert province.post("/sanctions/new", **{**PERSON, "document": "苏人社处〔2026〕5号"}).status_code == 303


def test_list_is_sifted_by_words_kind_and_state(province: Visitor, visit: Visit, world: World) -> None:
    for entries in (ENTERPRISE, PERSON):
        province.post("/sanctions/new", **entries)
    old = {**ENTERPRISE, "number": uscc(2), "decided_on": "2021-11-01", "document": "苏人社处〔2021〕1号"}
    province.post("/sanctions/new", **old)

    def listed(query: str) -> set[str]:
        page = main(province.page(f"/sanctions{query}"))
        return {number for number in ("〔2026〕3", "〔2026〕4", "〔2021〕1") if number in page}

    assert listed("") == {"〔2026〕3", "〔2026〕4", "〔2021〕1"}
    assert listed("?kind=person") == {"〔2026〕4"}
    assert listed("?state=ended") == {"〔2021〕1"}
    assert listed("?state=standing&kind=enterprise") == {"〔2026〕3"}
    assert listed("?q=2021") == {"〔2021〕1"}
    assert listed("?kind=nonsense&state=nonsense&before=nonsense") == listed("")
    assert "没有符合筛选的处理决定" in province.page("/sanctions?q=%25")


def test_list_goes_on_from_page_to_page(province: Visitor, world: World) -> None:
    world.connection.execute(
        "insert into sanction (kind, subject, decided_on, document, entered_by) select 'enterprise', "
        "encode(sha256(n::text::bytea), 'hex'), date '2026-10-01' - n / 10, '苏人社处' || n || '号', "
        "(select max(id) from person) from generate_series(1, 120) n"
    )
    seen: list[str] = []
    address = "/sanctions"
    while True:
        page = read_page(province.page(address))
        seen += [cell.strip() for cell in page.text["th"] if cell.strip().startswith("苏人社处")]
        following = [each for each in page.values("href") if "before=" in each]
        if not following:
            break
        address = following[-1]
    assert len(seen) == len(set(seen)) == 120


def test_whether_an_enterprise_is_barred_is_told_to_who_nominates(
    province: Visitor, visit: Visit, world: World
) -> None:
    province.post("/sanctions/new", **ENTERPRISE)
    asked, other = f"/sanctions/check?uscc={uscc(1).lower()}", f"/sanctions/check?uscc={uscc(2)}"
    whole = main(province.page(asked))
    for said in ("今天不得申请或参与", "苏人社处〔2026〕3号", "限制期至 2031-10-30", "2031-10-31 起解除"):
        assert said in whole
    for where, role in [
        (world.tenants.city_hr, Role.CITY_HR),
        (world.tenants.city_centre, Role.CITY_CENTRE),
        (world.tenants.central_branch, Role.CENTRAL_BRANCH),
    ]:
        reader = visit((where, role))
        told = main(reader.page(asked))
        assert "今天不得申请或参与" in told
        assert "苏人社处" not in told
        assert "2031" not in told
        assert "不在限制期内" in main(reader.page(other))
    world.at(datetime(2031, 10, 31, 0, 0, tzinfo=BEIJING))
    later = visit((world.tenants.city_hr, Role.CITY_HR))
    assert "不在限制期内" in main(later.page(asked))
    wrong = later.get("/sanctions/check?uscc=123")
    assert (wrong.status_code, "有 3 位，应为 18 位" in wrong.text, faults_of(wrong.text)) == (422, True, [])


def test_register_is_the_provinces_and_entering_asks_for_proof(
    province: Visitor, visit: Visit, world: World
) -> None:
    centre = visit((world.tenants.province_centre, Role.PROVINCE_CENTRE))
    assert centre.get("/sanctions").status_code == 200
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    hr = visit((world.tenants.enterprise, Role.ENTERPRISE_HR))
    for visitor in (centre, city, hr):
        assert visitor.get("/sanctions/new").status_code == 404
        assert visitor.post("/sanctions/new", **ENTERPRISE).status_code == 404
    for visitor in (city, hr):
        assert visitor.get("/sanctions").status_code == 404
    assert hr.get("/sanctions/check").status_code == 404
    province.stale()
    answer = province.post("/sanctions/new", **ENTERPRISE)
    assert (answer.status_code, "未填写动态口令。" in answer.text) == (422, True)
    assert world.one("select count(*) from sanction") == 0
    assert province.post("/sanctions/new", **ENTERPRISE, given=province.proof()).status_code == 303
