"""Two people edit one plan: nothing typed is lost, and the second is told what the first did."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from core.services.accounts.answers import Conflict
from core.services.drafts.clashes import EditConflict
from core.services.drafts.editing import Item, ListOp
from tests.integration.onboarding.chains import at_once
from tests.integration.onboarding.conftest import SetClock
from tests.integration.onboarding.season import OPENED
from tests.integration.plans.maker import Maker
from tests.scale import examples

BASIS = "/value/based_on"
FIRST, SECOND, THIRD = (f"/value/modules/{place}/weight" for place in range(3))


def weights(maker: Maker) -> list[int]:
    return [each["weight"] for each in maker.value("rubric")["modules"]]


def test_changes_of_different_fields_merge_and_the_second_is_told(maker: Maker) -> None:
    maker.save("rubric", {FIRST: "45"}, revision=0)
    saved = maker.save("rubric", {SECOND: "25"}, who=maker.principal, revision=0)
    assert weights(maker) == [45, 25, 30]
    assert saved.revision == 2
    ((who, words),) = [(each.who, each.words) for each in saved.others]
    assert (who, words) == ("沈知行", "评分标准 · 业绩评价 · 配分")


def test_one_field_changed_by_two_is_a_conflict_that_carries_both(maker: Maker) -> None:
    maker.save("rubric", {FIRST: "45"}, revision=0)
    with pytest.raises(EditConflict) as refused:
        maker.save("rubric", {FIRST: "40", THIRD: "40"}, who=maker.principal, revision=0)
    (clash,) = refused.value.clashes
    assert (clash.path, clash.yours, clash.theirs, clash.who) == (FIRST, "40", 45, "沈知行")
    assert clash.when.date() == OPENED.date()
    assert refused.value.message.startswith("“评分标准 · 业绩评价 · 配分”已由沈知行于2026年11月2日")
    assert weights(maker) == [45, 20, 30]  # of one call everything or nothing
    again = {FIRST: "40", THIRD: "40"}
    maker.save("rubric", again, who=maker.principal, revision=refused.value.revision)
    assert weights(maker) == [40, 20, 40]


def test_a_form_that_sends_all_its_fields_changes_only_what_was_changed_in_it(maker: Maker) -> None:
    form = {FIRST: "50", SECOND: "20", THIRD: "30"}
    maker.save("rubric", form | {FIRST: "45"}, revision=0, whole=True)
    saved = maker.save("rubric", form | {SECOND: "25"}, who=maker.principal, revision=0, whole=True)
    assert saved.changed == (SECOND,)
    assert weights(maker) == [45, 25, 30]


def test_what_is_typed_back_after_a_lost_answer_is_kept_and_nothing_of_others_undone(maker: Maker) -> None:
    maker.save("rubric", {FIRST: "45"}, revision=0)  # the page never heard of it
    maker.save("rubric", {SECOND: "25"}, who=maker.principal, revision=1)
    saved = maker.save("rubric", {FIRST: "50", SECOND: "20"}, revision=0)
    assert saved.changed == (FIRST,)
    assert weights(maker) == [50, 25, 30]


def test_what_another_made_of_it_meanwhile_is_not_typed_back(maker: Maker) -> None:
    maker.save("rubric", {FIRST: "45"}, revision=0)
    maker.save("rubric", {FIRST: "40"}, who=maker.principal, revision=1)
    with pytest.raises(EditConflict) as refused:
        maker.save("rubric", {FIRST: "50"}, revision=0)
    ((yours, theirs, who),) = [(each.yours, each.theirs, each.who) for each in refused.value.clashes]
    assert (yours, theirs, who) == ("50", 40, "傅临川")


def test_a_form_opened_before_ones_own_change_is_told_of_it(maker: Maker) -> None:
    form = {FIRST: "50", SECOND: "20", THIRD: "30"}
    maker.save("rubric", {FIRST: "45"}, revision=0)
    with pytest.raises(EditConflict) as refused:
        maker.save("rubric", form | {SECOND: "25"}, revision=0, whole=True)
    ((path, yours, theirs),) = [(each.path, each.yours, each.theirs) for each in refused.value.clashes]
    assert (path, yours, theirs) == (FIRST, "50", 45)
    assert weights(maker) == [45, 20, 30]
    maker.save("rubric", form | {SECOND: "25"}, revision=refused.value.revision, whole=True)
    assert weights(maker) == [50, 25, 30]


def test_the_same_value_from_both_is_no_conflict(maker: Maker) -> None:
    maker.save("rubric", {FIRST: "45"}, revision=0)
    saved = maker.save("rubric", {FIRST: "45.0"}, who=maker.principal, revision=0)
    assert (saved.revision, saved.changed) == (1, ())


def test_nobody_is_in_conflict_with_themselves(maker: Maker) -> None:
    maker.save("rubric", {FIRST: "45"}, revision=0)
    assert maker.save("rubric", {FIRST: "40"}, revision=0).revision == 2
    assert weights(maker) == [40, 20, 30]


def test_below_a_list_that_was_reordered_nothing_lands_in_the_wrong_item(maker: Maker) -> None:
    for name in ("焊工", "钳工"):
        maker.listed("occupations", ListOp.ADD, Item(path="/value", raw={"name": name}))
    maker.listed("occupations", ListOp.MOVE, Item(path="/value", index=0, to=1))
    with pytest.raises(EditConflict, match=r"“评审职业（工种）”已由沈知行于.*增删、调整"):
        maker.save("occupations", {"/value/0/quota": "2"}, who=maker.principal, revision=2)
    seen = {"/value/0/name": "焊工", "/value/1/name": "钳工"}
    assert maker.save("occupations", seen, who=maker.principal, revision=2).changed == ()
    maker.save("occupations", {"/value/0/quota": "2"}, who=maker.principal, revision=3)
    assert maker.value("occupations") == [{"name": "钳工", "quota": 2}, {"name": "焊工"}]


def test_a_list_that_somebody_else_has_changed_the_part_of_is_not_touched(maker: Maker) -> None:
    maker.listed("occupations", ListOp.ADD, Item(path="/value", raw={"name": "焊工"}))
    maker.save("occupations", {"/value/0/quota": "2"}, who=maker.principal)
    with pytest.raises(EditConflict):
        maker.listed("occupations", ListOp.REMOVE, Item(path="/value", index=0), revision=1)
    assert maker.listed("occupations", ListOp.REMOVE, Item(path="/value", index=0)).revision == 3
    assert maker.value("occupations") == []


def test_what_was_reset_meanwhile_is_not_typed_over(maker: Maker) -> None:
    maker.save("rubric", {FIRST: "45"})
    maker.reset("rubric")
    with pytest.raises(EditConflict, match="“评分标准”已由"):
        maker.save("rubric", {SECOND: "25"}, who=maker.principal, revision=1)
    maker.save("rubric", {SECOND: "25"}, who=maker.principal, revision=2)
    assert weights(maker) == [50, 25, 30]


def test_a_revision_the_part_never_had_is_refused(maker: Maker) -> None:
    with pytest.raises(Conflict, match="不是从这份方案打开的"):
        maker.save("rubric", {FIRST: "45"}, revision=1)


def test_a_sitting_is_one_event_for_each_field(maker: Maker, set_clock: SetClock) -> None:
    def told() -> list[tuple[str, list[str]]]:
        return [(row[1], list(row[2])) for row in maker.events("plan:edit")]

    words = ["评分标准 · 业绩评价 · 配分"]
    for minute, weight in enumerate(("45", "44", "43")):
        set_clock(OPENED + timedelta(minutes=minute))
        maker.save("rubric", {FIRST: weight})
    assert told() == [("沈知行", words)]
    maker.save("rubric", {SECOND: "25"})
    assert told()[1:] == [("沈知行", ["评分标准 · 面试答辩 · 配分"])]
    set_clock(OPENED + timedelta(minutes=5))
    maker.save("rubric", {FIRST: "42"}, who=maker.principal)
    maker.save("rubric", {FIRST: "41"})
    assert told()[2:] == [("傅临川", words), ("沈知行", words)]
    set_clock(OPENED + timedelta(minutes=36))
    maker.save("rubric", {FIRST: "40"})
    assert len(told()) == 5
    edits = maker.season.superuser.execute(
        "select revision, made_name, after from plan_edit where path = %s order by id", [FIRST]
    ).fetchall()
    assert [each[2] for each in edits] == [45, 44, 43, 42, 41, 40]


def test_the_event_of_a_field_has_both_values(maker: Maker) -> None:
    maker.save("rubric", {FIRST: "45", SECOND: "25"})
    ((_, _, changes, _),) = maker.events("plan:edit")
    assert changes == {
        "评分标准 · 业绩评价 · 配分": ["50", "45"],
        "评分标准 · 面试答辩 · 配分": ["20", "25"],
    }


def test_the_event_of_an_item_says_that_it_came_and_names_it_once(maker: Maker) -> None:
    maker.listed("complaints", ListOp.ADD, Item(path="/value/handlers"))
    limits = "/value/time_limits"
    maker.save("complaints", {f"{limits}/accept_workdays": "1"})
    maker.save("complaints", {"/value/handlers/0/name": "蓝知远", f"{limits}/conclude_workdays": "7"})
    empty, _, named = (changes for _, _, changes, _ in maker.events("plan:edit"))
    assert empty == {"投诉与争议处理 · 负责人员": [None, "第 1 名负责人员"]}
    assert named == {
        "投诉与争议处理 · 办理时限 · 办结": [None, "7 个工作日"],
        "投诉与争议处理 · 负责人员蓝知远": [None, "新增"],
    }


@pytest.mark.parametrize("number", range(examples(20)))
def test_editors_at_once_lose_nothing(maker: Maker, bound: Flask, number: int) -> None:
    """Two on one field, one on a field of its own: each is kept, or told who was faster."""
    ours, theirs = {FIRST: "45", BASIS: f"甲{number}"}, {BASIS: f"乙{number}"}
    found = at_once(
        bound,
        partial(maker.save, "rubric", ours, revision=0),
        partial(maker.save, "rubric", {SECOND: "25"}, who=maker.principal, revision=0),
        partial(maker.save, "rubric", theirs, who=maker.principal, revision=0),
    )
    (refused,) = [each for each in found if isinstance(each, EditConflict)]
    (clash,) = refused.clashes
    assert weights(maker)[1] == 25
    assert maker.value("rubric")["based_on"] == clash.theirs
    assert {clash.yours, clash.theirs} == {ours[BASIS], theirs[BASIS]}
    assert weights(maker)[0] == (45 if clash.theirs == ours[BASIS] else 50)
