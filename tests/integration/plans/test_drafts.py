"""Making a plan: begun once from the dossier, compiled from what is typed, the code and the plugins."""

from __future__ import annotations

import pytest

from core.audit import Action
from core.domain.errors import NotAPlan
from core.domain.frozen import content_hash
from core.domain.records import plain
from core.domain.roles import Role
from core.persistence.session import act
from core.plandoc.typed import NoSuchPlace
from core.services import tenants
from core.services.accounts.answers import Conflict, NotAllowed
from core.services.drafts import opening
from core.services.drafts.compiling import plugins_answer
from core.services.drafts.editing import Item, ListOp
from core.services.drafts.resetting import Source
from tests import factories
from tests.factories import MadeTenant
from tests.integration.onboarding.season import Season
from tests.integration.plans.maker import XUZHOU, Maker, admitted, answers

WEIGHTS = "/value/modules/0/weight"


def folder_number(slug: str) -> str:
    return tenants.installation().tenant(slug).uscc


def test_a_plan_begins_with_the_dossier_and_the_reference(maker: Maker) -> None:
    draft = maker.draft()
    plan = draft.checked.plan
    assert plain(plan)["enterprise"]["uscc"] == maker.uscc
    assert plan.nomination
    assert plan.nomination.nominated_by_role == "city_centre"
    assert plan.nomination.submitted_at is not None
    by = {part: who.plugin for part, who in draft.checked.answered.items()}
    assert by["rubric"] == by["methods"] == "js_reference"
    assert "occupations" not in by
    assert {each.part for each in draft.parts if each.editable} == {*(each.part for each in draft.parts)}
    assert not draft.ready
    rules = {each.rule for each in draft.checked.findings}
    assert "JS-2.2-plan-publicised-staff" in rules
    assert "JS-2.2-plan-publicised-staff" not in {each.rule for each in draft.checked.of_draft}
    ((action, name, changes, _),) = maker.events()
    assert (action, name) == (Action.PLAN_OPEN, "沈知行")
    assert changes["cycle"] == [None, "2026 年度"]


def test_a_plan_begins_once(maker: Maker) -> None:
    with pytest.raises(Conflict, match="已经开始制定"):
        maker.open()
    assert len(maker.events("plan:open")) == 1


def test_only_the_enterprise_begins_its_plan(season: Season) -> None:
    maker = admitted(season)
    unit = MadeTenant(maker.tenant_id, maker.hr.tenant_kind, "", factories.NANJING)
    employee = factories.actor(season.superuser, unit, Role.EMPLOYEE, "骆无咎")
    with pytest.raises(NotAllowed, match="职工不能办理"):
        maker.open(employee)
    assert maker.open(maker.principal)


def test_an_enterprise_that_was_not_admitted_has_no_plan_to_begin(season: Season) -> None:
    season.open_cycle()
    tenant = season.tenants.enterprise
    who = factories.actor(season.superuser, tenant, Role.ENTERPRISE_HR, "沈知行")
    with act(season.scope(who)) as session, pytest.raises(LookupError):
        opening.scope_to_open(session, season.scope(who))


def test_what_a_bound_folder_has_typed_is_taken_over_and_its_code_answers(season: Season) -> None:
    suzhou = admitted(season, folder_number("suzhou_guxu"), "苏州姑胥微电子科技股份有限公司（虚构）")
    suzhou.open()
    draft = suzhou.draft()
    by = {part: who.plugin for part, who in draft.checked.answered.items()}
    assert by["rubric"] == by["complaints"] == "tenant:suzhou_guxu"
    assert by["occupations"] == "studio"
    offered = {part: plugins_answer(draft.plan, part) for part in ("rubric", "occupations")}
    assert offered == {"rubric": True, "occupations": False}
    folder = tenants.compile_tenant("suzhou_guxu", draft.plan.cycle)
    assert content_hash(draft.checked.plan, "js2023") == content_hash(folder.draft, "js2023")


def test_typed_answers_take_the_place_of_the_folder_s(season: Season) -> None:
    xuzhou = admitted(season, folder_number(XUZHOU), "徐州彭岳重工机械股份有限公司（虚构）")
    xuzhou.open()
    before = xuzhou.draft().checked.answered["schedule"].code_hash
    xuzhou.save("incentives", {"/value/monthly_allowance_yuan": "9001"})
    assert xuzhou.value("incentives")["monthly_allowance_yuan"] == 9001
    assert xuzhou.draft().checked.answered["schedule"].code_hash != before


def test_a_plan_that_is_typed_whole_has_no_finding_of_its_draft(maker: Maker) -> None:
    maker.complete()
    draft = maker.draft()
    assert [each.rule for each in draft.checked.of_draft if each.stops] == []
    assert draft.ready
    assert {each.answerer and each.answerer.plugin for each in draft.parts[:9]} == {"studio"}


def test_the_first_change_takes_the_plugin_s_answer_over(maker: Maker) -> None:
    reference = maker.value("rubric")
    saved = maker.save("rubric", {WEIGHTS: "45"})
    assert (saved.revision, saved.changed) == (1, (WEIGHTS,))
    reference["modules"][0]["weight"] = 45
    assert maker.value("rubric") == reference
    line = next(each for each in maker.draft().parts if each.part == "rubric")
    assert (line.typed, line.changed_name) == (True, "沈知行")


def test_what_is_typed_wrongly_comes_back_by_place_and_nothing_is_kept(maker: Maker) -> None:
    with pytest.raises(NotAPlan) as refused:
        maker.save("rubric", {WEIGHTS: "四十五", "/value/modules/1/weight": "25"})
    ((path, message),) = [(each.path, each.message) for each in refused.value.faults]
    assert path == WEIGHTS
    assert message.startswith("应为数字，实际为“四十五”。")
    assert maker.kept().parts == {}
    assert maker.save("rubric", {WEIGHTS: "４５", "/value/modules/1/weight": "25"}).revision == 1


@pytest.mark.parametrize("path", ["/value/modules/9/weight", "/value/nothing", "/nothing", "/section/x", ""])
def test_a_place_that_no_answer_has_is_refused(maker: Maker, path: str) -> None:
    with pytest.raises(NoSuchPlace):
        maker.save("methods", {path: "1"})
    assert maker.save("methods", {"/value/performance/quota": "3"}).changed


def test_texts_without_end_and_control_characters_are_refused(maker: Maker) -> None:
    with pytest.raises(NotAPlan, match="格式不符"):
        maker.save("incentives", {"/section": "长" * 5001})
    with pytest.raises(NotAPlan):
        maker.save("incentives", {"/section": "零\x00"})
    assert maker.save("incentives", {"/section": "长" * 5000}).revision == 1


def test_shares_lines_and_flags_are_typed_as_people_write_them(maker: Maker) -> None:
    maker.save("methods", {"/value/performance/vote_fraction": "3/4", "/value/secret_ballot": "true"})
    maker.save("rights_duties", {"/value/rights": "立项提名权\n\n 带徒津贴 \n"})
    assert maker.value("methods")["performance"]["vote_fraction"] == [3, 4]
    assert maker.value("methods")["secret_ballot"] is True
    assert maker.value("rights_duties")["rights"] == ["立项提名权", "带徒津贴"]


def test_items_are_added_moved_and_removed(maker: Maker) -> None:
    def names() -> list[str]:
        return [each.get("name", "") for each in maker.value("occupations")]

    for name in ("焊工", "钳工"):
        maker.listed("occupations", ListOp.ADD, Item(path="/value", raw={"name": name}))
    maker.listed("occupations", ListOp.ADD, Item(path="/value", index=0, raw={"name": "电工"}))
    assert names() == ["电工", "焊工", "钳工"]
    maker.listed("occupations", ListOp.MOVE, Item(path="/value", index=0, to=2))
    assert names() == ["焊工", "钳工", "电工"]
    maker.listed("occupations", ListOp.REMOVE, Item(path="/value", index=1))
    assert names() == ["焊工", "电工"]
    maker.listed("conditions", ListOp.REMOVE, Item(path="/value/paths", index="full_senior_title"))
    assert set(maker.value("conditions")["paths"]) == {"special_technician", "senior_technician"}
    with pytest.raises(NoSuchPlace):
        maker.listed("occupations", ListOp.REMOVE, Item(path="/value", index=2))


def test_a_part_goes_back_to_whoever_answers_it(maker: Maker) -> None:
    reference = maker.value("rubric")
    maker.save("rubric", {WEIGHTS: "45"})
    maker.reset("rubric")
    assert maker.value("rubric") == reference
    assert maker.draft().checked.answered["rubric"].plugin == "js_reference"
    maker.save("rubric", {WEIGHTS: "40"})
    maker.reset("rubric", Source.REFERENCE)
    assert maker.value("rubric") == reference
    assert maker.draft().checked.answered["rubric"].plugin == "studio"
    with pytest.raises(Conflict, match="省级参考没有"):
        maker.reset("occupations", Source.REFERENCE)


def test_a_plan_file_is_taken_in_without_loss_and_what_is_the_same_is_left(
    season: Season, maker: Maker
) -> None:
    other = admitted(season, folder_number("suzhou_guxu"), "苏州姑胥微电子科技股份有限公司（虚构）")
    other.open()
    plan = other.draft().checked.plan
    found = maker.take_in(plan)
    assert not found.refused
    taken = maker.draft().checked.plan
    assert taken.enterprise != plan.enterprise
    assert content_hash(taken, "js2023") == content_hash(plan, "js2023")
    assert maker.take_in(plan).parts == ()
    assert "conditions" in {each.part for each in found.taken}
    assert len(maker.events("plan:import")) == len(found.taken)


def test_a_returned_plan_is_open_in_the_flagged_parts_alone(maker: Maker) -> None:
    maker.season.superuser.execute("update plan set unlocked = '{rubric}'")
    with pytest.raises(Conflict, match="“评审方式”没有退回"):
        maker.save("methods", {"/value/performance/quota": "3"})
    assert maker.save("rubric", {WEIGHTS: "45"}).revision == 1
    found = maker.take_in(tenants.compile_tenant(XUZHOU).draft)
    assert {each.part for each in found.taken} == {"rubric"}
    assert "methods" in {each.part for each in found.refused}
    assert maker.kept().typed("methods") is None


def test_only_those_of_the_enterprise_who_prepare_the_plan_edit_it(maker: Maker) -> None:
    with pytest.raises(NotAllowed, match="工作方案由试点企业制定"):
        maker.save("rubric", {WEIGHTS: "45"}, who=maker.season.city_hr, revision=0)
    unit = MadeTenant(maker.tenant_id, maker.hr.tenant_kind, "", factories.NANJING)
    employee = factories.actor(maker.season.superuser, unit, Role.EMPLOYEE, "骆无咎")
    with pytest.raises(NotAllowed, match="职工不能修改"):
        maker.save("rubric", {WEIGHTS: "45"}, who=employee)
    assert maker.save("rubric", {WEIGHTS: "45"}, who=maker.principal).revision == 1


def test_every_part_of_the_demo_can_be_typed() -> None:
    assert len(answers()) == 9
