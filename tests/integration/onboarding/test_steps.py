"""From a draft to an admitted enterprise, and every door that is closed on the way.

Each refusal stands beside the same act that goes through once its reason is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.domain.enterprise import Enterprise
from core.domain.nomination import Dossier, DossierPart
from core.domain.stages import IllegalMove, NominationState
from core.domain.values import BEIJING, or_empty
from core.persistence.session import act, reading
from core.services import cycles
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.nominations import drafting, evidence, steps
from core.services.nominations import reading as looking
from core.services.nominations.judging import CannotGoOn
from core.services.nominations.kept import QUOTA_CLASS, ROSTER
from tests import factories
from tests.integration.onboarding.conftest import SetClock
from tests.integration.onboarding.season import Season, dossier, uscc

NAME = "南京彭岳重工有限公司（虚构）"
NUMBER = uscc(1)
LAST_MINUTE = datetime(2026, 11, 10, 23, 59, tzinfo=BEIJING)
TOO_LATE = datetime(2026, 11, 11, 0, 1, tzinfo=BEIJING)


@contextmanager
def refused(rule: str) -> Iterator[None]:
    """What the rules refuse, for this one reason."""
    with pytest.raises(CannotGoOn) as raised:
        yield
    assert {each.rule for each in raised.value.findings if each.stops} == {rule}


def state(season: Season, nomination_id: int) -> NominationState:
    return season.look(nomination_id).nomination.state


def test_from_a_draft_to_an_admitted_enterprise(season: Season) -> None:
    season.open_cycle()
    found = season.report(dossier(NAME, NUMBER))
    assert state(season, found) is NominationState.REPORTED
    season.verify(found)
    admitted = season.admit(found, NUMBER)
    kept = season.look(found)
    assert (kept.nomination.state, kept.place) == (NominationState.ADMITTED, admitted.tenant_id)
    row = season.superuser.execute(
        "select kind, uscc, city_code, slug from tenant where id = %s", [admitted.tenant_id]
    ).fetchone()
    assert row == ("enterprise", NUMBER, "320100", None)
    assert kept.admitted_name == season.centre.name


# --- beginning and filling in


def test_nobody_begins_before_the_province_has_opened_a_cycle(season: Season) -> None:
    with pytest.raises(Conflict, match="还没有启动年度"):
        season.draft(dossier(NAME, NUMBER), files=False)
    season.open_cycle()
    assert season.draft(dossier(NAME, NUMBER), files=False)


@pytest.mark.parametrize("who", ["city_hr", "centre", "province"])
def test_only_nominators_begin(season: Season, who: str) -> None:
    season.open_cycle()
    with pytest.raises(NotAllowed, match="由设区市职业技能鉴定中心或央企驻苏分支机构办理"):
        season.draft(dossier(NAME, NUMBER), getattr(season, who), files=False)
    assert season.draft(dossier(NAME, NUMBER), files=False)


@pytest.mark.parametrize("city_code", ["", "110000"])
def test_a_branch_says_in_which_city_it_is(season: Season, city_code: str) -> None:
    season.open_cycle()
    with act(season.scope(season.branch)) as session, pytest.raises(Invalid) as raised:
        drafting.draft(session, actor=season.branch, city_code=city_code)
    assert raised.value.field == "city_code"
    with act(season.scope(season.branch)) as session:
        assert drafting.draft(session, actor=season.branch, city_code=factories.SUZHOU)


def test_whatever_is_typed_is_kept(season: Season) -> None:
    season.open_cycle()
    found = season.draft(Dossier(enterprise=Enterprise(city_code=factories.NANJING)), files=False)
    season.save(found, Dossier(enterprise=Enterprise(name="半个名字", uscc="123"), quota_class="ordinary"))
    kept = season.look(found)
    enterprise = or_empty(kept.nomination.dossier.enterprise, Enterprise)
    assert (enterprise.name, enterprise.uscc, kept.nomination.state) == (
        "半个名字",
        "123",
        NominationState.DRAFT,
    )


def test_saving_the_same_again_leaves_no_trace(season: Season) -> None:
    season.open_cycle()
    found = season.draft(dossier(NAME, NUMBER))
    version, recorded = season.look(found).version, events(season)
    season.save(found, dossier(NAME, NUMBER))
    assert (season.look(found).version, events(season)) == (version, recorded)
    season.save(found, dossier(NAME, NUMBER, selection_reason="另一个理由。"))
    assert (season.look(found).version, events(season)) == (version + 1, recorded + 1)


def test_what_was_saved_in_between_is_not_overwritten(season: Season) -> None:
    season.open_cycle()
    found = season.draft(dossier(NAME, NUMBER))
    version = season.look(found).version
    season.save(found, dossier(NAME, NUMBER, selection_reason="先保存的理由。"))
    later = dossier(NAME, NUMBER, selection_reason="后保存的理由。")
    with pytest.raises(Conflict, match="打开以后鲁知远于2026年11月2日"):
        season.save(found, later, version=version)
    season.save(found, later, version=version + 1)
    assert season.look(found).nomination.dossier.selection_reason == "后保存的理由。"


def test_files_are_removed_while_it_is_filled_in_and_no_longer(season: Season) -> None:
    season.open_cycle()
    found = season.draft(dossier(NAME, NUMBER))
    first, second, *_ = season.look(found).files

    def remove(attachment_id: int) -> None:
        with act(season.scope(season.city)) as session:
            evidence.remove(
                session,
                actor=season.city,
                tenant_id=season.city.tenant_id,
                nomination_id=found,
                attachment_id=attachment_id,
            )

    remove(first.id)
    assert first not in season.look(found).files
    with pytest.raises(LookupError):
        remove(first.id)
    season.attach(season.city, found, first.purpose)
    season.step(steps.submit, season.city, found)
    with pytest.raises(Conflict, match="不能修改"):
        remove(second.id)
    assert second in season.look(found).files


# --- quota and classes


def test_second_ordinary_nomination_waits_for_a_higher_quota(season: Season) -> None:
    season.open_cycle()
    season.report(dossier(NAME, NUMBER))
    second = season.draft(dossier("南京第二家有限公司（虚构）", uscc(2)))
    with refused("JS-1.1-city-quota-one"):
        season.step(steps.submit, season.city, second)
    season.raise_quota(2)
    season.step(steps.submit, season.city, second)
    assert state(season, second) is NominationState.SUBMITTED


@pytest.mark.parametrize("way", ["reject", "withdraw"])
def test_place_is_free_again_when_the_first_is_gone(season: Season, way: str) -> None:
    season.open_cycle()
    first = season.report(dossier(NAME, NUMBER))
    second = season.draft(dossier("南京第二家有限公司（虚构）", uscc(2)))
    with refused("JS-1.1-city-quota-one"):
        season.step(steps.submit, season.city, second)
    who = season.centre if way == "reject" else season.city
    season.step(getattr(steps, way), who, first, reason="材料不实。")
    season.step(steps.submit, season.city, second)
    assert state(season, second) is NominationState.SUBMITTED


def test_g42_base_stands_beside_once_it_is_proved(season: Season) -> None:
    season.open_cycle()
    season.report(dossier(NAME, NUMBER))
    base = season.draft(dossier("南京示范基地有限公司（虚构）", uscc(3), quota_class="g42_plus_base"))
    with refused("JS-1.1-quota-exempt"):
        season.step(steps.submit, season.city, base)
    season.attach(season.city, base, QUOTA_CLASS)
    season.step(steps.submit, season.city, base)
    season.step(steps.countersign, season.city_hr, base)
    with reading(season.scope(season.city)) as session:
        opened = cycles.latest(session)
        assert opened
        use = looking.quota_use(session, opened, factories.NANJING)
    assert (use.quota, use.used, use.exempt) == (1, 1, 1)


def test_central_branch_reports_directly_whatever_class_it_typed(season: Season) -> None:
    season.open_cycle()
    branch, unit = season.branch, season.tenants.central_branch.id
    found = season.draft(dossier("央企南京分公司（虚构）", NUMBER, quota_class="ordinary"), branch)
    assert season.look(found, unit=unit).nomination.dossier.quota_class == "central_branch"
    with refused("JS-1.1-quota-exempt"):
        season.step(steps.submit, branch, found, unit)
    season.attach(branch, found, QUOTA_CLASS)
    season.step(steps.submit, branch, found, unit)
    assert season.look(found, unit=unit).nomination.state is NominationState.REPORTED
    unmet = {DossierPart.QUOTA: "认定文件不清晰。"}
    season.step(steps.send_back, season.centre, found, unit, unmet=unmet)
    season.save(found, dossier("央企南京分公司（虚构）", NUMBER, quota_class="g42_plus_base"), branch)
    assert season.look(found, unit=unit).nomination.dossier.quota_class == "central_branch"
    season.step(steps.submit, branch, found, unit)
    season.verify(found, unit)
    assert season.admit(found, NUMBER, unit=unit).tenant_id


def test_one_enterprise_comes_by_one_channel(season: Season) -> None:
    season.open_cycle()
    branch, unit = season.branch, season.tenants.central_branch.id
    direct = season.draft(dossier("央企南京分公司（虚构）", NUMBER), branch)
    season.attach(branch, direct, QUOTA_CLASS)
    season.step(steps.submit, branch, direct, unit)
    city = season.draft(dossier("央企南京分公司（虚构）", NUMBER))
    with pytest.raises(Conflict, match="一个年度只通过一个渠道申报一次"):
        season.step(steps.submit, season.city, city)
    season.step(steps.withdraw, branch, direct, unit, reason="改由设区市推荐。")
    season.step(steps.submit, season.city, city)
    assert state(season, city) is NominationState.SUBMITTED


# --- in time


def test_deadline_holds_until_midnight_and_is_reopened_for_one(season: Season, set_clock: SetClock) -> None:
    season.open_cycle()
    season.raise_quota(3)
    first, second, third = (season.draft(dossier(f"南京{n}有限公司（虚构）", uscc(n))) for n in (1, 2, 3))
    set_clock(LAST_MINUTE)
    season.step(steps.submit, season.city, first)
    set_clock(TOO_LATE)
    for found in (second, third):
        with refused("JS-2.1-nomination-deadline"):
            season.step(steps.submit, season.city, found)
    season.reopen(uscc(2), date(2026, 11, 13))
    season.step(steps.submit, season.city, second)
    season.step(steps.countersign, season.city_hr, second)
    assert state(season, second) is NominationState.REPORTED
    with refused("JS-2.1-nomination-deadline"):
        season.step(steps.submit, season.city, third)


def test_countersigning_keeps_the_deadline_too(season: Season, set_clock: SetClock) -> None:
    season.open_cycle()
    found = season.send(dossier(NAME, NUMBER))
    set_clock(TOO_LATE)
    with refused("JS-2.1-nomination-deadline"):
        season.step(steps.countersign, season.city_hr, found)
    season.reopen(NUMBER, date(2026, 11, 12))
    season.step(steps.countersign, season.city_hr, found)
    assert state(season, found) is NominationState.REPORTED


def test_what_the_province_returns_has_kept_its_date(season: Season, set_clock: SetClock) -> None:
    season.open_cycle()
    found = season.report(dossier(NAME, NUMBER))
    reported = season.look(found).nomination.reported_at
    season.step(steps.send_back, season.centre, found, unmet={DossierPart.SENIOR_TECHNICIANS: "名册不全。"})
    set_clock(TOO_LATE)
    season.step(steps.submit, season.city, found)
    season.step(steps.countersign, season.city_hr, found)
    assert season.look(found).nomination.reported_at == reported


# --- barred


def test_barred_enterprise_waits_until_its_five_years_are_over(season: Season) -> None:
    season.open_cycle()
    season.raise_quota(2)
    season.bar(NUMBER, date(2024, 5, 6))
    season.bar(uscc(2), date(2021, 11, 1))
    found = season.draft(dossier(NAME, NUMBER))
    with refused("JS-5.3-sanction-five-years"):
        season.step(steps.submit, season.city, found)
    free = season.draft(dossier("处理期满有限公司（虚构）", uscc(2)))
    season.step(steps.submit, season.city, free)
    assert state(season, free) is NominationState.SUBMITTED


def test_enterprise_that_is_barred_meanwhile_is_not_admitted(season: Season) -> None:
    season.open_cycle()
    found = season.report(dossier(NAME, NUMBER))
    season.verify(found)
    season.bar(NUMBER, date(2026, 11, 1))
    with refused("JS-5.3-sanction-five-years"):
        season.admit(found, NUMBER)
    season.superuser.execute("delete from sanction")
    assert season.admit(found, NUMBER)


# --- who


@pytest.mark.parametrize("who", ["city_hr", "centre"])
def test_only_the_nominator_sends_in(season: Season, who: str) -> None:
    season.open_cycle()
    found = season.draft(dossier(NAME, NUMBER))
    with pytest.raises(IllegalMove):
        season.step(steps.submit, getattr(season, who), found)
    season.step(steps.submit, season.city, found)
    assert state(season, found) is NominationState.SUBMITTED


@pytest.mark.parametrize("who", ["city", "centre"])
def test_only_the_citys_authority_countersigns(season: Season, who: str) -> None:
    season.open_cycle()
    found = season.send(dossier(NAME, NUMBER))
    with pytest.raises(IllegalMove):
        season.step(steps.countersign, getattr(season, who), found)
    season.step(steps.countersign, season.city_hr, found)
    assert state(season, found) is NominationState.REPORTED


@pytest.mark.parametrize("who", ["city", "city_hr"])
def test_only_the_province_verifies_rejects_and_admits(season: Season, who: str) -> None:
    season.open_cycle()
    found, actor = season.report(dossier(NAME, NUMBER)), getattr(season, who)
    with pytest.raises(NotAllowed):
        season.step(steps.verify, actor, found, found={DossierPart.QUOTA: ""})
    with pytest.raises(IllegalMove):
        season.step(steps.reject, actor, found, reason="不符合。")
    season.verify(found)
    with pytest.raises(IllegalMove):
        season.admit(found, NUMBER, who=actor)
    assert season.admit(found, NUMBER, who=season.province)


def test_one_person_signs_twice_only_with_the_provinces_consent(season: Season) -> None:
    season.open_cycle()
    city, hr = season.city, season.city_hr
    both = replace(hr, person_id=city.person_id, name=city.name)
    found = season.send(dossier(NAME, NUMBER))
    with refused("JS-1.1-nominated-by-city-centre"):
        season.step(steps.countersign, both, found)
    with act(season.scope(season.province)) as session:
        cycles.allow_both_hands(
            session,
            actor=season.province,
            cycle_id=1,
            city_code=factories.NANJING,
            reason="该市仅一名经办人员。",
        )
    season.step(steps.countersign, both, found)
    assert state(season, found) is NominationState.REPORTED


def test_files_that_are_missing_stop_it(season: Season) -> None:
    season.open_cycle()
    found = season.draft(dossier(NAME, NUMBER))
    season.superuser.execute("delete from attachment where purpose = %s", [ROSTER])
    with refused("JS-1.1-requirements-all"):
        season.step(steps.submit, season.city, found)
    season.attach(season.city, found, ROSTER)
    season.step(steps.submit, season.city, found)
    assert state(season, found) is NominationState.SUBMITTED


# --- as it was seen


@pytest.mark.parametrize("by", ["reject", "send_back", "verify", "admit"])
def test_decision_on_what_was_not_seen_is_refused_with_what_was_done(season: Season, by: str) -> None:
    season.open_cycle()
    found = season.report(dossier(NAME, NUMBER))
    seen = season.look(found).version
    season.verify(found)
    arguments: dict[str, dict[str, Any]] = {
        "reject": {"reason": "不符合。"},
        "send_back": {"unmet": {DossierPart.QUOTA: "理由不足。"}},
        "verify": {"found": {DossierPart.QUOTA: ""}},
    }

    def decide(version: int) -> None:
        if by == "admit":
            season.admit(found, NUMBER, version=version)
        else:
            season.step(getattr(steps, by), season.province, found, version=version, **arguments[by])

    with pytest.raises(Conflict, match=r"打开以后温叙言于2026年11月2日 09:0\d.*“核实推荐申报”，没有办理"):
        decide(seen)
    decide(season.look(found).version)


def test_of_two_decisions_the_second_is_told_the_first(season: Season) -> None:
    season.open_cycle()
    found = season.report(dossier(NAME, NUMBER))
    seen = season.look(found).version
    season.step(steps.reject, season.centre, found, reason="不符合。", version=seen)
    with pytest.raises(Conflict, match="“不予确定”"):
        season.step(steps.send_back, season.province, found, unmet={DossierPart.QUOTA: "理由"}, version=seen)
    with pytest.raises(IllegalMove, match="推荐申报不予确定，不能退回"):
        season.step(steps.send_back, season.province, found, unmet={DossierPart.QUOTA: "理由"})
    assert state(season, found) is NominationState.REJECTED


# --- return


def test_return_unlocks_editing(season: Season) -> None:
    season.open_cycle()
    found = season.send(dossier(NAME, NUMBER))
    changed = dossier(NAME, NUMBER, selection_reason="补充了比选结果。")
    with pytest.raises(Conflict, match="推荐申报待会签，不能修改"):
        season.save(found, changed)
    season.step(steps.send_back, season.city_hr, found, unmet={DossierPart.QUOTA: "没有写比选结果。"})
    season.save(found, changed)
    kept = season.look(found)
    assert kept.nomination.dossier.selection_reason == "补充了比选结果。"
    assert [each.reason for each in kept.nomination.unmet] == ["没有写比选结果。"]


@pytest.mark.parametrize("unmet", [{}, {DossierPart.QUOTA: "  "}])
def test_nothing_is_returned_without_a_reason(season: Season, unmet: dict[DossierPart, str]) -> None:
    season.open_cycle()
    found = season.report(dossier(NAME, NUMBER))
    with pytest.raises(Exception, match="没有"):
        season.step(steps.send_back, season.centre, found, unmet=unmet)
    season.step(steps.send_back, season.centre, found, unmet={DossierPart.QUOTA: "没有写比选结果。"})
    assert state(season, found) is NominationState.RETURNED


def test_verification_survives_where_nothing_was_changed(season: Season) -> None:
    season.open_cycle()
    found = season.report(dossier(NAME, NUMBER))
    season.verify(found)
    season.step(steps.send_back, season.centre, found, unmet={DossierPart.SENIOR_TECHNICIANS: "名册 35 人。"})
    enterprise = replace(
        or_empty(dossier(NAME, NUMBER).enterprise, Enterprise),
        senior_technician_count=35,
        main_business_revenue_wan=Decimal(190_000),
    )
    season.save(found, dossier(NAME, NUMBER, enterprise=enterprise))
    assert [each.after for each in season.look(found).changed()] == ["190000 万元", "35 人"]
    season.step(steps.submit, season.city, found)
    kept = season.look(found)
    assert {each.part for each in kept.nomination.verifications} == {
        DossierPart.ENTERPRISE,
        DossierPart.EVALUATION_WORK,
        DossierPart.QUOTA,
    }
    assert kept.nomination.countersigned is None
    assert [each.after for each in kept.changed()] == ["190000 万元", "35 人"]
    season.step(steps.countersign, season.city_hr, found)
    with refused("JS-1.1-requirements-all"):
        season.admit(found, NUMBER)
    season.verify(found)
    assert season.admit(found, NUMBER)


def test_a_new_file_is_a_change_of_its_part(season: Season) -> None:
    season.open_cycle()
    found = season.report(dossier(NAME, NUMBER))
    season.verify(found)
    season.step(steps.send_back, season.centre, found, unmet={DossierPart.QUOTA: "没有写比选结果。"})
    season.superuser.execute("update attachment set digest = sha256('x') where purpose = %s", [ROSTER])
    season.save(found, dossier(NAME, NUMBER, selection_reason="补充了比选结果。"))
    season.step(steps.submit, season.city, found)
    verified = {each.part for each in season.look(found).nomination.verifications}
    assert DossierPart.SENIOR_TECHNICIANS not in verified
    assert DossierPart.EVALUATION_WORK in verified


# --- admission


def test_requirement_that_was_not_verified_or_not_met_keeps_it_out(season: Season) -> None:
    season.open_cycle()
    found = season.report(dossier(NAME, NUMBER))
    with refused("JS-1.1-requirements-all"):
        season.admit(found, NUMBER)
    season.verify(found)
    season.step(steps.verify, season.centre, found, found={DossierPart.EVALUATION_WORK: "没有机构文件。"})
    with refused("JS-1.1-requirements-all"):
        season.admit(found, NUMBER)
    season.verify(found)
    assert season.admit(found, NUMBER)


def test_two_admissions_make_one_tenant(season: Season) -> None:
    season.open_cycle()
    found = season.report(dossier(NAME, NUMBER))
    season.verify(found)
    first, second = season.tenant_for(NUMBER), season.tenant_for(NUMBER)
    assert first != second
    season.admit(found, NUMBER, tenant_id=first)
    with pytest.raises(Conflict, match="温叙言已办理“确定为试点企业”，没有重复办理"):
        season.admit(found, NUMBER, tenant_id=second, who=season.province)
    for table, where in (
        ("tenant", "uscc = %s"),
        ("cycle_place", "%s <> ''"),
        ("invitation", "role = 'enterprise_principal' and %s <> ''"),
        ("audit_event", "action = 'nomination:admit' and %s <> ''"),
        ("outbox", "topic = 'nomination:admit' and %s <> ''"),
    ):
        query = f"select count(*) from {table} where {where}"  # noqa: S608 - words of this test
        assert season.superuser.execute(query.encode(), [NUMBER]).fetchone() == (1,), table


def test_enterprise_keeps_its_tenant_in_the_next_cycle(season: Season) -> None:
    season.open_cycle()
    first = season.report(dossier(NAME, NUMBER))
    season.verify(first)
    tenant = season.admit(first, NUMBER).tenant_id
    season.open_cycle(id="2026-2", second_reason="增补一批试点。")
    second = season.report(dossier(NAME, NUMBER))
    season.verify(second)
    assert season.admit(second, NUMBER).tenant_id == tenant
    assert season.superuser.execute("select count(*) from cycle_place").fetchone() == (2,)


def test_folder_of_the_number_brings_its_plugins(season: Season) -> None:
    number = "91320100MA0DEM03XT"
    season.open_cycle()
    found = season.report(dossier("中国泓能石化集团有限公司南京江畔分公司（虚构）", number))
    season.verify(found)
    tenant = season.admit(found, number).tenant_id
    row = season.superuser.execute(
        "select slug, tenant_plugin.name, position from tenant"
        " join tenant_plugin on tenant_id = tenant.id where tenant.id = %s",
        [tenant],
    ).fetchone()
    assert row == ("nanjing_hongneng", "hongneng_group", 1)


@pytest.mark.parametrize("short_name", ["", " ", "十七个字的企业简称实在是太长了一些吧"])
def test_short_name_has_one_to_sixteen_characters(season: Season, short_name: str) -> None:
    season.open_cycle()
    found = season.report(dossier(NAME, NUMBER))
    season.verify(found)
    with pytest.raises(Invalid) as raised:
        season.admit(found, NUMBER, short_name=short_name)
    assert raised.value.field == "short_name"
    assert season.admit(found, NUMBER, short_name="彭岳")


def events(season: Season) -> int:
    row = season.superuser.execute("select count(*) from audit_event").fetchone()
    assert row
    return int(row[0])
