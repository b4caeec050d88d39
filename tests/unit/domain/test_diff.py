"""What differs between two plans: matching by code, a reviewer's words, properties."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import permutations
from typing import Any

import pytest
from hypothesis import assume, given

from core.domain.diff import Change, ChangeKind, against, by_section, diff
from core.domain.frozen import canonical
from core.domain.plan import PlanDraft
from core.domain.records import build, plain, specs, steps_of
from core.rulebook.vocabulary import vocabulary
from tests.unit.domain.drafts import drafts
from tests.unit.rulebook.plans import PLANS, SUZHOU, XUZHOU, patched

word = vocabulary("js2023").word
DEMO = {plan_id: build(PlanDraft, patched(plan_id)) for plan_id in PLANS}
Patch = Iterable[Mapping[str, Any]]


def replaced(path: str, value: Any) -> list[dict[str, Any]]:
    return [{"op": "replace", "path": path, "value": value}]


def removed(path: str) -> list[dict[str, Any]]:
    return [{"op": "remove", "path": path}]


def added(path: str, value: Any) -> list[dict[str, Any]]:
    return [{"op": "add", "path": path, "value": value}]


def changes(patch: Patch, base: str = XUZHOU) -> tuple[Change, ...]:
    return diff(DEMO[base], build(PlanDraft, patched(base, patch)), word)


def sentences(patch: Patch, base: str = XUZHOU) -> list[str]:
    return [each.sentence for each in changes(patch, base)]


BENEFIT = "业绩评价 · 解决生产难题为企业创造重大效益"
OLD_TEXT = "参加过现场攻关，解决一般技术问题，减少了事故隐患。"
HAO = "工作单位 本企业，职务 总工艺师，外聘 否，职称层级 正高级职称，职称 正高级工程师"
MEMBERS = "/organisation/committee/members"
ITEMS = "/rubric/modules/0/items"

SENTENCES = [
    (replaced("/rubric/modules/1/weight", 25), ["面试答辩配分 20 → 25"]),
    (replaced("/plan_id", "x"), ["方案编号 demo-xuzhou-pengyue → x"]),
    (replaced("/methods/performance/pass_score", 85), ["业绩评审合格分数线 80 分 → 85 分"]),
    (replaced("/methods/direct/vote_fraction", [3, 4]), ["直接评定得票率 2/3 → 3/4"]),
    (
        replaced("/methods/aggregation/kind", "trimmed_mean"),
        ["评分合成方法 算术平均 → 去掉最高分、最低分后平均"],
    ),
    (
        replaced("/incentives/work_platform/kind", "工作站"),
        ["工作平台类型 首席技师（技能大师）工作室 → 工作站"],
    ),
    (replaced("/enterprise/cluster/level", "provincial"), ["先进制造业集群 级别 国家级 → 省级"]),
    (replaced("/complaints/time_limits/accept_workdays", 2), ["办理时限受理 1 个工作日 → 2 个工作日"]),
    (
        replaced("/enterprise/evaluation_history/1/year", 2025),
        ["新增 2025年特级技师评聘试点", "删去 2024年特级技师评聘试点"],
    ),
    (replaced("/methods/secret_ballot", False), ["无记名投票 是 → 否"]),
    (replaced("/schedule/interview", "2026-12-04"), ["面试答辩 2026年12月3日 → 2026年12月4日"]),
    (replaced("/conditions/paths/senior_technician/years_min", 10), ["高级技师年限 8 年 → 10 年"]),
    (removed("/conditions/paths/senior_technician"), ["删去 高级技师：年限 8 年，仍从事本职业 是"]),
    (removed("/methods/performance/quota"), ["删去 业绩评审建议人选名额：3 人"]),
    (replaced("/methods/performance/quota", None), ["业绩评审建议人选名额 3 人 → 未填"]),
    (removed("/methods/interview_minutes"), ["删去 答辩时间：陈述汇报 15 分钟，现场问答 20 分钟"]),
    (removed("/methods/routes/1"), ["删去 评审方式：直接评定"]),
    (added("/methods/direct/priority_conditions/0", "新荣誉"), ["新增 直接评定开放的优先条件：新荣誉"]),
    (
        replaced("/methods/tie_break", ["committee_vote", "priority_honour"]),
        [
            "删去 同分处理：业绩评价得分",
            "删去 同分处理：解决生产难题一项得分",
            "同分处理的次序 优先条件、评审委员会表决 → 评审委员会表决、优先条件",
        ],
    ),
    (
        replaced(f"{ITEMS}/0/parts/0/bands/2/text", "新文字"),
        [f"{BENEFIT} · 急难险重任务攻关 · 档位 0~4分 评判方式 {OLD_TEXT} → 新文字"],
    ),
    (
        replaced(f"{ITEMS}/3/bands/1/max", 8.5),
        ["业绩评价 · 创新创造 · 档位 5~8分 最高分 8 → 8.5"],
    ),
    (
        replaced(f"{ITEMS}/0/parts/1/bands/0/condition/gt", 800),
        [f"{BENEFIT} · 近5年创造经济效益 · 档位 9~10分 数值条件 超过 1000 → 超过 800"],
    ),
    (removed(f"{ITEMS}/3"), ["删去 业绩评价 · 创新创造：配分 10，考核重点 工作成果，须有佐证 是，档位 3 项"]),
    (replaced(f"{ITEMS}/3/name", "创新"), ["业绩评价 · 创新名称 创新创造 → 创新"]),
    (replaced(f"{MEMBERS}/2/duty", "厂长"), ["评审委员会 · 委员郝立群职务 总工艺师 → 厂长"]),
    (
        replaced(f"{MEMBERS}/2/name", "郝立"),
        [
            f"新增 评审委员会 · 委员郝立：{HAO}",
            f"删去 评审委员会 · 委员郝立群：{HAO}",
        ],
    ),
    (
        replaced("/organisation/panels/0/members/1/name", ""),
        [
            "新增 专家组（业绩评价、面试答辩） · 第 2 名专家：专家类别 企业专家，工作单位 本企业",
            "删去 专家组（业绩评价、面试答辩） · 戚广厦：专家类别 企业专家，工作单位 本企业",
        ],
    ),
    (
        added("/deviations/0", {"annex": 3, "what": "甲", "reason": "乙"}),
        ["新增 第 1 条偏离说明：附件 3，偏离内容 甲，理由 乙"],
    ),
]


@pytest.mark.parametrize(("patch", "expected"), SENTENCES)
def test_one_change_is_said_in_a_reviewers_words(patch: Patch, expected: list[str]) -> None:
    assert sentences(patch) == expected


def test_a_part_that_is_new_is_one_change() -> None:
    (change,) = changes(added("/extra_sections", [{"title": "附则"}]))
    assert (change.kind, change.section, change.path) == (
        ChangeKind.ADDED,
        "extra_sections",
        "/extra_sections",
    )
    assert change.sentence == '新增 其他章节：{"title": "附则"}'


def test_one_more_open_section_is_one_change() -> None:
    first = build(PlanDraft, patched(XUZHOU, added("/extra_sections", ["甲"])))
    second = build(PlanDraft, patched(XUZHOU, added("/extra_sections", ["甲", "乙"])))
    assert [each.sentence for each in diff(first, second)] == ['新增 其他章节："乙"']


def test_an_emptied_text_is_a_change_not_a_removal() -> None:
    (change,) = changes(replaced("/sections/schedule", ""))
    assert (change.kind, change.after, change.words) == (ChangeKind.CHANGED, "空", "时间安排")
    assert (change.heading, change.path) == ("方案正文", "/sections/schedule")


def test_paths_lead_into_the_later_plan_or_to_what_was_removed() -> None:
    patch = [*removed(f"{ITEMS}/0"), *replaced(f"{ITEMS}/2/max", 12)]
    assert [(each.kind, each.path) for each in changes(patch)] == [
        (ChangeKind.CHANGED, f"{ITEMS}/2/max"),
        (ChangeKind.REMOVED, f"{ITEMS}/0"),
    ]


def test_items_are_matched_by_code_wherever_they_stand() -> None:
    data = patched(XUZHOU)
    items = data["rubric"]["modules"][0]["items"]
    moved = [items[3], *items[:3]]
    moved[0] = moved[0] | {"max": 12}
    changed, reordered = changes(replaced(ITEMS, moved))
    assert changed.sentence == "业绩评价 · 创新创造配分 10 → 12"
    assert (reordered.kind, reordered.path) == (ChangeKind.REORDERED, ITEMS)
    assert reordered.before.split("、")[-1] == reordered.after.split("、")[0] == "创新创造"
    assert reordered.sentence.startswith("业绩评价评分细项的次序 解决生产难题")


def test_items_with_the_same_code_are_matched_by_their_place_among_their_like() -> None:
    twins = [{"code": "a", "max": 1}, {"code": "a", "max": 2}, {"code": "b", "max": 3}]
    before = build(PlanDraft, {"rubric": {"modules": [{"code": "m", "items": twins}]}})
    later = [{"code": "b", "max": 3}, {"code": "a", "max": 1}, {"code": "a", "max": 5}]
    after = build(PlanDraft, {"rubric": {"modules": [{"code": "m", "items": later}]}})
    assert [(each.kind, each.before, each.after) for each in diff(before, after)] == [
        (ChangeKind.CHANGED, "2", "5"),
        (ChangeKind.REORDERED, "a（第 1 项）、a（第 2 项）、b", "b、a（第 2 项）、a（第 3 项）"),
    ]


def test_a_band_in_between_is_one_new_band() -> None:
    data = patched(XUZHOU)
    bands = data["rubric"]["modules"][0]["items"][3]["bands"]
    wider = [bands[0], {"min": 8, "max": 8, "text": "新档"}, {**bands[1], "max": 7}, bands[2]]
    assert sentences(replaced(f"{ITEMS}/3/bands", wider)) == [
        "新增 业绩评价 · 创新创造 · 档位 8~8分：评判方式 新档",
        "业绩评价 · 创新创造 · 档位 5~8分 最高分 8 → 7",
    ]


def test_changes_are_grouped_by_section_in_document_order() -> None:
    patch = [
        *replaced("/rubric/modules/1/weight", 25),
        *replaced("/methods/routes", ["performance"]),
        *replaced("/rubric/score_step", 0.5),
    ]
    grouped = by_section(changes(patch))
    assert {section: len(each) for section, each in grouped.items()} == {"methods": 1, "rubric": 2}
    assert list(grouped) == ["methods", "rubric"]


def test_against_a_reference_compares_only_what_the_reference_states() -> None:
    reference = build(
        PlanDraft, {"methods": {"routes": ["performance", "direct"]}, "rubric": {"score_step": 1}}
    )
    assert [each.sentence for each in against(reference, DEMO[SUZHOU], word)] == [
        "评分最小单位 1 分 → 0.5 分"
    ]
    assert against(build(PlanDraft, {}), DEMO[SUZHOU]) == ()


def test_against_a_reference_tells_what_the_plan_lacks() -> None:
    reference = build(PlanDraft, {"rubric": {"score_step": 1}, "deviations": []})
    found = against(reference, build(PlanDraft, {"rubric": {}}))
    assert [(each.kind, each.path) for each in found] == [
        (ChangeKind.REMOVED, "/rubric/score_step"),
        (ChangeKind.REMOVED, "/deviations"),
    ]


# ---- properties ----


def mirrored(change: Change) -> tuple[object, ...]:
    kinds = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}
    return change.section, kinds.get(change.kind, change.kind), change.after, change.before


def seen(change: Change) -> tuple[object, ...]:
    return change.section, change.kind, change.before, change.after


@pytest.mark.parametrize("plan_id", PLANS)
def test_a_plan_does_not_differ_from_itself(plan_id: str) -> None:
    assert diff(DEMO[plan_id], build(PlanDraft, patched(plan_id))) == ()


@pytest.mark.parametrize(("before", "after"), list(permutations(PLANS, 2)))
def test_demo_plans_differ_alike_both_ways(before: str, after: str) -> None:
    there, back = diff(DEMO[before], DEMO[after]), diff(DEMO[after], DEMO[before])
    assert Counter(map(seen, there)) == Counter(map(mirrored, back))
    assert len(there) > 50


@given(drafts(), drafts())
def test_a_difference_is_empty_exactly_when_the_plans_say_the_same(
    before: PlanDraft, after: PlanDraft
) -> None:
    assert (not diff(before, after)) == (canonical(plain(before)) == canonical(plain(after)))
    assert diff(after, after) == ()


@given(drafts(), drafts())
def test_a_difference_is_the_same_seen_from_the_other_side(before: PlanDraft, after: PlanDraft) -> None:
    assert Counter(map(seen, diff(before, after))) == Counter(map(mirrored, diff(after, before)))


@given(drafts(), drafts())
def test_every_change_says_where_and_what(before: PlanDraft, after: PlanDraft) -> None:
    for change in diff(before, after):
        assert change.words
        assert change.sentence
        assert change.section == steps_of(change.path)[0]
        assert change.section in specs(PlanDraft)
        assert change.before if change.kind is not ChangeKind.ADDED else not change.before
        assert change.after if change.kind is not ChangeKind.REMOVED else not change.after


@given(drafts(), drafts())
def test_against_never_says_more_than_the_difference(reference: PlanDraft, plan: PlanDraft) -> None:
    assume(reference != plan)
    assert set(against(reference, plan)) <= set(diff(reference, plan))
