"""What documents say of plans with gaps, of waivers, of a direct nomination; how their titles break."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from core.documents.deviation_report import deviation_report
from core.documents.laid import laid
from core.documents.nomination_letter import OfNomination, nomination_letter
from core.documents.paper import Paper, Table, Text
from core.documents.pdf import pdf
from core.documents.review_opinion import OfReview, Opinion, review_opinion
from core.documents.told import NOTHING
from core.documents.word import word
from core.documents.work_plan import work_plan
from core.domain.enterprise import Enterprise
from core.domain.evidence import Evidence
from core.domain.nomination import Dossier, PilotNomination, Signature
from core.domain.pilot_cycle import Decision
from core.domain.plan import PlanDraft
from core.domain.plan_review import Tick, Verdict
from core.domain.records import build
from core.domain.roles import Role
from core.domain.stages import NominationState, PlanState
from core.domain.values import BEIJING
from core.rulebook.waivers import Waiver
from core.services.documents import of_file
from core.services.editions import CURRENT
from tests.unit.documents.printed import of_plan, opened, paper_with, plan_with, squeezed, text

AT = datetime(2026, 11, 16, 9, 0, tzinfo=BEIJING)
HOLES: dict[str, Any] = {
    "enterprise": None,
    "sections": {"methods": ""},
    "occupations": [None, {"code": "6-18-02-04"}],
    "conditions": {"paths": {"special_technician": None}, "extra": [None]},
    "methods": {"routes": [None], "performance": None},
    "organisation": {"committee": {"members": [None, {"name": "甲"}], "staff": [None]}, "panels": [None]},
    "rubric": {
        "modules": [
            None,
            {"code": "overall", "items": [None, {"code": "a", "bands": [None], "grades": [{"grade": "优"}]}]},
        ]
    },
    "schedule": {"interview": None, "extra_rounds": [None, {"a": 1}]},
    "incentives": {"items": [None, "津贴"]},
    "complaints": {"handlers": [None]},
    "extra_sections": [None, "其他", {"a": ["b"]}],
    "deviations": [None],
}


def cells(paper: Paper) -> list[str]:
    return [
        cell.words for each in paper.blocks if isinstance(each, Table) for row in each.rows for cell in row
    ]


def texts(paper: Paper) -> list[str]:
    return [each.words for each in paper.blocks if isinstance(each, Text)]


@pytest.mark.parametrize("data", [{}, HOLES], ids=["nothing", "holes"])
@pytest.mark.parametrize("builder", [work_plan, deviation_report])
def test_plan_with_gaps_is_printed_all_the_same(builder: Any, data: dict[str, Any]) -> None:
    paper = builder(of_file(build(PlanDraft, data), None))
    assert pdf(paper).startswith(b"%PDF-1.7")
    assert len(opened(word(paper)).tables) == sum(isinstance(each, Table) for each in paper.blocks)


def test_part_without_words_says_so_where_they_would_stand() -> None:
    assert texts(work_plan(of_file(PlanDraft(), None))).count(NOTHING) == 8
    assert NOTHING not in texts(paper_with())


def test_plan_without_departures_says_so() -> None:
    none = replace(of_plan(plan_with()), departures=())
    assert "本方案没有偏离省级参考的内容。" in texts(deviation_report(none))
    assert any("其中写明理由" in each for each in texts(deviation_report(of_plan(plan_with()))))


def opinion(role: Role, outcome: str, **ticks: Tick) -> Opinion:
    return Opinion(role=role, outcome=outcome, by="邵知微", at=AT if outcome else None, ticks=ticks, views={})


def review(state: PlanState, *outcomes: str, waivers: tuple[Waiver, ...] = ()) -> Paper:
    returned = Tick(
        role=Role.CITY_HR,
        section="rubric",
        section_hash="",
        verdict=Verdict.RETURN,
        reason="权重没有说明。",
        by="邵知微",
        at=AT,
    )
    roles = (Role.CITY_HR, Role.CITY_INDUSTRY)
    opinions = [
        opinion(role, outcome, **({"rubric": returned} if outcome == "returned" else {}))
        for role, outcome in zip(roles, outcomes, strict=True)
    ]
    return review_opinion(
        OfReview(
            enterprise="某企业",
            city_code="320500",
            year=2026,
            number=2,
            digest="0" * 64,
            state=state,
            submitted=date(2026, 11, 13),
            sections=("rubric",),
            opinions=opinions,
            findings=(),
            waivers=waivers,
            rules=CURRENT.catalogue.rules,
        )
    )


@pytest.mark.parametrize(
    ("state", "outcomes", "said", "draft"),
    [
        (PlanState.SUBMITTED, ("agreed", ""), "会同审核尚未结束。", True),
        (PlanState.REVIEWED, ("agreed", "agreed"), "审核通过，报省职业技能鉴定中心。", False),
        (PlanState.RETURNED, ("agreed", "agreed"), "审核通过，报省职业技能鉴定中心。", False),
        (PlanState.RETURNED, ("returned", ""), "退回修改。企业修改退回的部分后，重新公示、报送。", False),
        (PlanState.REJECTED, ("", ""), "会同审核没有作出结论，这一版不予通过。", False),
    ],
)
def test_opinion_concludes_what_both_bodies_decided(
    state: PlanState, outcomes: tuple[str, str], said: str, draft: bool
) -> None:
    paper = review(state, *outcomes)
    assert said in texts(paper)
    assert paper.draft is draft
    assert ("退回：权重没有说明。" in cells(paper)) is ("returned" in outcomes)
    assert ("尚未决定" in cells(paper)) is ("" in outcomes)


def test_opinion_lists_what_was_waived_by_whom_and_why() -> None:
    decision = Decision(person_id=1, name="季怀瑜", role=Role.PROVINCE_HR, at=AT, reason="试点首年。")
    paper = review(
        PlanState.REVIEWED,
        "agreed",
        "agreed",
        waivers=(Waiver(rule="JS-A2-members-min-5", decision=decision),),
    )
    assert {"试点首年。", "省人力资源社会保障厅", "季怀瑜\n2026年11月16日"} <= set(cells(paper))
    assert "没有豁免。" not in texts(paper)
    assert "没有豁免。" in texts(review(PlanState.REVIEWED, "agreed", "agreed"))


def letter(channel: str, state: NominationState = NominationState.REPORTED) -> Paper:
    signed = Signature(person_id=1, name="苗怀谷", role=Role.CENTRAL_BRANCH, city_code="320100", at=AT)
    nomination = PilotNomination(
        id="1/1",
        cycle="2026",
        city_code="320100",
        state=state,
        dossier=Dossier(
            enterprise=Enterprise(name="某分公司"),
            channel=channel,
            head_evidence=(Evidence(file="0" * 64, title="证明.pdf"),),
        ),
        nominated=signed,
        countersigned=signed,
    )
    return nomination_letter(
        OfNomination(nomination=nomination, edition=CURRENT, year=2026, unit="某集团江苏分公司")
    )


def test_branch_that_reports_directly_applies_and_a_city_nominates() -> None:
    direct, city = letter("province_direct"), letter("city")
    assert direct.name == "某分公司2026年度企业首席技师评聘试点企业申报函"
    assert city.name == "某分公司2026年度企业首席技师评聘试点企业推荐函"
    assert "会签：苗怀谷" in cells(city)
    assert not [each for each in cells(direct) if "会签" in each]
    assert texts(city)[-1] == "请予核实。"
    assert city.title.startswith("某集团江苏分公司\n关于推荐某分公司\n为")
    found = squeezed(text(pdf(city)))
    assert found.index("附件：企业基本情况证明材料：证明.pdf") < found.index("某集团江苏分公司2026年11月16日")


def test_returned_letter_is_to_be_signed_anew() -> None:
    paper = letter("city", NominationState.RETURNED)
    assert paper.draft
    assert "会签：苗怀谷" not in cells(paper)
    assert "2026年11月16日" not in text(pdf(paper))


def test_departure_has_its_reason_across_the_row_below_it() -> None:
    of = of_plan(plan_with())
    reasons = [each.reason for each in of.departures if each.reason]
    for paper, columns in ((deviation_report(of), 4), (work_plan(of), 2)):
        rows = [row for each in paper.blocks if isinstance(each, Table) for row in each.rows]
        below = [row[0] for row in rows if row[0].words.startswith("理由：")]
        assert [each.words.removeprefix("理由：") for each in below] == reasons
        assert {each.columns for each in below} == {columns}


@pytest.mark.parametrize(
    ("title", "size", "lines"),
    [
        ("二" * 19, 22, ["二" * 19]),
        ("二" * 20, 18, ["二" * 20]),
        ("二" * 25, 18, ["二" * 13, "二" * 12]),
        (f"短\n{'1' * 38}", 22, ["短", "1" * 38]),
        ("", 22, [""]),
    ],
)
def test_title_is_broken_where_no_character_stands_alone(title: str, size: int, lines: list[str]) -> None:
    found = laid(replace(paper_with(), title=title))
    assert (found["title_size"], found["title"].split("\n")) == (size, lines)
