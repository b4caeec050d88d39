"""Dossiers and nominations: parts, evidence, what a resubmission changed, what admission carries over."""

from dataclasses import replace
from datetime import datetime

import pytest

from core.domain.enterprise import Enterprise
from core.domain.evidence import Evidence, files
from core.domain.nomination import (
    REQUIREMENTS,
    Dossier,
    DossierPart,
    EvaluationWork,
    PilotNomination,
    changes,
    enrolment,
    evidence_of,
    part_of,
    silent_cities,
    still_verified,
    verified,
)
from core.domain.places import CITIES
from core.domain.plan import PlanDraft
from core.domain.records import build, plain, specs
from core.domain.stages import NominationState
from core.rulebook.engine import check
from core.rulebook.js2023 import EDITION
from core.rulebook.vocabulary import vocabulary
from tests.unit.rulebook.nominations import DOCUMENT, SITUATIONS, Situation, cycle_of, verification

BASES: dict[str, Dossier] = {name: build(Dossier, data) for name, data in DOCUMENT["bases"].items()}
ORDINARY = BASES["ordinary"]
WORD = vocabulary("js2023").word


def nomination(base: str, act: str = "admit") -> PilotNomination:
    return Situation({"name": base, "base": base, "act": act}).nomination


@pytest.mark.parametrize("base", BASES)
def test_a_dossier_is_stored_and_built_again_without_loss(base: str) -> None:
    assert build(Dossier, plain(BASES[base])) == BASES[base]


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/enterprise/main_business_revenue_wan", DossierPart.INDUSTRY_POSITION),
        ("/industry_position/scale_evidence/0", DossierPart.INDUSTRY_POSITION),
        ("/enterprise/evaluation_history/0/year", DossierPart.EVALUATION_WORK),
        ("/evaluation_work", DossierPart.EVALUATION_WORK),
        ("/enterprise/senior_technician_count", DossierPart.SENIOR_TECHNICIANS),
        ("/senior_technicians/evidence", DossierPart.SENIOR_TECHNICIANS),
        ("/enterprise", DossierPart.ENTERPRISE),
        ("/enterprise/uscc", DossierPart.ENTERPRISE),
        ("/enterprise/cluster/name", DossierPart.ENTERPRISE),
        ("/head_evidence/0/title", DossierPart.ENTERPRISE),
        ("/channel", DossierPart.QUOTA),
        ("/quota_class_evidence/1", DossierPart.QUOTA),
        ("", DossierPart.QUOTA),
    ],
)
def test_every_place_belongs_to_a_part(path: str, part: DossierPart) -> None:
    assert part_of(path) is part


def test_requirements_are_those_of_the_template_in_its_order() -> None:
    template = EDITION.template
    codes = [each for each in template.codes("/nomination/requirements") if each != "lead"]
    assert codes == list(REQUIREMENTS)
    for part in REQUIREMENTS:
        assert template.groups[f"/nomination/requirements/{part}"].label == part.zh
        assert specs(Dossier)[part.value].zh == part.zh


def test_evidence_without_a_file_is_none() -> None:
    listed = (Evidence(file="a", title="甲"), Evidence(title="乙"), None, Evidence(file=" "))
    assert [each.title for each in files(listed)] == ["甲"]  # type: ignore[arg-type] # as read from a form
    assert files(None) == ()


def test_evidence_of_each_part() -> None:
    g42 = BASES["g42"]
    assert {part: [each.file for each in evidence_of(g42, part)] for part in DossierPart} == {
        DossierPart.ENTERPRISE: [],
        DossierPart.INDUSTRY_POSITION: ["b1", "b2"],
        DossierPart.EVALUATION_WORK: ["b3"],
        DossierPart.SENIOR_TECHNICIANS: ["b4"],
        DossierPart.QUOTA: ["b5"],
    }
    assert all(evidence_of(Dossier(), part) == () for part in DossierPart)


# ---- return and resubmission


def changed() -> Dossier:
    enterprise = replace(ORDINARY.enterprise or Enterprise(), senior_technician_count=190)
    return replace(
        ORDINARY,
        enterprise=enterprise,
        evaluation_work=EvaluationWork(
            evidence=(Evidence(file="a3", title="评价管理办法"), Evidence(file="a5", title="认定公告汇总"))
        ),
        quota_class="g42_plus_base",
    )


def test_a_resubmission_shows_what_it_changed_in_words() -> None:
    found = changes(ORDINARY, changed(), WORD)
    assert [(each.heading, each.sentence) for each in found] == [
        ("申报企业", "高级技师人数 186 人 → 190 人"),
        ("培训评价工作", "新增 认定公告汇总"),
        (
            "名额类别",
            "名额类别 设区市推荐名额 → “G42+民营企业人才人事综合改革示范基地”（不占名额）",
        ),
    ]
    assert [part_of(each.path) for each in found] == [
        DossierPart.SENIOR_TECHNICIANS,
        DossierPart.EVALUATION_WORK,
        DossierPart.QUOTA,
    ]
    assert changes(ORDINARY, ORDINARY) == ()


def test_only_what_was_met_and_did_not_change_stays_verified() -> None:
    found = [verification(part) for part in DossierPart]
    kept = still_verified(found, changes(ORDINARY, changed()))
    assert [each.part for each in kept] == [DossierPart.ENTERPRISE, DossierPart.INDUSTRY_POSITION]
    unmet = [verification(DossierPart.ENTERPRISE, met=False, reason="名称不符")]
    assert still_verified(unmet, ()) == ()
    assert [each.part for each in still_verified(found, ())] == list(DossierPart)


def test_a_part_is_verified_anew() -> None:
    first = nomination("ordinary")
    unmet = verification(DossierPart.SENIOR_TECHNICIANS, met=False, reason="缺名册")
    returned = verified(first, unmet)
    assert returned.unmet == (unmet,)
    assert len(returned.verifications) == len(REQUIREMENTS)
    met = verified(returned, verification(DossierPart.SENIOR_TECHNICIANS))
    assert met.unmet == ()
    assert len(met.verifications) == len(REQUIREMENTS)


# ---- what others see


def test_a_slot_says_what_the_quota_needs() -> None:
    slot = nomination("g42").slot()
    assert (slot.uscc, slot.city_code, slot.channel) == ("91320500MA0DEM021P", "320500", "city")
    assert (slot.quota_class, slot.class_proved, slot.state) == (
        "g42_plus_base",
        True,
        NominationState.ADMITTED,
    )
    bare = replace(nomination("ordinary"), dossier=Dossier()).slot()
    assert (bare.enterprise, bare.uscc, bare.class_proved) == ("（未填写名称）", "", False)


def test_cities_that_nominate_nobody_are_named() -> None:
    slots = [nomination("ordinary").slot(), nomination("g42").slot(), nomination("branch").slot()]
    withdrawn = replace(slots[1], state=NominationState.WITHDRAWN)
    assert silent_cities([]) == tuple(CITIES)
    assert silent_cities(slots) == tuple(code for code in CITIES if code not in ("320300", "320500"))
    assert "320500" in silent_cities([slots[0], withdrawn])


# ---- admission


@pytest.mark.parametrize("base", BASES)
def test_what_admission_carries_over_passes_the_check_of_a_plan(base: str) -> None:
    """The rules about enterprise and nomination judge the plan of an admitted one as they did here."""
    admitted = nomination(base)
    enterprise, nominated = enrolment(admitted)
    assert enterprise == admitted.dossier.enterprise
    assert nominated.submitted_at == admitted.reported_at
    cycle = cycle_of().for_enterprise(admitted.uscc)
    plan = PlanDraft(enterprise=enterprise, nomination=nominated)
    about = {each.rule for each in EDITION.nomination_checks}
    found = check(plan, edition=EDITION, cycle=cycle)
    assert [each for each in found if each.rule in about] == []


def test_a_reopened_enterprise_passes_the_check_of_a_plan_too() -> None:
    (late,) = [each for each in SITUATIONS if str(each) == "重新开放的企业 11 月 14 日确定"]
    enterprise, nominated = enrolment(late.nomination)
    plan = PlanDraft(enterprise=enterprise, nomination=nominated)
    reopened = cycle_of(late.data["cycle"]).for_enterprise(late.nomination.uscc)
    rules = [
        {each.rule for each in check(plan, edition=EDITION, cycle=cycle)}
        for cycle in (reopened, cycle_of().for_enterprise(late.nomination.uscc))
    ]
    assert ["JS-2.1-nomination-deadline" in each for each in rules] == [False, True]


def test_what_is_not_signed_or_proved_is_not_stated() -> None:
    draft = replace(nomination("ordinary", "submit"), nominated=None)
    _, nominated = enrolment(draft)
    assert (nominated.nominated_by_role, nominated.submitted_at) == (None, None)
    assert nominated.quota_class_evidence is None
    assert enrolment(nomination("g42"))[1].quota_class_evidence == "“G42+”示范基地认定文件"
    assert datetime.fromisoformat("2026-11-05T09:00:00+08:00") == nomination("g42").reported_at
