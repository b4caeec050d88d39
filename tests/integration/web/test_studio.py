"""The studio: who opens it, every part shown and kept, refusals with what was typed, the check beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import pytest
from werkzeug.datastructures import MultiDict

from core.domain.roles import Role, TenantKind
from core.persistence.db import db
from core.services.drafts.kept import TYPED
from tests import factories
from tests.counting import MOST, counted
from tests.factories import MadeTenant
from tests.integration.accounts.world import World
from tests.integration.onboarding.conftest import set_clock
from tests.integration.onboarding.season import OPENED, Season
from tests.integration.plans.maker import BEGUN, COMPLETED, NAME, Maker, admitted, begun, completed, laid
from tests.integration.plans.test_city import publish
from tests.integration.scenes import Scenes
from tests.integration.web.conftest import Visit
from tests.integration.web.forms import sent
from tests.integration.web.visitor import Visitor, path_of
from tests.unit.web.pages import faults_of

__all__ = ["set_clock"]

AUTOSAVE: Final = 11
"""Statements of a field that saves itself: two scopes and who it is, lock, plan, ban, sitting, part and edit,
calendar, city."""
STANDING: Final = re.compile(r'name="standing" value="([0-9a-f]+)"')
REVISION: Final = re.compile(r'name="revision" value="(\d+)"')


@dataclass
class Studio:
    """An enterprise with its plan, and its HR officer at the pages."""

    maker: Maker
    hr: Visitor
    unit: MadeTenant

    def address(self, page: str = "") -> str:
        return f"/units/{self.maker.tenant_id}/plans/{self.maker.plan_id}{page}"

    def page(self, part: str) -> str:
        return self.hr.page(self.address(f"/parts/{part}"))

    def revision(self, part: str) -> str:
        found = REVISION.search(self.page(part))
        assert found
        return found[1]

    def send(self, part: str, **entries: object) -> Any:
        """Send fields of a part; `` __`` in a name stands for ``/``."""
        fields: dict[str, object] = {"revision": self.revision(part)}
        fields |= {name.replace("__", "/"): each for name, each in entries.items()}
        return self.hr.post(self.address(f"/parts/{part}"), **fields)


@pytest.fixture
def season(world: World, set_clock: Any) -> Season:
    set_clock(OPENED)
    found = Season(world.connection, world.tenants)
    found.open_cycle()
    return found


@pytest.fixture
def studio(season: Season, visit: Visit, scenes: Scenes) -> Studio:
    return _at_work(laid(BEGUN, scenes, season, begun), visit)


@pytest.fixture
def written(season: Season, visit: Visit, scenes: Scenes) -> Studio:
    """The same with a plan that has no finding."""
    return _at_work(laid(COMPLETED, scenes, season, completed), visit)


def _at_work(maker: Maker, visit: Visit) -> Studio:
    unit = MadeTenant(maker.tenant_id, TenantKind.ENTERPRISE, NAME, factories.NANJING)
    return Studio(maker, visit((unit, Role.ENTERPRISE_HR)), unit)


# who opens it


@pytest.mark.parametrize("page", ["", "/parts/rubric", "/score-sheets", "/import", "/plan.yaml"])
def test_studio_is_open_to_those_who_make_the_plan_of_their_own_enterprise(
    studio: Studio, visit: Visit, world: World, page: str
) -> None:
    address = studio.address(page)
    for hat, status in (
        ((studio.unit, Role.ENTERPRISE_PRINCIPAL), 200),
        ((studio.unit, Role.EMPLOYEE), 404),
        ((world.tenants.city_hr, Role.CITY_HR), 404),
        ((world.tenants.enterprise, Role.ENTERPRISE_HR), 404),
    ):
        assert visit(hat).get(address).status_code == status, hat
    assert path_of(visit().get(address)) == "/sign-in"


def test_plan_of_another_enterprise_is_not_there_behind_the_own_address(
    studio: Studio, visit: Visit, world: World
) -> None:
    other = visit((world.tenants.enterprise, Role.ENTERPRISE_HR))
    address = f"/units/{world.tenants.enterprise.id}/plans/{studio.maker.plan_id}"
    assert other.get(address).status_code == 404
    assert studio.hr.get(studio.address()).status_code == 200


# the way in


def test_plan_is_begun_once_and_found_again(season: Season, visit: Visit) -> None:
    maker = admitted(season)
    unit = MadeTenant(maker.tenant_id, TenantKind.ENTERPRISE, NAME, factories.NANJING)
    hr, address = visit((unit, Role.ENTERPRISE_HR)), f"/units/{maker.tenant_id}/plans"
    assert "开始制定方案" in hr.page(address)
    answer = hr.post(address)
    assert answer.status_code == 303
    assert path_of(hr.get(address)) == path_of(answer)
    assert hr.post(address).status_code == 409


def test_enterprise_that_was_not_admitted_is_told_why(visit: Visit, world: World) -> None:
    answer = visit((world.tenants.enterprise, Role.ENTERPRISE_HR)).get(
        f"/units/{world.tenants.enterprise.id}/plans"
    )
    assert answer.status_code == 404
    assert "没有被确定为本年度试点企业" in answer.text


# every part


@pytest.mark.parametrize("standing", ["studio", "written"])
def test_pages_of_parts_are_well_formed(request: pytest.FixtureRequest, standing: str) -> None:
    studio: Studio = request.getfixturevalue(standing)
    for part in TYPED:
        text = studio.page(part)
        assert text.count("btn-primary") == 1, part
        assert TYPED[part] in text


def test_overview_names_what_stops_the_plan(studio: Studio) -> None:
    text = studio.hr.page(studio.address())
    assert "公示前还需处理" in text
    studio.maker.complete()
    assert "没有待处理的内容" in studio.hr.page(studio.address())


def test_omission_is_one_item_and_all_numbers_count_items(studio: Studio) -> None:
    text = studio.page("organisation")
    assert text.count("</span>方案内容：组织形式</span></h3>") == 1
    assert "同一缺项另有 2 条检查结果" in text
    badges = re.findall(r'is-(?:bad|warn)">(\d+)<', text.partition('id="sections"')[2].partition("</nav>")[0])
    stopping = re.findall(r"<b class[^>]*>(\d+) 项(?:阻断|说明)", text.partition('id="standing"')[2])
    assert sum(map(int, badges)) == sum(map(int, stopping)) > 0
    studio.send("organisation", **{"/section": "由评审委员会组织评审。"})
    assert studio.page("organisation").count("同一缺项另有") == text.count("同一缺项另有") - 1


def test_whole_form_sent_back_as_it_was_shown_changes_nothing(written: Studio) -> None:
    before = {part: written.maker.kept().revision(part) for part in TYPED}
    for part in TYPED:
        answer = written.hr.client.post(
            written.address(f"/parts/{part}"),
            data=MultiDict([*sent(written.page(part), "editor"), ("op", "save")]),
        )
        assert answer.status_code == 303, (part, answer.text[-400:])
    assert {part: written.maker.kept().revision(part) for part in TYPED} == before


def test_field_is_kept_and_checked_again(written: Studio) -> None:
    answer = written.send("incentives", __value__monthly_allowance_yuan="12,x")
    assert answer.status_code == 422
    assert "12,x" in answer.text
    assert faults_of(answer.text) == []
    answer = written.send("incentives", __value__monthly_allowance_yuan="３０００")
    assert answer.status_code == 303
    assert written.maker.value("incentives")["monthly_allowance_yuan"] == 3000


def test_autosave_answers_with_the_page_of_now(written: Studio) -> None:
    answer = written.send("rights_duties", __value__term_years="3", autosave="1")
    assert answer.status_code == 200
    assert "已保存" in answer.text
    found = REVISION.search(answer.text)
    assert found
    assert int(found[1]) == written.maker.kept().revision("rights_duties")


def test_autosave_answers_with_what_it_changed_and_no_more(written: Studio) -> None:
    shown = STANDING.search(written.page("rubric"))
    assert shown
    address, path = written.address("/parts/rubric"), "/value/based_on"
    token = written.hr.form_token()
    typed = {"csrf_token": token, "revision": written.revision("rubric"), "autosave": "1"}
    with counted(db.engine) as work:
        answer = written.hr.client.post(address, data={**typed, path: "本企业标准", "standing": shown[1]})
    assert work.statements <= AUTOSAVE, work
    assert 'id="kept"' in answer.text
    assert 'id="findings"' not in answer.text
    again = STANDING.search(answer.text)
    assert again
    assert again[1] == shown[1]
    now = {"revision": written.revision("rubric"), "standing": shown[1], "autosave": "1"}
    answer = written.hr.post(address, **now, **{"/value/modules/0/weight": "62"})
    assert "各项配分之和等于模块配分" in answer.text
    assert 'id="/value/modules/1-weight"' in answer.text
    assert shown[1] not in answer.text


def test_page_keeps_its_revision_while_it_does_not_show_what_others_did(
    written: Studio, visit: Visit
) -> None:
    principal = visit((written.unit, Role.ENTERPRISE_PRINCIPAL), name="傅临川")
    address, seen = written.address("/parts/rights_duties"), written.revision("rights_duties")
    assert principal.post(address, revision=seen, **{"/value/appraisal": "每年考核一次。"}).status_code == 303
    answer = written.hr.post(address, revision=seen, autosave="1", **{"/value/term_years": "4"})
    found = REVISION.search(answer.text)
    assert found
    assert found[1] == seen
    typed = {"revision": found[1], "autosave": "1", "/value/appraisal": "每半年考核一次。"}
    assert written.hr.post(address, **typed).status_code == 409
    assert written.maker.value("rights_duties")["appraisal"] == "每年考核一次。"


def test_field_typed_back_after_a_lost_answer_is_kept_and_a_whole_form_asks(studio: Studio) -> None:
    studio.maker.complete()
    seen, before = studio.revision("rights_duties"), studio.maker.value("rights_duties")["appraisal"]
    assert studio.send("rights_duties", __value__appraisal="每年考核一次。", autosave="1").status_code == 200
    address, back = studio.address("/parts/rights_duties"), {"revision": seen, "/value/appraisal": before}
    answer = studio.hr.post(address, **back)
    assert answer.status_code == 409
    assert "每年考核一次。" in answer.text
    assert studio.hr.post(address, **back, autosave="1").status_code == 200
    assert studio.maker.value("rights_duties")["appraisal"] == before


# two editors


def test_second_editor_sees_both_texts_and_chooses(written: Studio, visit: Visit) -> None:
    principal = visit((written.unit, Role.ENTERPRISE_PRINCIPAL), name="傅临川")
    address, seen = written.address("/parts/rights_duties"), written.revision("rights_duties")
    path = "/value/appraisal"
    assert written.hr.post(address, **{"revision": seen, path: "每年考核一次。"}).status_code == 303
    mine = {path: "每半年考核一次。", "revision": seen}
    answer = principal.post(address, **mine)
    assert answer.status_code == 409
    assert "每年考核一次。" in answer.text
    assert "每半年考核一次。" in answer.text
    assert faults_of(answer.text) == []
    now = REVISION.search(answer.text)
    assert now
    kept = {**mine, "revision": now[1], f"keep:{path}": "theirs"}
    assert principal.post(address, **kept).status_code == 303
    assert written.maker.value("rights_duties")["appraisal"] == "每年考核一次。"
    assert principal.post(address, **{**kept, f"keep:{path}": "mine"}).status_code == 303
    assert written.maker.value("rights_duties")["appraisal"] == "每半年考核一次。"


def test_list_that_another_editor_changed_loses_nothing_typed(written: Studio, visit: Visit) -> None:
    principal = visit((written.unit, Role.ENTERPRISE_PRINCIPAL), name="傅临川")
    seen = written.revision("complaints")
    assert written.send("complaints", op="move:1:0:/value/handlers").status_code == 303
    name, procedure = "/value/handlers/0/name", "/value/procedure"
    typed = {"revision": seen, name: "另一个人", procedure: "先受理，再核实。"}
    answer = principal.post(written.address("/parts/complaints"), **typed)
    assert answer.status_code == 409
    assert faults_of(answer.text) == []
    assert answer.text.count("另一个人") == 1  # to copy, not in the field, which is another person's now
    fields = dict(sent(answer.text, "editor"))
    assert fields[procedure] == "先受理，再核实。"
    assert principal.post(written.address("/parts/complaints"), **fields).status_code == 303
    found = written.maker.value("complaints")
    assert found["procedure"] == "先受理，再核实。"
    assert "另一个人" not in [each["name"] for each in found["handlers"]]


# lists


def test_items_are_added_moved_and_removed_with_what_was_typed_kept(written: Studio) -> None:
    handlers = written.maker.value("complaints")["handlers"]
    answer = written.send("complaints", op="add:::/value/handlers", __value__procedure="先受理，后调查。")
    assert answer.status_code == 303
    found = written.maker.value("complaints")
    assert len(found["handlers"]) == len(handlers) + 1
    assert found["procedure"] == "先受理，后调查。"
    written.send("complaints", op=f"move:{len(handlers)}:0:/value/handlers")
    written.send("complaints", op="remove:0::/value/handlers")
    assert written.maker.value("complaints")["handlers"] == handlers
    for op in ("move:9:0:/value/handlers", "remove:x", "fly:0", "add:::/value/nothing"):
        assert written.send("complaints", op=op).status_code == 422, op
    assert written.maker.value("complaints")["handlers"] == handlers


def test_occupation_of_the_catalogue_brings_its_certainty(studio: Studio) -> None:
    assert "6-18-02-04" in studio.hr.page(studio.address("/parts/occupations?q=焊工"))
    assert studio.send("occupations", op="occupation:6-31-01-04").status_code == 303
    added = studio.maker.value("occupations")[-1]
    assert (added["name"], added["certainty"]) == ("仪器仪表维修工", "unverified")
    assert studio.send("occupations", op="occupation:9-99-99-99").status_code == 422


# the committee


def test_committee_says_what_is_asked_of_each_post_and_where(studio: Studio) -> None:
    def told() -> str:
        card = studio.page("organisation").partition('id="composition"')[2].partition("<fieldset")[0]
        return re.sub(r"\s+|<[^>]+>", "", card)

    demanded = "主任委员1名现有0名", "副主任委员1名现有0名", "委员不少于5名现有0名", "不少于总人数的三分之一"
    assert [each for each in demanded if each not in told()] == []
    studio.maker.complete()
    assert "委员不少于5名现有0名" not in told()
    assert (
        studio.page("organisation").count('href="/text#a-2-p10"') == 2
    )  # beside it, and in the words of the rule


# the rubric


def test_weights_stay_at_one_hundred(written: Studio) -> None:
    assert written.send("rubric", __value__modules__0__weight="60").status_code == 303
    weights = [each["weight"] for each in written.maker.value("rubric")["modules"]]
    assert weights[0] == 60
    assert sum(weights) == 100
    answer = written.send(
        "rubric",
        __value__modules__0__weight="50",
        __value__modules__1__weight="30",
        __value__modules__2__weight="30",
    )
    assert answer.status_code == 422
    assert "合计 110 分" in answer.text
    assert [each["weight"] for each in written.maker.value("rubric")["modules"]] == weights


def test_hole_in_bands_is_seen_at_once(written: Studio) -> None:
    assert "没有对应档位" not in written.page("rubric")
    modules = written.maker.value("rubric")["modules"]
    place, item = next((n, each) for n, each in enumerate(modules[0]["items"]) if each.get("bands"))
    low = item["bands"][0]["min"]
    answer = written.send(
        "rubric", autosave="1", **{f"/value/modules/0/items/{place}/bands/0/min": str(low + 1)}
    )
    assert answer.status_code == 200
    assert f"{low} 分没有对应档位" in answer.text


# the schedule


def test_date_steps_by_working_days_and_a_late_plan_is_offered_ways(written: Studio) -> None:
    schedule = written.maker.value("schedule")
    assert "排得下" in written.page("schedule")
    written.send("schedule", op="day:interview:1")
    assert written.maker.value("schedule")["interview"] > schedule["interview"]
    late = {
        "__value__provincial_publicity_start": "2026-12-28",
        "__value__certificate_issue_end": "2026-12-31",
    }
    written.send("schedule", **late)
    text = written.page("schedule")
    assert "排不下" in text
    assert "“省级公示开始”定在2026年12月28日，按倒排最迟为2026年12月23日。由此“证书核发结束”最早到" in text
    assert text.count("晚于最迟日期") == text.count("晚于最迟日期 3 个工作日") == 1
    assert text.count("受前面环节影响") == 1  # the certificates, whose own day is not late
    assert "排得下的办法" in text
    assert "取消" not in text
    looked_at = written.hr.page(written.address("/parts/schedule?way=0"))
    assert looked_at.index("还没有采用") < looked_at.index('value="way:0"') < looked_at.index('id="timeline"')
    assert written.send("schedule", op="way:0").status_code == 303
    assert "排不下" not in written.page("schedule")
    assert written.send("schedule", op="way:7").status_code == 422


# resetting, files


def test_part_goes_back_to_the_reference_after_a_look(written: Studio) -> None:
    written.send("rubric", __value__modules__0__weight="60")
    assert "to=reference" in written.page("rubric")
    assert "可调整范围：可以改，列入偏离报告" in written.page("rubric")
    assert "疑为" not in written.page("rubric")
    assert "to=plugin" not in written.page("rubric")
    address = written.address("/parts/rubric/reset")
    assert "60" in written.hr.page(f"{address}?to=reference")
    assert written.hr.get(f"{address}?to=nowhere").status_code == 404
    stale = written.hr.post(address, to="reference", revision="0")
    assert stale.status_code in (303, 409)
    answer = written.hr.post(address, to="reference", revision=written.revision("rubric"))
    assert answer.status_code == 303
    assert written.maker.value("rubric")["modules"][0]["weight"] == 50
    assert "原文“平安意识”，疑为“安全意识”。" in written.page("rubric")


def test_plan_goes_out_and_in_without_loss(written: Studio) -> None:
    text = written.hr.get(written.address("/plan.yaml")).text
    answer = written.hr.post(written.address("/import"), text=text)
    assert answer.status_code == 200
    assert "没有不同" in answer.text
    changed = text.replace("term_years: ", "term_years: 1")
    answer = written.hr.post(written.address("/import"), text=changed)
    assert faults_of(answer.text) == []
    assert "导入这 1 个部分" in answer.text
    before = written.maker.value("rights_duties")["term_years"]
    revisions = {f"revision-{part}": str(written.maker.kept().revision(part)) for part in TYPED}
    assert (
        written.hr.post(written.address("/import"), text=changed, confirm="1", **revisions).status_code == 303
    )
    assert written.maker.value("rights_duties")["term_years"] == int(f"1{before}")


@pytest.mark.parametrize(("text", "words"), [("", "没有内容"), ("a: [", "YAML"), ("rubric: 3", "第 1 行")])
def test_file_that_is_no_plan_is_refused_by_line(studio: Studio, text: str, words: str) -> None:
    answer = studio.hr.post(studio.address("/import"), text=text)
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    assert words in answer.text


# who reads it


def test_plan_made_here_is_what_its_readers_see(written: Studio, visit: Visit, world: World) -> None:
    written.send("rights_duties", __value__appraisal="每季度考核一次。")
    city = visit((world.tenants.city_hr, Role.CITY_HR))
    address = f"/units/{written.maker.tenant_id}/plan"
    assert "每季度考核一次。" in city.page(address)
    for page in ("/check", "/deviations", "/diff"):
        city.page(address + page)
    assert address in city.page(f"/units/{written.maker.tenant_id}")
    assert city.get(address + "/diff?with=v1").status_code == 404
    other = visit((world.tenants.other_city_hr, Role.CITY_HR))
    assert other.get(address).status_code == 404


def test_finding_of_the_city_leads_to_its_document(studio: Studio) -> None:
    number = publish(studio.maker.season)
    studio.maker.complete()
    assert 'href="/city-requirements?cycle=' in studio.hr.page(studio.address())
    assert f'href="/city-requirements/{number}/file"' in studio.page("conditions")
    studio.maker.save("conditions", {"/value/paths/senior_technician/years_min": "15"})
    assert "/city-requirements/" not in studio.page("conditions").partition("<main")[2]


# what it costs


@pytest.mark.parametrize("page", ["", *(f"/parts/{part}" for part in TYPED)])
def test_page_costs_at_most_eight_statements(written: Studio, page: str) -> None:
    address = written.address(page)
    written.hr.page(address)  # templates are compiled, the plan is kept
    with written.hr.site.app_context():
        engine = db.engine
    with counted(engine) as work:
        written.hr.page(address)
    assert work.statements <= MOST, work


def test_home_shows_how_far_the_plan_is_and_which_rules_it_lacks(studio: Studio) -> None:
    """Whoever makes the plan sees its course and its checklist beside the tasks, in eight statements."""
    with studio.hr.site.app_context():
        engine = db.engine
    lacking = studio.hr.page("/tasks")
    assert '<li aria-current="step">\n        <span class="dot"></span>\n        <b>制定方案</b>' in lacking
    assert "处理后才能公示" in lacking
    with counted(engine) as work:
        studio.hr.page("/tasks")
    assert work.statements <= MOST, work
    studio.maker.complete()
    met = studio.hr.page("/tasks")
    assert "条款清单" in met
    assert "处理后才能公示" not in met
