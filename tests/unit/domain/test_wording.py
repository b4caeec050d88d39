"""Values, names and places in the words people read."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.complaints import Handler
from core.domain.enterprise import Enterprise, PastEvaluation
from core.domain.plan import (
    Band,
    CommitteeMember,
    Grade,
    Occupation,
    Panel,
    PanelMember,
    PerformanceRoute,
    PlanDraft,
    RubricItem,
    RubricModule,
    Staff,
)
from core.domain.records import Kind, build, specs
from core.domain.values import ABSENT, BEIJING
from core.domain.wording import (
    day_words,
    field_words,
    item_labels,
    number_words,
    place_words,
    shown_words,
    value_words,
)
from tests.unit.domain.drafts import drafts, values
from tests.unit.rulebook.plans import SUZHOU, XUZHOU, patched

WORDS = {
    "chair": "主任委员",
    "achievement": "业绩评价",
    "special_technician": "特级技师",
    "attending": "出席委员",
}


def word(_place: str, code: str) -> str:
    return WORDS.get(code, code)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (Decimal(80), "80"),
        (Decimal("8.50"), "8.5"),
        (Decimal("100.00"), "100"),
        (Decimal("-0.50"), "-0.5"),
        (Decimal("1E+3"), "1000"),
        (1923600, "1923600"),
    ],
)
def test_number_words(number: Decimal | int, words: str) -> None:
    assert number_words(number) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 5), "2026年11月5日"),
        (datetime(2026, 11, 2, 15, 20, tzinfo=BEIJING), "2026年11月2日 15:20"),
        (datetime(2026, 11, 2, 15, 20, 30, tzinfo=BEIJING), "2026年11月2日 15:20:30"),
        (datetime(2026, 11, 2, 16, 0, tzinfo=UTC), "2026年11月3日 00:00"),
        (datetime(2026, 11, 3, 0, 0, tzinfo=timezone(timedelta(hours=9))), "2026年11月2日 23:00"),
        (datetime(2026, 11, 2, 15, 20, tzinfo=UTC).replace(tzinfo=None), "2026年11月2日 15:20"),
    ],
    ids=str,
)
def test_day_words_are_those_of_shanghai(day: date, words: str) -> None:
    assert day_words(day) == words


@pytest.mark.parametrize(
    ("record", "name", "words"),
    [
        (PerformanceRoute(pass_score=Decimal(80)), "pass_score", "80 分"),
        (PerformanceRoute(module_min_ratio=Decimal("0.6")), "module_min_ratio", "0.6"),
        (PerformanceRoute(vote_fraction=(Decimal(2), Decimal(3))), "vote_fraction", "2/3"),
        (PerformanceRoute(vote_base="attending"), "vote_base", "出席委员"),
        (PerformanceRoute(vote_base="who_knows"), "vote_base", "who_knows"),
        (PerformanceRoute(vote_base="  "), "vote_base", "空"),
        (PerformanceRoute(vote_base=None), "vote_base", "未填"),
        (PerformanceRoute(), "vote_base", "未写"),
        (RubricModule(weight=Decimal(25)), "weight", "25"),
        (RubricModule(rescale=True), "rescale", "是"),
        (RubricModule(rescale=False), "rescale", "否"),
        (RubricModule(factors=("效益", "带徒")), "factors", "效益、带徒"),
        (RubricModule(factors=()), "factors", "空"),
        (RubricModule(conversion={"优秀": (Decimal("9.5"), True)}), "conversion", '{"优秀": [9.5, true]}'),
    ],
    ids=str,
)
def test_field_words(record: Any, name: str, words: str) -> None:
    assert field_words(getattr(record, name), specs(record.__class__)[name], "place", word) == words


def test_long_numbers_are_shown_in_groups_of_three() -> None:
    spec = specs(Enterprise)["main_business_revenue_wan"]
    assert shown_words(Decimal(186_400), spec, "place") == "186,400 万元"
    assert shown_words(Decimal("1260.5"), spec, "place") == "1,260.5 万元"
    assert shown_words(ABSENT, spec, "place") == "未写"


@pytest.mark.parametrize(
    ("item", "label"),
    [
        (CommitteeMember(post="chair", name="彭远骋"), "主任委员彭远骋"),
        (CommitteeMember(post="chair"), "第 2 名委员"),
        (PanelMember(name="郝立群"), "郝立群"),
        (PanelMember(name=" "), "第 2 名专家"),
        (Staff(name="尤佳禾"), "工作人员尤佳禾"),
        (Handler(name="濮阳樵"), "负责人员濮阳樵"),
        (Panel(code="joint", serves=("achievement", "interview")), "专家组（业绩评价、interview）"),
        (Panel(code="joint"), "第 2 个专家组"),
        (Panel(), "第 2 个专家组"),
        (RubricModule(code="achievement", name="业绩"), "业绩"),
        (RubricModule(code="achievement"), "业绩评价"),
        (RubricItem(), "第 2 个评分细项"),
        (Band(min=Decimal("2.5"), max=Decimal(4)), "档位 2.5~4分"),
        (Band(min=Decimal(0)), "第 2 个档位"),
        (Grade(grade="优秀"), "等第“优秀”"),
        (Occupation(code="6-31-01-03"), "6-31-01-03"),
        (PastEvaluation(kind="pilot", year=2024), "2024年pilot"),
    ],
    ids=str,
)
def test_items_are_called_by_their_names(item: Any, label: str) -> None:
    assert item_labels((type(item)(), item), Kind(type(item)), "place", word)[1] == label


def test_a_null_item_is_counted() -> None:
    assert item_labels((None, None), Kind(PanelMember), "place") == ("第 1 名专家", "第 2 名专家")


def test_items_that_share_a_name_are_told_apart() -> None:
    panels = (Panel(code="a", serves=("x",)), Panel(code="b", serves=("x",)), Panel(serves=("y",)))
    assert item_labels(panels, Kind(Panel), "place") == (
        "专家组（x）（第 1 项）",
        "专家组（x）（第 2 项）",
        "专家组（y）",
    )


def test_summary_leaves_out_the_name_and_what_is_blank() -> None:
    item = RubricItem(
        code="a",
        name="创新创造",
        max=Decimal(10),
        focus=("results",),
        bands=(Band(text="甲"), Band()),
        parts=(),
    )
    assert value_words(item, Kind(RubricItem), "place") == "配分 10，考核重点 results，档位 2 项"
    assert value_words(RubricItem(name="x"), Kind(RubricItem), "place") == "x"
    assert value_words(RubricItem(), Kind(RubricItem), "place") == "空"


@pytest.mark.parametrize(
    ("plan_id", "path", "words"),
    [
        (XUZHOU, "/publicity", "方案公示"),
        (XUZHOU, "/sections/schedule", "方案正文 · 时间安排"),
        (XUZHOU, "/organisation/committee/members/0/reason", "组织形式 · 评审委员会 · 主任委员彭远骋 · 理由"),
        (XUZHOU, "/organisation/committee/members/99", "组织形式 · 评审委员会 · 第 100 名委员"),
        (XUZHOU, "/organisation/panels/0/members", "组织形式 · 专家组（业绩评价、interview） · 专家"),
        (XUZHOU, "/conditions/paths/special_technician/years_min", "评审条件 · 基本条件 · 特级技师 · 年限"),
        (XUZHOU, "/conditions/paths/no/years_min", "评审条件 · 基本条件 · no · 年限"),
        (XUZHOU, "/occupations/3/title_mapping/1", "评审职业（工种） · 电工 · 对应职称专业 · 第 2 项"),
        (
            SUZHOU,
            "/rubric/modules/0/items/0/parts/1/bands/2/text",
            "评分标准 · 业绩评价 · 良率提升与工艺难题攻关 · 近5年创造经济效益 · 档位 0~4.5分 · 评判方式",
        ),
        (XUZHOU, "/conditions/paths/", "评审条件 · 基本条件 · 空"),
        (XUZHOU, "/extra_sections/0/a/b", "其他章节 · 第 1 项"),
        (XUZHOU, "", ""),
    ],
)
def test_place_words(plan_id: str, path: str, words: str) -> None:
    assert place_words(build(PlanDraft, patched(plan_id)), path, word) == words


@given(drafts())
def test_every_part_of_any_plan_has_words(plan: PlanDraft) -> None:
    for name, spec in specs(PlanDraft).items():
        assert value_words(getattr(plan, name), spec.kind, name)


@given(values(Kind(tuple, Kind(RubricItem))))
def test_labels_are_one_for_each_item_and_tell_them_apart(items: tuple[RubricItem | None, ...]) -> None:
    labels = item_labels(items, Kind(RubricItem), "place")
    assert len(labels) == len(items)
    assert all(labels)
    assert len(set(labels)) == len(labels)


@given(st.lists(values(Kind(Band)), max_size=4).map(tuple))
def test_absent_is_not_the_word_of_any_band(bands: tuple[Band, ...]) -> None:
    assert str(ABSENT) not in "".join(item_labels(bands, Kind(Band), "place"))
