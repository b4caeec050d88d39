"""Shape and type of a plan document: what is read, what is refused, all faults at once, and back."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from core.domain.answers import Answer
from core.domain.errors import NotAPlan, ShapeFault
from core.domain.frozen import canonical
from core.domain.plan import (
    NINE_PARTS,
    SEVEN_SECTIONS,
    Deviation,
    EligibilityPath,
    Methods,
    PlanDraft,
    Rubric,
)
from core.domain.records import Kind, build, plain, specs
from core.domain.values import ABSENT
from core.plandoc.reading import read_tree
from core.plandoc.schemas import (
    LIMIT_FAULTS,
    answer_schema,
    load_answer,
    load_plan,
    schema_of,
    without_annotations,
)
from core.plandoc.tree import Plain
from tests.unit.domain.drafts import drafts
from tests.unit.rulebook.plans import PLANS, patched


def from_text(text: str) -> PlanDraft:
    tree = read_tree(text.encode())
    return load_plan(tree.root, tree.lines)


def faults(data: Any) -> list[tuple[str, str]]:
    with pytest.raises(NotAPlan) as caught:
        load_plan(data)
    return [(each.path, each.message) for each in caught.value.faults]


def faults_of_text(text: str) -> list[str]:
    with pytest.raises(NotAPlan) as caught:
        from_text(text)
    return [str(each) for each in caught.value.faults]


def fault(value: Any, *way: str) -> str:
    """The one complaint about ``value`` at ``way`` in an otherwise empty plan."""
    data = value
    for step in reversed(way):
        data = {step: data}
    ((path, message),) = faults(data)
    assert path == "".join(f"/{step}" for step in way)
    return message


SCORE = ("methods", "performance", "pass_score")
QUOTA = ("methods", "performance", "quota")
BALLOT = ("methods", "secret_ballot")
DAY = ("schedule", "interview")
MOMENT = ("submitted_at",)


def read(value: Any, *way: str) -> Any:
    data = value
    for step in reversed(way):
        data = {step: data}
    found: Any = load_plan(data)
    for step in way:
        found = getattr(found, step)
    return found


# ---- numbers


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (Plain("80"), "80"),
        (Plain("0"), "0"),
        (Plain("-50"), "-50"),
        (Plain("8.5"), "8.5"),
        (Plain("8.50"), "8.5"),
        (Plain("8.000000"), "8"),
        (Plain("1000000000000"), "1000000000000"),
        (80, "80"),
        (8.5, "8.5"),
        (Decimal("8.5"), "8.5"),
        (10**12, "1000000000000"),
    ],
    ids=repr,
)
def test_number(written: Any, number: str) -> None:
    assert read(written, *SCORE) == Decimal(number)
    assert isinstance(read(written, *SCORE), Decimal)


@pytest.mark.parametrize(
    "written",
    [
        *map(
            Plain,
            ["NaN", ".nan", "nan", "inf", "-.inf", "1e308", "1E5", "８０", "８.５", "٨٠", "80分", "1_000"],
        ),
        *map(
            Plain,
            ["1,000", "0x10", "0o17", "010", "00", "+5", "5.", ".5", "12:30", "--1", "- 1", "true", "八十"],
        ),
        *["80", "8.5", "", True, False, float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), 1e308],
        *[[], [80], {}, {"a": 1}, date(2026, 1, 1)],
        Plain("9" * 5000),
        Plain("0." + "0" * 5000 + "1"),
    ],
    ids=lambda written: repr(written)[:30],
)
def test_no_number(written: Any) -> None:
    assert fault(written, *SCORE).startswith(("应为数字，实际为", "数值“"))


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (Plain("1e308"), "应为数字，实际为“1e308”。写成 12 或 12.5 的形式，用半角数字，不加引号。"),
        ("80", "应为数字，实际为加了引号的“80”。写成 12 或 12.5 的形式，用半角数字，不加引号。"),
        ([1], "应为数字，实际为一个列表。写成 12 或 12.5 的形式，用半角数字，不加引号。"),
        (Plain("1000000000000.01"), "数值“1000000000000.01”过大，绝对值不得超过 1 万亿。"),
        (Plain("-9999999999999"), "数值“-9999999999999”过大，绝对值不得超过 1 万亿。"),
        (Plain("8.125"), "数值“8.125”的小数多于两位，最多保留两位。"),
        (0.125, "数值“0.125”的小数多于两位，最多保留两位。"),
        (Plain("9" * 1_500_000), f"数值“{'9' * 30}…”过大，绝对值不得超过 1 万亿。"),
        (Plain("0." + "1" * 1_500_000), f"数值“0.{'1' * 28}…”的小数多于两位，最多保留两位。"),
        (Plain("1" * 40), f"数值“{'1' * 30}…”过大，绝对值不得超过 1 万亿。"),
    ],
    ids=lambda written: repr(written)[:30],
)
def test_what_is_wrong_with_a_number(written: Any, message: str) -> None:
    assert fault(written, *SCORE) == message


@given(st.text(max_size=8))
def test_any_unquoted_text_is_a_plain_decimal_or_refused(text: str) -> None:
    try:
        number = read(Plain(text), *SCORE)
    except NotAPlan:
        return
    assert Decimal(text) == number
    assert text.isascii()
    assert not set(text) - set("-.0123456789")


def test_count_is_a_whole_number() -> None:
    assert read(Plain("3"), *QUOTA) == read(3.0, *QUOTA) == read(Plain("3.00"), *QUOTA) == 3
    assert type(read(3.0, *QUOTA)) is int
    assert fault(Plain("3.5"), *QUOTA) == "应为整数，实际为“3.5”。"


# ---- flags, texts, days


def test_flag() -> None:
    assert read(Plain("true"), *BALLOT) is read(True, *BALLOT) is True
    assert read(Plain("false"), *BALLOT) is False


@pytest.mark.parametrize(
    "written",
    [*map(Plain, ["NO", "yes", "True", "TRUE", "on", "0", "1", "是"]), "true", 0, 1, [], {}],
    ids=repr,
)
def test_no_flag(written: Any) -> None:
    assert fault(written, *BALLOT).startswith("应为 true 或 false，实际为")


def test_what_is_wrong_with_a_flag() -> None:
    assert fault(Plain("True"), *BALLOT) == "应为 true 或 false，实际为“True”。用小写，不加引号。"
    assert fault("true", *BALLOT) == "应为 true 或 false，实际为加了引号的“true”。用小写，不加引号。"


@pytest.mark.parametrize(
    "written", ["NO", Plain("NO"), Plain("12:30"), Plain("0123"), "", "  ", "a\nb"], ids=repr
)
def test_text_stays_as_written(written: str) -> None:
    assert read(written, "plan_id") == written
    assert type(read(written, "plan_id")) is str


@pytest.mark.parametrize("written", [12, 1.5, True, [], {}, ["a"]], ids=repr)
def test_no_text(written: Any) -> None:
    assert fault(written, "plan_id").startswith("应为文字，实际为")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-12-03", date(2026, 12, 3)),
        (Plain("2028-02-29"), date(2028, 2, 29)),
        ("2026-12-02T16:00:00Z", date(2026, 12, 3)),
        ("2026-12-02T15:59:59Z", date(2026, 12, 2)),
        ("2026-12-03 08:00", date(2026, 12, 3)),
        ("2026-12-03T23:30:00-12:00", date(2026, 12, 4)),
    ],
)
def test_a_timestamp_where_a_day_belongs_is_its_day_in_shanghai(written: str, day: date) -> None:
    assert read(written, *DAY) == day


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-11", date(2026, 11, 11)),
        ("2026-11-11T09:30", datetime(2026, 11, 11, 9, 30, tzinfo=UTC).replace(tzinfo=None)),
        ("2026-11-11T09:30:00Z", datetime(2026, 11, 11, 9, 30, tzinfo=UTC)),
        ("2026-11-11 09:30:15.5+08:00", datetime(2026, 11, 11, 1, 30, 15, 500_000, tzinfo=UTC)),
        (
            "2026-11-11T09:30-03:30",
            datetime(2026, 11, 11, 9, 30, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
        ),
    ],
)
def test_moment(written: str, moment: date) -> None:
    assert read(written, *MOMENT) == moment
    assert type(read(written, *MOMENT)) is type(moment)


DAY_LIKE, MOMENT_LIKE = "2026-11-20", "2026-11-13 或 2026-11-13T09:00:00+08:00"


@pytest.mark.parametrize(("way", "like"), [(DAY, DAY_LIKE), (MOMENT, MOMENT_LIKE)], ids=["day", "moment"])
@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("2026-02-29", "“2026-02-29”不是有效的日期。"),
        ("2026-13-01", "“2026-13-01”不是有效的日期。"),
        ("2026-11-11T25:00", "“2026-11-11T25:00”不是有效的日期。"),
        ("2026-11-11T09:30+99:00", "“2026-11-11T09:30+99:00”不是有效的日期。"),
        *(
            (written, f"应为日期，如 {{like}}，实际为“{written}”。")
            for written in (
                "2026年11月20日",
                "2026/11/20",
                "20261120",
                "2026-11-1",
                "2026-11-13 9:00",
                "１２",
                "",
                "1899-12-31",
                "2101-01-01",
            )
        ),
        (20261120, "应为日期，如 {like}，实际为“20261120”。"),
        (True, "应为日期，如 {like}，实际为true。"),
        ([], "应为日期，如 {like}，实际为一个列表。"),
    ],
)
def test_no_day(way: tuple[str, ...], like: str, written: Any, message: str) -> None:
    assert fault(written, *way) == message.format(like=like)


# ---- lists, mappings, records


@pytest.mark.parametrize("written", ["a", {}, 1, Plain("a")], ids=repr)
def test_no_list(written: Any) -> None:
    assert fault(written, "methods", "routes").startswith("应为列表，每项前加“- ”，实际为")


@pytest.mark.parametrize(
    "way", [("methods",), ("conditions", "paths"), ("conditions", "paths", "senior_technician")]
)
@pytest.mark.parametrize("written", [["a"], "a", 1, Plain(""), []], ids=repr)
def test_no_mapping(way: tuple[str, ...], written: Any) -> None:
    assert fault(written, *way) == "应按“项目名: 内容”逐行填写。"


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("2/3", "写成 [2, 3]，即三分之二。"),
        ("66.7%", "写成 [2, 3]，即三分之二。"),
        ("4/6", "写成 [4, 6]，即三分之二。"),
        ("3/4", "写成 [3, 4]。"),
        ("75%", "写成 [3, 4]。"),
        ("三分之二", "如三分之二写成 [2, 3]。"),
        ("2/0", "如三分之二写成 [2, 3]。"),
    ],
)
def test_share_that_is_no_pair_is_told_how_to_be_written(written: str, remedy: str) -> None:
    message = f"应为分子、分母两个整数，实际为“{written}”。{remedy}"
    assert fault(Plain(written), "methods", "direct", "vote_fraction") == message


@pytest.mark.parametrize("text", ["a", Plain("徐州彭岳重工首席技师评聘试点工作方案")], ids=repr)
def test_plain_text_is_told_to_be_no_plan(text: str) -> None:
    assert faults(text) == [("", "这是普通文字，不是方案文件。下载示例，按示例逐项填写。")]


@pytest.mark.parametrize("data", [None, [], 1, [{}]], ids=repr)
def test_no_plan_at_all(data: Any) -> None:
    assert faults(data) == [("", "应按“项目名: 内容”逐行填写。")]


def test_keys_of_an_open_mapping_are_kept_in_order() -> None:
    paths = read({"b": {"years_min": 2}, "a": None}, "conditions", "paths")
    assert list(paths.items()) == [("b", EligibilityPath(years_min=Decimal(2))), ("a", None)]


def test_null_and_absent_are_two_things() -> None:
    assert load_plan({"methods": None, "rubric": {"modules": [None, {}]}}) == PlanDraft(
        methods=None,
        rubric=build(Rubric, {"modules": [None, {}]}),
    )
    assert load_plan({}).methods is ABSENT


def test_everything_that_a_rule_judges_is_optional() -> None:
    assert load_plan({}) == PlanDraft()
    for name, spec in specs(PlanDraft).items():
        if spec.kind.is_record:
            assert getattr(load_plan({name: {}}), name) == spec.kind.base()


def test_vocabulary_is_open() -> None:
    assert read(["投票"], "methods", "routes") == ("投票",)


OPEN_TEXT = """\
extra_sections:
- {title: 附则, number: 12.5, count: 3, flag: true, nothing: null, quoted: "12", word: NO, list: [1, [2]]}
"""


def test_open_data_says_what_was_written() -> None:
    assert from_text(OPEN_TEXT).extra_sections == (
        {
            "title": "附则",
            "number": Decimal("12.5"),
            "count": Decimal(3),
            "flag": True,
            "nothing": None,
            "quoted": "12",
            "word": "NO",
            "list": (Decimal(1), (Decimal(2),)),
        },
    )


@pytest.mark.parametrize("number", ["99999999999999", "0.001"])
def test_numbers_in_open_data_have_the_same_limits(number: str) -> None:
    (found,) = faults_of_text(f"extra_sections: [{number}]")
    assert found.startswith("第 1 行（/extra_sections")


# ---- unknown keys, annotations, all faults at once


@pytest.mark.parametrize(
    ("way", "key", "hint"),
    [
        ((), "plan", "，是否应为 plan_id？"),
        ((), "评审方式", "，是否应为 methods？"),
        ((), "其他", "。删去，或改用方案文件规定的项目名。"),
        (("methods",), "route", "，是否应为 routes？"),
        (("rubric", "modules"), "wieght", "，是否应为 weight？"),
        (("rubric", "modules"), "配分", "，是否应为 weight？"),
        (("conditions", "paths", "x"), "years", "，是否应为 years_min？"),
    ],
)
def test_unknown_key(way: tuple[str, ...], key: str, hint: str) -> None:
    data: Any = {key: 1}
    for step in reversed(way):
        data = {step: [data] if step == "modules" else data}
    ((path, message),) = faults(data)
    assert path.endswith(f"/{key}")
    assert message == f"没有“{key}”这个项目{hint}"


FURTHER_KEYS = [
    "/schedule/extra_rounds",
    "/schedule/enterprise_publicity_reason",
    "/rubric/deviation_reason",
    "/rubric/modules/rescale",
    "/rubric/modules/max",
    "/rubric/modules/conversion",
    "/nomination/cluster_reason",
    "/complaints/convener/reason",
    "/organisation/committee/members/reason",
    "/organisation/committee/members/senior_obtained_on",
    "/enterprise/industry_code",
    "/extra_sections",
]


@pytest.mark.parametrize("path", FURTHER_KEYS)
def test_further_legal_keys_are_known(path: str) -> None:
    kind: Any = Kind(PlanDraft)
    for step in path.split("/")[1:]:
        base = kind.item.base if kind.item else kind.base
        kind = specs(base)[step].kind


def test_annotations_of_a_plan_are_dropped_on_reading() -> None:
    notes = {"expected": {"blocking": []}, "fictional": True, "note": [1]}
    assert load_plan({"plan_id": "a"} | notes) == PlanDraft(plan_id="a")
    assert without_annotations({"plan_id": "a"} | notes) == {"plan_id": "a"}
    assert without_annotations(["note"]) == ["note"]
    assert faults({"methods": {"note": 1}}) == [("/methods/note", "没有“note”这个项目，是否应为 routes？")]


MANY_FAULTS = """\
plan_id: [a]
methods:
  performance:
    pass_score: 1e308
    pass_mark: 80
schedule: []
rubric:
  modules:
    - code: achievement
      weight: "50"
    - weight: ５０
      items: {}
nonsense: 1
"""


def test_all_faults_are_told_at_once_with_path_and_line_in_the_order_of_the_file() -> None:
    assert [each.partition("：")[0] for each in faults_of_text(MANY_FAULTS)] == [
        "第 1 行（/plan_id）",
        "第 4 行（/methods/performance/pass_score）",
        "第 5 行（/methods/performance/pass_mark）",
        "第 6 行（/schedule）",
        "第 10 行（/rubric/modules/0/weight）",
        "第 11 行（/rubric/modules/1/weight）",
        "第 12 行（/rubric/modules/1/items）",
        "第 13 行（/nonsense）",
    ]


def test_the_error_says_how_many_faults_there_are() -> None:
    with pytest.raises(NotAPlan, match="有 8 处格式不符") as caught:
        from_text(MANY_FAULTS)
    assert caught.value.faults[0] == ShapeFault("/plan_id", "应为文字，实际为一个列表。", 1)


def test_a_key_with_a_slash_is_escaped_in_the_path() -> None:
    assert faults({"a/b~c": 1})[0][0] == "/a~1b~0c"


# ---- back without loss


def as_yaml(data: Any) -> str:
    """YAML as a person could write it; what YAML would read as something else is quoted."""
    dumped: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    return dumped


@pytest.mark.parametrize("plan_id", PLANS)
def test_demo_plan_comes_back_from_yaml_and_json(plan_id: str) -> None:
    data = plain(patched(plan_id))
    plan = build(PlanDraft, data)
    assert load_plan(data) == plan
    assert from_text(json.dumps(data, ensure_ascii=False)) == plan
    assert from_text(as_yaml(data)) == plan


@given(drafts())
def test_any_plan_comes_back_from_json_yaml_and_values(plan: PlanDraft) -> None:
    data = plain(plan)
    assert load_plan(data) == plan
    assert from_text(json.dumps(data, ensure_ascii=False)) == plan
    assert from_text(canonical(data).decode()) == plan
    assert from_text(as_yaml(data)) == plan


# ---- answers of hooks


@pytest.mark.parametrize("part", NINE_PARTS)
def test_an_answer_has_a_value_and_deviations_and_a_section_where_the_text_has_one(part: str) -> None:
    assert set(answer_schema(part).fields) == {"value", "deviations"} | (
        {"section"} if part in SEVEN_SECTIONS else set()
    )
    assert load_answer(part, {}) == Answer(ABSENT)


def test_answer() -> None:
    data = {"value": {"routes": ["direct"]}, "section": "正文", "deviations": [{"annex": 2}]}
    assert load_answer("methods", data) == Answer(
        Methods(routes=("direct",)), section="正文", deviations=(Deviation(annex=2),)
    )


def test_faults_of_an_answer_have_the_path_where_it_stands() -> None:
    with pytest.raises(NotAPlan) as caught:
        load_answer("rubric", {"value": {"score_step": "x"}, "section": "正文"}, at="/answers/rubric")
    assert [each.path for each in caught.value.faults] == [
        "/answers/rubric/section",
        "/answers/rubric/value/score_step",
    ]


def test_schemas_are_made_once() -> None:
    assert schema_of(Methods) is schema_of(Methods)


def test_faults_beyond_the_limit_are_counted_as_one() -> None:
    with pytest.raises(NotAPlan) as caught:
        load_plan({f"key{number}": Plain("1") for number in range(LIMIT_FAULTS + 1)})
    assert len(caught.value.faults) == LIMIT_FAULTS + 1
    assert caught.value.faults[-1].message == f"格式不符之处超过 {LIMIT_FAULTS} 处，其余没有列出。"


def test_faults_up_to_the_limit_are_all_listed() -> None:
    with pytest.raises(NotAPlan) as caught:
        load_plan({f"key{number}": Plain("1") for number in range(LIMIT_FAULTS)})
    assert len({fault.path for fault in caught.value.faults}) == LIMIT_FAULTS
