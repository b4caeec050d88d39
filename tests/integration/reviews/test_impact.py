"""规则影响试算: a made-up edition names exactly the plans and places that it breaks, and nothing is written.

Seven versions and a draft of one cycle, held by hand against what ``tests/editions/js_stricter`` changes.
"""

from __future__ import annotations

import json
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy.orm import Session

from core.cli import run, shouxi
from core.config import Databases
from core.domain.roles import TenantKind
from core.domain.stages import PlanState
from core.persistence.scope import Scope
from core.persistence.session import reading
from core.rulebook.terms import Effect
from core.services import cycles, impact
from core.services.editions import edition
from core.services.impact import Rechecked
from tests import editions, factories
from tests.factories import SUZHOU, Tenants
from tests.integration.onboarding.conftest import SetClock
from tests.integration.onboarding.season import OPENED, uscc
from tests.integration.plans.maker import NAME, admitted
from tests.integration.reviews.world import REVIEWING, Reviews, Sent
from tests.integration.scenes import Scenes

STRICTER: Final = "js_stricter"
MEMBERS: Final = "/organisation/committee/members"
YEARS: Final = "/conditions/paths/senior_technician/years_min"
VOTE: Final = "/methods/direct/vote_fraction"
AS_STRICT: Final = (
    {"op": "replace", "path": VOTE, "value": [3, 4]},
    {"op": "replace", "path": YEARS, "value": 10},
    {
        "op": "add",
        "path": "/organisation/panels/0/members/-",
        "value": {"name": "岳听澜", "kind": "industry"},
    },
    {"op": "add", "path": "/rubric/deviation_reason", "value": "突出现场解决问题的能力。"},
)
"""What makes the plan of Suzhou keep the made-up edition."""
NOT_FILED: Final = {"op": "replace", "path": "/complaints/report_to_city", "value": False}
NO_PLATFORM: Final = {"op": "remove", "path": "/incentives/work_platform"}
NO_FACTOR: Final = {"op": "replace", "path": "/rubric/modules/2/factors", "value": ["mentoring"]}

BREAKS: Final = {
    # the plan of Suzhou as it is, under review: 3 experts of industry, 2/3 of the votes, 8 years
    ("报送的企业", "第 1 版", "JS-2.4-panel-industry-experts", "/organisation/panels/0/members"),
    ("报送的企业", "第 1 版", "JS-A2-direct-two-thirds", VOTE),
    ("报送的企业", "第 1 版", "JS-1.2-path-senior-8y", YEARS),
    # and weights 45 and 25, five away from the reference, without a reason
    ("报送的企业", "第 1 版", "JS-A3-weights-reference", "/rubric/modules/0/weight"),
    ("报送的企业", "第 1 版", "JS-A3-weights-reference", "/rubric/modules/1/weight"),
    # that of Nanjing, approved: 5 external of 13, no direct route, weights 55 and 25
    ("批准的企业", "第 1 版", "JS-A2-external-one-third", MEMBERS),
    ("批准的企业", "第 1 版", "JS-1.2-path-senior-8y", YEARS),
    ("批准的企业", "第 1 版", "MU-direct-open", "/methods/routes"),
    ("批准的企业", "第 1 版", "JS-A3-weights-reference", "/rubric/modules/0/weight"),
    ("批准的企业", "第 1 版", "JS-A3-weights-reference", "/rubric/modules/2/weight"),
    # being publicised: strict but for the reason of its weights
    ("公示的企业", "第 1 版", "JS-A3-weights-reference", "/rubric/modules/0/weight"),
    ("公示的企业", "第 1 版", "JS-A3-weights-reference", "/rubric/modules/1/weight"),
    # a warning that blocks, waiting for the province; what was returned before is not live
    ("评估的企业", "第 2 版", "JS-A2-complaint-file-city", "/complaints/report_to_city"),
    # the plan of Xuzhou, typed and not publicised: 7 members, 3 external of 9
    (NAME, "草稿", "JS-A2-members-min-5", MEMBERS),
    (NAME, "草稿", "JS-A2-external-one-third", MEMBERS),
    (NAME, "草稿", "JS-A2-direct-two-thirds", VOTE),
    (NAME, "草稿", "JS-1.2-path-senior-8y", YEARS),
}
"""By hand: enterprise, version, rule, path."""
PASSES: Final = {("照办的企业", "第 1 版"), ("豁免的企业", "第 1 版")}
"""One keeps the made-up edition; one is stopped by both, and both let it through where that was waived."""


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    editions.install(monkeypatch)


@pytest.fixture
def world(
    session: Session, superuser: psycopg.Connection, tenants: Tenants, set_clock: SetClock, scenes: Scenes
) -> Reviews:
    def arranged() -> Reviews:
        set_clock(OPENED)
        found = Reviews(superuser, tenants)
        found.open()
        draft = admitted(found)
        draft.open()
        draft.complete()
        admitted(found, number=uscc(2), name="没有动笔的企业").open()
        set_clock(REVIEWING)
        send(found)
        return found

    return scenes.laid("plans for another edition", superuser, arranged)


def send(world: Reviews) -> None:
    """The versions of the table."""

    def unit(name: str) -> Any:
        return factories.tenant(world.superuser, TenantKind.ENTERPRISE, name, SUZHOU)

    world.sent(unit=unit("报送的企业"))
    decided(world, world.sent(unit=unit("批准的企业"), direct=True), PlanState.APPROVED)
    world.sent(AS_STRICT[:-1], unit=unit("公示的企业"), state=PlanState.PUBLICISED)
    again = unit("评估的企业")
    decided(world, world.sent(unit=again), PlanState.RETURNED)
    world.sent([*AS_STRICT, NOT_FILED], unit=again, state=PlanState.REVIEWED, number=2)
    decided(world, world.sent(AS_STRICT, unit=unit("照办的企业")), PlanState.APPROVED)
    waived = world.sent([*AS_STRICT, NO_PLATFORM, NO_FACTOR], unit=unit("豁免的企业"))
    world.superuser.execute(
        "insert into plan_waiver (tenant_id, version_id, rule, role, reason, decided_by, decided_name)"
        " values (%s, %s, 'JS-4-work-platform', 'city_hr', '工作室在建。', %s, '邵知微')",
        [waived.tenant_id, waived.id, world.suzhou_hr.person_id],
    )


def decided(world: Reviews, of: Sent, state: PlanState) -> None:
    world.superuser.execute(
        "update plan_version set state = %s, decided_by = %s, decided_name = '沈屹川',"
        " decided_role = 'province_centre', decided_reason = '见意见。', decided_at = app_now()"
        " where id = %s",
        [state.value, world.centre.person_id, of.id],
    )


def rows_of(found: list[Rechecked]) -> set[tuple[str, str, str, str]]:
    return {(*called(each), broken.rule, broken.path) for each in found for broken in each.breaks}


def called(found: Rechecked) -> tuple[str, str]:
    return found.plan.enterprise, f"第 {found.version.number} 版" if found.version else "草稿"


def rechecked(name: str, scope: Scope | None = None) -> list[Rechecked]:
    with reading(scope or Scope(reads="*")) as session:
        opened = cycles.latest(session)
        assert opened
        return list(impact.every(session, opened, edition(name)))


def test_exactly_what_breaks_is_named_with_before_and_after(world: Reviews) -> None:
    found = rechecked(STRICTER)
    assert rows_of(found) == BREAKS
    assert {called(each) for each in found if each.passes} == PASSES
    (filed,) = [each for plan in found for each in plan.breaks if each.rule == "JS-A2-complaint-file-city"]
    assert (filed.now, filed.after.effect) == (Effect.WARN, Effect.BLOCK)
    (few,) = [each for plan in found for each in plan.breaks if each.rule == "JS-A2-members-min-5"]
    assert few.now is None
    assert few.after.message.startswith("委员 7 名（主任委员、副主任委员除外），至少需要 8 名。")
    assert rows_of(rechecked("js2023")) == set()
    assert len(rechecked("js2023", world.scope(world.suzhou_hr))) == len(found) - 1


@pytest.fixture
def _environment(database: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUXI_ENV", "test")
    monkeypatch.setenv("DATABASE_URL", database.user_url)
    monkeypatch.setenv("DATABASE_OWNER_URL", database.owner_url)


@pytest.mark.usefixtures("_environment")
def test_the_command_says_the_same(world: Reviews, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shouxi, ["rules", "impact", STRICTER, "--format", "json"]) == 1
    told = capsys.readouterr()
    lines = [json.loads(line) for line in told.out.splitlines()]
    named = {
        (
            line["enterprise"],
            f"第 {line['version']} 版" if line["version"] else "草稿",
            each["rule"],
            each["path"],
        )
        for line in lines
        for each in line["breaks"]
    }
    assert named == BREAKS
    assert [line["state"] for line in lines if line["ok"]] == ["approved", "submitted"]
    assert told.err == (
        "2026 年度，现行 js2023，试算 js_stricter：方案 7 份，2 份仍通过，5 份将不通过，0 份无法试算。\n"
    )
    assert run(shouxi, ["rules", "impact", STRICTER]) == 1
    told = capsys.readouterr()
    assert "照办的企业" not in told.out
    assert "公示的企业  第 1 版，公示中\n  1  业绩评价配分 45 分，参考配分 50 分，" in told.out
    assert run(shouxi, ["rules", "impact", "js2023"]) == 0
    assert capsys.readouterr().out == ""
    assert run(shouxi, ["rules", "impact", "js2099"]) == 2
    told = capsys.readouterr()
    assert told.err == "shouxi：没有安装版本“js2099”，已安装的有 js2023、js_stricter。从中选一个。\n"


@pytest.mark.usefixtures("_environment")
def test_a_draft_whose_plugin_fails_cannot_be_checked(
    world: Reviews, capsys: pytest.CaptureFixture[str]
) -> None:
    world.superuser.execute(
        "insert into tenant_plugin (tenant_id, name, position, added_by) select tenant_id, 'gone', 1, %s"
        " from plan where enterprise = %s",
        [world.centre.person_id, NAME],
    )
    assert run(shouxi, ["rules", "impact", "js2023"]) == 2
    told = capsys.readouterr()
    assert told.out.startswith(f"{NAME}  草稿\n  无法试算：")
    assert "没有名为 gone 的共用插件" in told.out
    assert told.err.endswith("方案 7 份，6 份仍通过，0 份将不通过，1 份无法试算。\n")


@pytest.mark.usefixtures("session", "_environment")
def test_without_a_cycle_nothing_can_be_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shouxi, ["rules", "impact", STRICTER]) == 2
    assert capsys.readouterr().err == "shouxi：还没有启动年度，没有方案可以试算。年度启动后再试算。\n"
