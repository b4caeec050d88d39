"""The plan of an enterprise: who reads it, the plan in full, its report, deviations and differences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from core.domain.records import plain
from core.domain.roles import Role, TenantKind
from core.services.checked import checked_plans
from core.services.editions import CURRENT
from core.services.tenants import list_tenants
from tests import factories
from tests.factories import NANJING, MadeTenant
from tests.integration.accounts.world import World
from tests.integration.web.conftest import Visit
from tests.integration.web.visitor import Visitor, path_of
from tests.unit.web.pages import Page, faults_of, read_page

SLUGS = [tenant.slug for tenant in list_tenants().tenants]
SUZHOU, NANJINGS = "suzhou_guxu", "nanjing_hongneng"
PAGES = ["", "/check", "/deviations", "/diff"]


@dataclass(frozen=True)
class Reader:
    """Somebody of the province, and the enterprises of the installation by their folder."""

    visitor: Visitor
    units: dict[str, MadeTenant]

    def address(self, slug: str, page: str = "") -> str:
        return f"/units/{self.units[slug].id}/plan{page}"

    def page(self, slug: str, page: str = "") -> Page:
        return read_page(self.visitor.page(self.address(slug, page)))


@pytest.fixture
def units(world: World, superuser: psycopg.Connection) -> dict[str, MadeTenant]:
    """The enterprises of the installation, all of them in 南京."""
    made = {}
    for slug in SLUGS:
        name = checked_plans().of(slug).compiled.tenant.name
        made[slug] = factories.tenant(superuser, TenantKind.ENTERPRISE, name, NANJING)
        superuser.execute("update tenant set slug = %s where id = %s", [slug, made[slug].id])
    return made


@pytest.fixture
def reader(visit: Visit, world: World, units: dict[str, MadeTenant]) -> Reader:
    return Reader(visit((world.tenants.province_centre, Role.PROVINCE_CENTRE)), units)


# who reads it


@pytest.mark.parametrize("page", [*PAGES, "/check.json"])
def test_stranger_is_asked_to_sign_in(visit: Visit, units: dict[str, MadeTenant], page: str) -> None:
    answer = visit().get(f"/units/{units[SUZHOU].id}/plan{page}")
    assert (answer.status_code, path_of(answer)) == (303, "/sign-in")


@pytest.mark.parametrize("page", [*PAGES, "/check.json"])
def test_plan_is_read_in_its_enterprise_and_in_its_city(
    visit: Visit, world: World, units: dict[str, MadeTenant], page: str
) -> None:
    address = f"/units/{units[SUZHOU].id}/plan{page}"
    for hat, status in (
        ((units[SUZHOU], Role.EMPLOYEE), 200),
        ((world.tenants.city_industry, Role.CITY_INDUSTRY), 200),
        ((units[NANJINGS], Role.ENTERPRISE_PRINCIPAL), 404),
        ((world.tenants.other_city_hr, Role.CITY_HR), 404),
        ((world.tenants.platform, Role.AUDIT_ADMIN), 404),
    ):
        assert visit(hat).get(address).status_code == status, hat


def test_difference_from_a_plan_out_of_reach_is_not_shown(visit: Visit, units: dict[str, MadeTenant]) -> None:
    visitor = visit((units[SUZHOU], Role.EMPLOYEE))
    address = f"/units/{units[SUZHOU].id}/plan/diff"
    assert visitor.get(f"{address}?with={units[NANJINGS].id}").status_code == 404
    name = checked_plans().of(NANJINGS).compiled.tenant.name
    assert name not in visitor.page(address)


# every page


@pytest.mark.parametrize("slug", SLUGS)
def test_pages_are_well_formed(reader: Reader, slug: str) -> None:
    for page in PAGES:
        reader.page(slug, page)
    for other in reader.units.values():
        reader.page(slug, f"/diff?with={other.id}")


def test_unit_without_a_plan_is_explained(reader: Reader, world: World) -> None:
    answer = reader.visitor.get(f"/units/{world.tenants.enterprise.id}/plan")
    assert answer.status_code == 404
    assert faults_of(answer.text) == []
    assert "从单位名录中选择试点企业。" in answer.text


@pytest.mark.parametrize("other", ["nobody", "0", "999999", "٣", "-1"])
def test_difference_from_no_plan_is_not_there(reader: Reader, other: str) -> None:
    answer = reader.visitor.get(reader.address(SUZHOU, f"/diff?with={other}"))
    assert answer.status_code == 404
    assert faults_of(answer.text) == []


# the plan


@pytest.mark.parametrize("slug", SLUGS)
def test_plan_page_says_everything_the_plan_says(reader: Reader, slug: str) -> None:
    shown = "".join(reader.page(slug).text["main"][0].split())
    draft = checked_plans().of(slug).compiled.draft
    unsaid = [words for words in texts(plain(draft)) if "".join(words.split()) not in shown]
    assert [words for words in unsaid if not is_code(words)] == []


def texts(data: Any) -> list[str]:
    """Every text in a plan as plain data."""
    if isinstance(data, dict):
        return [words for each in data.values() for words in texts(each)]
    if isinstance(data, list):
        return [words for each in data for words in texts(each)]
    return [data] if isinstance(data, str) else []


def is_code(words: str) -> bool:
    """Codes and dates are shown in words of their own."""
    return words.isascii() and not words.startswith("9132")


@pytest.mark.parametrize(
    "said",
    [
        "486,200 万元",
        "2026年11月27日（周五）",
        "共 11 名：主任委员 1 名、副主任委员 1 名、委员 9 名。外聘 5 名，3 × 5 = 15，不少于 11。",
        "企业专家 2 人、行业专家 3 人。",
        "比照正高级职称人员",
        "特级技师，半导体分立器件和集成电路装调工，2025年9月1日取得，与评审职业相关",
        "5~8.5分",
    ],
)
def test_plan_page_speaks_official_words(reader: Reader, said: str) -> None:
    assert said in reader.page(SUZHOU).text["main"][0]


def test_graded_items_show_grade_and_points(reader: Reader) -> None:
    page = reader.page(NANJINGS)
    assert {"优秀", "良好", "合格", "不合格"} <= set(page.text["td"])


def test_plan_page_names_who_answered_with_version_and_digest(reader: Reader) -> None:
    words = reader.page(NANJINGS).text["main"][0]
    for answerer in checked_plans().of(NANJINGS).compiled.answered.values():
        assert answerer.code_hash in words
        assert answerer.version in words


def test_digest_is_whole_and_can_be_copied(reader: Reader) -> None:
    digest = checked_plans().of(SUZHOU).report.content_hash
    assert digest in reader.page(SUZHOU).values("data-copy")


# report, deviations, differences


def test_report_shows_each_finding_with_reason_and_a_link_to_its_place(reader: Reader) -> None:
    page = reader.page(SUZHOU, "/check")
    assert any(words.startswith("已说明理由：") for words in page.text["p"])
    (link,) = [each for each in page.values("href") if each.startswith(f"{reader.address(SUZHOU)}#")]
    ids = reader.page(SUZHOU).values("id")
    assert link.partition("#")[2] in ids


def test_unchecked_rules_are_not_among_the_passed(reader: Reader) -> None:
    page = reader.page(SUZHOU, "/check")
    listed = {each.removeprefix("/rules/") for each in page.values("href") if each.startswith("/rules/")}
    assert listed <= {check.rule for check in CURRENT.checks}
    assert any(words.startswith("通过：70 条规则") for words in page.text["summary"])


def test_report_as_json_is_that_of_the_command_line(reader: Reader) -> None:
    answer = reader.visitor.get(reader.address(SUZHOU, "/check.json"))
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="suzhou_guxu-check.json"'
    assert json.loads(answer.text) == checked_plans().of(SUZHOU).report.as_json()


def test_deviation_report_shows_both_values_the_difference_and_the_reason(reader: Reader) -> None:
    words = reader.page(SUZHOU, "/deviations").text["main"][0]
    for said in ("面试答辩 · 配分", "+5 分", "限幅", "参考值", "集成电路产线失效分析能力是核心技能"):
        assert said in words


def test_differences_come_in_the_words_of_a_reviewer(reader: Reader) -> None:
    page = reader.page(SUZHOU, "/diff")
    assert "面试答辩配分 由 20 改为 25" in page.text["li"]
    assert page.text["del"][:1] == ["算术平均"]


def test_plan_set_beside_itself_is_set_beside_the_reference(reader: Reader) -> None:
    page = reader.page(SUZHOU, f"/diff?with={reader.units[SUZHOU].id}")
    assert "面试答辩配分 由 20 改为 25" in page.text["li"]
