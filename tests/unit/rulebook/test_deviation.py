"""The deviation report: each kind of departure, by how much, which way, with lock, clause and reason."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given

from core.domain.cycle import Cycle
from core.domain.plan import PlanDraft
from core.domain.records import build, pointer, position, specs, steps_of
from core.rulebook.departure import Departure, Direction
from core.rulebook.deviation import deviations
from core.rulebook.engine import check
from core.rulebook.js2023 import EDITION
from core.rulebook.reference import reference_plan
from core.rulebook.template import Lock
from tests.unit.domain.drafts import drafts
from tests.unit.rulebook.plans import NANJING, PLANS, SUZHOU, XUZHOU, patched

Row = tuple[str, ...]
STRICTER, DIFFERENT, ADDED = Direction.STRICTER, Direction.DIFFERENT, Direction.ADDED
DROPPED, LOOSER, UNCHANGED = Direction.DROPPED, Direction.LOOSER, Direction.UNCHANGED


def op(name: str, path: str, value: Any = None) -> dict[str, Any]:
    return {"op": name, "path": path, "value": value}


def replaced(path: str, value: Any) -> list[dict[str, Any]]:
    return [op("replace", path, value)]


def report(patch: Iterable[Mapping[str, Any]] = (), base: str = XUZHOU) -> tuple[Departure, ...]:
    return deviations(build(PlanDraft, patched(base, patch)), EDITION)


XUZHOU_ROWS = report()


def new_rows(patch: Iterable[Mapping[str, Any]], base: str = XUZHOU) -> list[Departure]:
    """The rows that the patch brings into the report of a demo plan."""
    before = report(base=base)
    return [each for each in report(patch, base) if each not in before]


def row(each: Departure) -> tuple[str, str, str, str, Direction, Lock, str]:
    return each.place, each.reference, each.plan, each.difference, each.direction, each.lock, each.clause


# ---- whole reports


def test_the_report_of_a_plan_close_to_the_reference_is_short() -> None:
    assert len(XUZHOU_ROWS) == 18
    different = [each for each in XUZHOU_ROWS if each.section == "rubric"]
    assert {each.direction for each in different} == {DIFFERENT}
    assert {each.place.rpartition(" · ")[2] for each in different} == {"档位", "名称"}
    assert {each.direction for each in XUZHOU_ROWS if each.section != "rubric"} == {STRICTER}


def test_the_report_of_a_plan_of_its_own_is_rich() -> None:
    rows = report(base=SUZHOU)
    assert len(rows) > 30
    assert {each.direction for each in rows} == {STRICTER, DIFFERENT, ADDED, DROPPED}
    assert {each.section for each in rows} == {
        "conditions",
        "methods",
        "organisation",
        "rubric",
        "schedule",
        "deviations",
    }


@pytest.mark.parametrize("plan_id", PLANS)
def test_rows_stand_in_document_order_with_clause_and_known_rules(plan_id: str) -> None:
    rows = report(base=plan_id)
    assert [position(PlanDraft, each.path) for each in rows] == sorted(
        position(PlanDraft, each.path) for each in rows
    )
    assert all(each.clause and each.place and each.heading for each in rows)
    assert {rule for each in rows for rule in each.rules} <= EDITION.catalogue.rules.keys()


def test_the_reference_itself_departs_in_nothing_but_being_a_copy() -> None:
    (only,) = deviations(reference_plan(EDITION.template), EDITION)
    assert row(only)[:5] == ("评分标准", "省级参考样式", "与省级参考样式完全一致", "", UNCHANGED)


def test_a_copied_rubric_is_noticed_whatever_it_says_it_is_based_on() -> None:
    copy = {**patched(XUZHOU), "rubric": EDITION.template.tree("/rubric") | {"deviation_reason": "无"}}
    rows = deviations(build(PlanDraft, copy), EDITION)
    assert [each.direction for each in rows if each.section == "rubric"] == [UNCHANGED]


def test_an_empty_plan_has_no_report() -> None:
    assert deviations(PlanDraft(), EDITION) == ()


# ---- single values

ITEMS = "/rubric/modules/0/items"

SINGLE = [
    pytest.param(
        replaced("/conditions/paths/senior_technician/years_min", 10),
        ("高级技师 · 年限", "8 年", "10 年", "+2 年", STRICTER, Lock.BOUNDED, "一（二）2"),
        id="年限提高",
    ),
    pytest.param(
        replaced("/conditions/paths/special_technician/years_min", 1.5),
        ("特级技师 · 年限", "2 年", "1.5 年", "−0.5 年", LOOSER, Lock.BOUNDED, "一（二）1"),
        id="年限降低",
    ),
    pytest.param(
        replaced("/conditions/paths/full_senior_title/still_engaged", False),
        ("正高级职称 · 仍从事本职业", "是", "否", "", LOOSER, Lock.LOCKED, "一（二）3"),
        id="不要求仍从事",
    ),
    pytest.param(
        [op("remove", "/conditions/paths/full_senior_title/still_engaged")],
        ("正高级职称 · 仍从事本职业", "是", "未写", "", DROPPED, Lock.LOCKED, "一（二）3"),
        id="未写仍从事",
    ),
    pytest.param(
        [op("add", "/conditions/paths/special_technician/still_engaged", True)],
        ("特级技师 · 仍从事本职业", "", "是", "", STRICTER, Lock.BOUNDED, "一（二）1"),
        id="加求仍从事",
    ),
    pytest.param(
        [op("add", "/conditions/paths/technician", {"years_min": 3})],
        ("technician", "", "年限 3 年", "", ADDED, Lock.BOUNDED, "一（二）"),
        id="新增基本条件",
    ),
    pytest.param(
        replaced("/methods/routes", ["performance"]),
        ("评审方式", "业绩评审、直接评定", "业绩评审", "少 1 项：直接评定", STRICTER, Lock.BOUNDED, "附件2"),
        id="不设直接评定",
    ),
    pytest.param(
        replaced("/methods/routes", ["performance", "direct", "投票"]),
        (
            "评审方式",
            "业绩评审、直接评定",
            "业绩评审、直接评定、投票",
            "多 1 项：投票",
            LOOSER,
            Lock.BOUNDED,
            "附件2",
        ),
        id="多一种方式",
    ),
    pytest.param(
        replaced("/methods/direct/vote_fraction", [3, 4]),
        ("直接评定 · 得票率", "2/3", "3/4", "+1/12", STRICTER, Lock.BOUNDED, "附件2（二）"),
        id="得票率提高",
    ),
    pytest.param(
        replaced("/methods/direct/vote_fraction", [3, 5]),
        ("直接评定 · 得票率", "2/3", "3/5", "−1/15", LOOSER, Lock.BOUNDED, "附件2（二）"),
        id="得票率降低",
    ),
    pytest.param(
        replaced("/methods/performance/vote_fraction", [1, 2]),
        ("业绩评审 · 表决通过比例", "2/3", "1/2", "−1/6", LOOSER, Lock.FREE, "平台规则"),
        id="表决比例降低",
    ),
    pytest.param(
        replaced("/methods/direct/vote_base", "all_members"),
        ("直接评定 · 表决基数", "出席委员", "全体委员", "", STRICTER, Lock.BOUNDED, "平台规则"),
        id="全体委员为基数",
    ),
    pytest.param(
        replaced("/methods/aggregation/kind", "trimmed_mean"),
        (
            "评分合成 · 方法",
            "算术平均",
            "去掉最高分、最低分后平均",
            "",
            DIFFERENT,
            Lock.FREE,
            "平台规则",
        ),
        id="去高去低",
    ),
    pytest.param(
        replaced("/methods/interview_scoring", "事后评分"),
        ("答辩评分方式", "现场评分", "事后评分", "", LOOSER, Lock.LOCKED, "附件3（三）注"),
        id="事后评分",
    ),
    pytest.param(
        replaced("/organisation/scoring_body", "committee"),
        ("评分主体", "专家组", "评审委员会", "", DIFFERENT, Lock.DEFAULT, "二（四）"),
        id="委员会评分",
    ),
    pytest.param(
        replaced("/rubric/score_step", 0.5),
        ("评分最小单位", "1 分", "0.5 分", "−0.5 分", DIFFERENT, Lock.DEFAULT, "附件3（二）"),
        id="半分制",
    ),
    pytest.param(
        replaced("/rubric/modules/1/weight", 15),
        ("面试答辩 · 配分", "20", "15", "−5 分", DIFFERENT, Lock.DEFAULT, "附件3（一）"),
        id="配分减少",
    ),
    pytest.param(
        replaced("/rubric/modules/2/factors", ["mentoring", "economic_benefit"]),
        (
            "综合评价 · 考虑因素",
            "经济效益、社会效益、传技带徒",
            "传技带徒、经济效益",
            "少 1 项：社会效益",
            DIFFERENT,
            Lock.DEFAULT,
            "附件2（一）",
        ),
        id="少一个因素",
    ),
    pytest.param(
        replaced(f"{ITEMS}/1/max", 12),
        ("业绩评价 · 技能攻关、技术改造 · 配分", "10", "12", "+2 分", DIFFERENT, Lock.DEFAULT, "附件3（二）"),
        id="细项配分增加",
    ),
    pytest.param(
        [op("remove", f"{ITEMS}/3/evidence_required")],
        ("业绩评价 · 创新创造 · 须有佐证", "是", "未写", "", DROPPED, Lock.DEFAULT, "附件3（二）"),
        id="不要求佐证",
    ),
    pytest.param(
        replaced("/incentives/treatment_level", "senior_management"),
        ("待遇层级", "比照正高级职称人员", "比照企业高级管理人员", "", DIFFERENT, Lock.FREE, "四"),
        id="高管待遇",
    ),
    pytest.param(
        replaced("/complaints/report_to_city", False),
        ("报设区市备查", "是", "否", "", LOOSER, Lock.LOCKED, "附件2"),
        id="不报备",
    ),
    pytest.param(
        [op("add", "/extra_sections", [{"title": "附则"}])],
        ("其他章节", "", '{"title": "附则"}', "", ADDED, Lock.LOCKED, "二（二）"),
        id="其他章节",
    ),
    pytest.param(
        replaced("/publicity/end", "2026-11-05"),
        ("方案公示期", "建议不少于 3 个工作日", "1 个工作日", "−2 个工作日", LOOSER, Lock.FREE, "平台规则"),
        id="方案公示不足",
    ),
]


@pytest.mark.parametrize(("patch", "expected"), SINGLE)
def test_one_departure(patch: list[dict[str, Any]], expected: tuple[Any, ...]) -> None:
    (only,) = new_rows(patch)
    assert row(only) == expected


@pytest.mark.parametrize(
    "patch",
    [
        pytest.param([op("remove", "/rubric/score_step")], id="未写评分最小单位即为 1"),
        pytest.param(replaced("/methods/routes", ["direct", "performance"]), id="没有次序的列表"),
        pytest.param(replaced("/methods/direct/vote_fraction", [4, 6]), id="相等的分数"),
        pytest.param(replaced("/methods/performance/pass_score", 95), id="参考没有规定的值"),
        pytest.param([op("remove", "/methods/aggregation")], id="缺少的部分由规则指出"),
        pytest.param(replaced("/publicity/end", "2026-11-09"), id="方案公示刚好 3 个工作日"),
        pytest.param(replaced("/rubric/based_on", "enterprise"), id="编制依据"),
    ],
)
def test_no_departure(patch: list[dict[str, Any]]) -> None:
    assert new_rows(patch) == []


def test_the_order_of_the_tie_break_counts() -> None:
    order = ["priority_honour", "achievement_score", "production_problem_score", "committee_vote"]
    (only,) = new_rows(replaced("/methods/tie_break", order))
    assert (only.place, only.difference, only.direction) == ("同分处理", "次序不同", DIFFERENT)


# ---- items and bands


def test_an_item_dropped_and_one_added() -> None:
    item = {"code": "safety", "name": "安全", "max": 10}
    dropped, added = new_rows(replaced(f"{ITEMS}/3", item))
    assert row(dropped)[:5] == (
        "业绩评价 · 创新创造",
        "配分 10，考核重点 工作成果，须有佐证 是，档位 3 项",
        "",
        "",
        DROPPED,
    )
    assert (dropped.path, dropped.rules) == (ITEMS, ("JS-A3-item-4",))
    assert row(added)[:5] == ("业绩评价 · 安全", "", "配分 10", "", ADDED)
    assert added.path == f"{ITEMS}/3"


def test_an_item_under_another_name() -> None:
    renamed, bands = new_rows(replaced(f"{ITEMS}/1/name", "技改"))
    assert row(renamed)[:5] == ("业绩评价 · 技改 · 名称", "技能攻关、技术改造", "技改", "", DIFFERENT)
    assert bands.place == "业绩评价 · 技改 · 档位"


def test_a_second_item_of_the_same_code_is_an_addition() -> None:
    *_, added = new_rows([op("add", f"{ITEMS}/4", {"code": "innovation", "name": "创新创造", "max": 1})])
    assert (added.direction, added.path) == (ADDED, f"{ITEMS}/4")


def test_a_condition_that_is_not_offered() -> None:
    (only,) = new_rows([op("remove", "/conditions/paths/senior_technician")])
    assert (only.place, only.plan, only.direction) == ("高级技师", "不开放", STRICTER)
    assert only.reference.startswith("取得高级技师职业资格（职业技能等级）后")


def test_bands_are_one_row_for_an_item() -> None:
    bands = f"{ITEMS}/0/parts/1/bands"
    patch = [*replaced(f"{bands}/1/max", 8.5), *replaced(f"{bands}/0/condition/gt", 800)]
    (only,) = new_rows(patch)
    assert row(only)[1:5] == (
        "9~10分、5~8分、0~4分",
        "9~10分、5~8.5分、0~4分",
        "3 档评判方式不同，2 档数值条件不同",
        DIFFERENT,
    )
    assert (only.path, only.rules) == (bands, ("JS-A3-item-1b", "JS-A3-benefit-thresholds"))


@pytest.mark.parametrize(
    ("patch", "plan", "direction"),
    [
        ([op("remove", f"{ITEMS}/3/bands")], "未写", DROPPED),
        (
            [
                op("remove", f"{ITEMS}/3/bands"),
                op("add", f"{ITEMS}/3/grades", [{"grade": "优秀", "points": 10}]),
            ],
            "改用等第（1 项）",
            DIFFERENT,
        ),
        (
            [op("remove", f"{ITEMS}/3/bands"), op("add", f"{ITEMS}/3/parts", [{"code": "a"}, None])],
            "改用组成部分（2 项）",
            DIFFERENT,
        ),
    ],
)
def test_bands_that_are_not_there(patch: list[dict[str, Any]], plan: str, direction: Direction) -> None:
    (only,) = new_rows(patch)
    assert (only.plan, only.direction, only.path) == (plan, direction, f"{ITEMS}/3")


# ---- committee, panels, dates

MEMBERS = "/organisation/committee/members"


def test_a_chair_who_is_not_the_principal_with_the_reason() -> None:
    patch = [*replaced(f"{MEMBERS}/0/is_principal", False), op("add", f"{MEMBERS}/0/reason", "书面委托")]
    (only,) = new_rows(patch)
    assert row(only)[:5] == ("主任委员", "本企业主要负责人", "彭远骋，党委书记、董事长", "", DIFFERENT)
    assert (only.reason, only.rules, only.path) == ("书面委托", ("JS-A2-chair-principal",), f"{MEMBERS}/0")


def member(*, external: bool) -> dict[str, Any]:
    return {"post": "member", "name": "新委员", "external": external}


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        pytest.param([], None, id="9 人 3 名外聘，刚好三分之一"),
        pytest.param(
            replaced(f"{MEMBERS}/8/external", False),
            ("9 人中不少于 3 人（1/3）", "2 人", "−1 人", LOOSER),
            id="少一名",
        ),
        pytest.param(
            replaced(f"{MEMBERS}/2/external", True),
            ("9 人中不少于 3 人（1/3）", "4 人", "+1 人", STRICTER),
            id="多一名",
        ),
        pytest.param([op("add", f"{MEMBERS}/9", member(external=True))], None, id="10 人须 4 名，刚好"),
        pytest.param(
            [op("add", f"{MEMBERS}/9", member(external=False))],
            ("10 人中不少于 4 人（1/3）", "3 人", "−1 人", LOOSER),
            id="10 人须 4 名，差一名",
        ),
    ],
)
def test_external_share(patch: list[dict[str, Any]], expected: tuple[Any, ...] | None) -> None:
    rows = [each for each in report(patch) if each.place == "评审委员会 · 外聘委员"]
    assert [(each.reference, each.plan, each.difference, each.direction) for each in rows] == (
        [expected] if expected else []
    )


@pytest.mark.parametrize(
    ("kept", "expected"), [(4, ("4 名", "−1 名", LOOSER)), (5, None), (6, ("6 名", "+1 名", STRICTER))]
)
def test_number_of_members(kept: int, expected: tuple[Any, ...] | None) -> None:
    people = patched(XUZHOU)["organisation"]["committee"]["members"]
    rows = [
        each for each in report(replaced(MEMBERS, people[: 2 + kept])) if each.place == "评审委员会 · 委员"
    ]
    assert [(each.plan, each.difference, each.direction) for each in rows] == ([expected] if expected else [])


def test_industry_experts_by_panel() -> None:
    rows = [each for each in report(base=SUZHOU) if each.place.endswith("行业专家")]
    assert [(each.place, each.plan, each.difference, each.path) for each in rows] == [
        ("专家组（面试答辩） · 行业专家", "4 人", "+1 人", "/organisation/panels/1/members")
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-12-14", ("早 1 天", STRICTER)),
        ("2026-12-15", None),
        ("2026-12-16", ("晚 1 天", LOOSER)),
    ],
)
def test_dates_before_and_after_the_deadline(day: str, expected: tuple[Any, ...] | None) -> None:
    rows = [each for each in report(replaced("/schedule/list_formed", day)) if each.place == "形成建议名单"]
    assert [(each.difference, each.direction) for each in rows] == ([expected] if expected else [])


def test_the_deadlines_of_the_cycle_hold_before_those_of_the_edition() -> None:
    plan = build(PlanDraft, patched(XUZHOU))
    cycle = build(Cycle, {"year": 2026, "deadlines": {"list_formed": "2026-12-04"}})
    dates = [each.place for each in deviations(plan, EDITION, cycle) if each.section == "schedule"]
    assert dates == ["省级公示开始"]


def test_enterprise_publicity_of_fewer_days_with_its_reason() -> None:
    patch = [
        *replaced("/schedule/enterprise_publicity_end", "2026-12-09"),
        op("add", "/schedule/enterprise_publicity_reason", "交付在即"),
    ]
    (only,) = new_rows(patch)
    assert row(only)[:5] == (
        "企业内公示期",
        "建议不少于 5 个工作日",
        "3 个工作日",
        "−2 个工作日",
        LOOSER,
    )
    assert only.reason == "交付在即"


# ---- reasons and what the plan declares


def test_the_reason_of_the_rubric_stands_by_each_of_its_rows() -> None:
    rows = report([op("add", "/rubric/deviation_reason", "一线岗位以焊接为主")])
    assert {each.reason for each in rows if each.section == "rubric"} == {"一线岗位以焊接为主"}
    assert {each.reason for each in rows if each.section != "rubric"} == {""}


def test_the_reason_of_the_convener() -> None:
    patch = [
        *replaced("/complaints/convener/is_principal", False),
        op("add", "/complaints/convener/reason", "回避"),
    ]
    (only,) = new_rows(patch)
    assert (only.place, only.reason, only.direction) == ("召集人 · 企业主要负责人", "回避", DIFFERENT)


def test_declared_deviations_come_last_with_their_annex_and_reason() -> None:
    first, second = report(base=NANJING)[-2:]
    assert row(first) == (
        "企业说明的偏离",
        "附件3",
        "综合评价采用等第制",
        "",
        DIFFERENT,
        Lock.DEFAULT,
        "附件3",
    )
    assert row(second) == ("企业说明的偏离", "附件2", "不设直接评定", "", DIFFERENT, Lock.DEFAULT, "附件2")
    assert second.reason == "集团内优先人员较集中，统一以业绩评审比较更公平"
    assert second.rules == ("JS-2.4-annex2-reference",)


@pytest.mark.parametrize("annex", [None, 0, 9])
def test_a_declared_deviation_from_no_known_annex(annex: int | None) -> None:
    (only,) = new_rows([op("add", "/deviations/0", {"annex": annex, "what": "甲"})])
    assert (only.plan, only.path, only.reason) == ("甲", "/deviations/0", "")


# ---- properties


@given(drafts())
def test_any_plan_has_a_report(plan: PlanDraft) -> None:
    for each in deviations(plan, EDITION):
        assert each.section in specs(PlanDraft)
        assert steps_of(each.path)[0] == each.section
        assert pointer(*steps_of(each.path)) == each.path
        assert each.place
        assert each.reference or each.plan or each.section == "deviations"


@pytest.mark.parametrize("plan_id", PLANS)
def test_what_a_rule_blocks_among_the_compared_values_is_looser(plan_id: str) -> None:
    """The rules and the report read the same numbers: a plan that passes has nothing looser."""
    plan = build(PlanDraft, patched(plan_id))
    assert not any(each.stops for each in check(plan, edition=EDITION, cycle=Cycle(year=2026)))
    assert [each for each in deviations(plan, EDITION) if each.direction is LOOSER] == []
