"""违规处理: who enters a decision, what is kept of it, until when it bars, what the record tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import ProgrammingError

from core.crypto import Keyring, Personal
from core.domain.roles import Actor, Role
from core.domain.sanction import SanctionKind, subject_of_enterprise
from core.domain.values import BEIJING, years_after
from core.persistence.queries import sanction as queries
from core.persistence.queries.sanction import SanctionsWanted
from core.persistence.session import act, reading
from core.services import sanctions
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.nominations.judging import CannotGoOn
from core.services.sanctions import Decision, Entry
from tests import factories
from tests.integration.accounts.world import KEYS
from tests.integration.onboarding.chains import at_once, told
from tests.integration.onboarding.season import Season, dossier, uscc
from tests.scale import examples

RING: Final = Keyring(KEYS)
CITIZEN: Final = "329900197801010000"
"""Of an area that does not exist."""
AGAINST_ENTERPRISE: Final = Decision(
    kind=SanctionKind.ENTERPRISE,
    number=uscc(1),
    decided_on=date(2026, 10, 30),
    document="苏人社处〔2026〕3号",
)
AGAINST_PERSON: Final = Decision(
    kind=SanctionKind.PERSON,
    number=CITIZEN,
    decided_on=date(2026, 10, 30),
    document="苏人社处〔2026〕4号",
)


def enter(season: Season, decision: Decision, who: Actor | None = None) -> int:
    who = who or season.province
    with act(season.scope(who)) as session:
        return sanctions.enter(session, actor=who, decision=decision, keys=RING)


def page(season: Season, **wanted: object) -> list[Entry]:
    with reading(season.scope(season.centre)) as session:
        found, _ = sanctions.page(session, SanctionsWanted(**wanted))  # type: ignore[arg-type]  # as typed
    return list(found)


def is_barred(season: Season, number: str, on: date, who: Actor | None = None) -> bool:
    with reading(season.scope(who or season.city)) as session:
        return sanctions.barred(session, uscc=number, on=on) is not None


def test_enterprise_is_barred_from_the_decision_to_the_same_day_five_years_later(season: Season) -> None:
    enter(season, AGAINST_ENTERPRISE)
    for day, barred in [
        (date(2026, 10, 29), False),
        (date(2026, 10, 30), True),
        (date(2031, 10, 30), True),
        (date(2031, 10, 31), False),
    ]:
        assert is_barred(season, uscc(1), day) is barred
    assert is_barred(season, f" {uscc(1).lower()} ", date(2026, 11, 2), season.branch)
    assert not is_barred(season, uscc(2), date(2026, 11, 2))


def test_what_is_kept_is_a_hash_and_for_people_a_keyed_one(season: Season) -> None:
    enter(season, AGAINST_ENTERPRISE)
    enter(season, AGAINST_PERSON)
    rows = season.superuser.execute("select kind, subject from sanction order by id").fetchall()
    assert rows == [
        ("enterprise", subject_of_enterprise(uscc(1))),
        ("person", RING.index(CITIZEN, Personal.CITIZEN_ID).hex()),
    ]
    other = Keyring(replace(KEYS, index=bytes(31) + b"\x01"))
    assert other.index(CITIZEN, Personal.CITIZEN_ID).hex() != rows[1][1]


def test_record_tells_the_decision_and_no_number(season: Season) -> None:
    for each in (AGAINST_ENTERPRISE, AGAINST_PERSON):
        enter(season, each)
    first, second = told(season, season.province)
    assert (first.action, first.label) == ("sanction:enter", "苏人社处〔2026〕3号")
    assert first.changes == {
        "sanction_kind": [None, "enterprise"],
        "decided_on": [None, "2026-10-30"],
        "barred_until": [None, "2031-10-30"],
    }
    assert second.changes["sanction_kind"] == [None, "person"]
    whole = season.superuser.execute("select string_agg(e::text, '') from audit_event e").fetchone()
    assert whole
    for secret in (uscc(1), CITIZEN, CITIZEN[6:14], subject_of_enterprise(uscc(1))):
        assert secret not in whole[0]


@pytest.mark.parametrize("who", ["centre", "city", "city_hr", "branch"])
def test_nobody_but_the_provincial_authority_enters_one(season: Season, who: str) -> None:
    actor: Actor = getattr(season, who)
    with pytest.raises(NotAllowed):
        enter(season, AGAINST_ENTERPRISE, actor)
    assert told(season, actor) == []
    assert page(season) == []
    enter(season, AGAINST_ENTERPRISE)
    assert len(page(season)) == 1


def test_database_takes_no_entry_from_a_city(season: Season) -> None:
    row = {"kind": "enterprise", "subject": "0" * 64, "decided_on": date(2026, 10, 30), "document": "x"}
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        act(season.scope(season.city)) as session,
    ):
        queries.add(session, **row, entered_by=season.city.person_id)
    with act(season.scope(season.province)) as session:
        assert queries.add(session, **row, entered_by=season.province.person_id)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"number": uscc(1)[:-1]}, "number", "统一社会信用代码有 17 位，应为 18 位"),
        ({"number": CITIZEN}, "number", "统一社会信用代码第 18 位校验码不符"),
        ({"kind": SanctionKind.PERSON}, "number", "公民身份号码含有不使用的字符"),
        (
            {"kind": SanctionKind.PERSON, "number": "329900197801010001"},
            "number",
            "公民身份号码第 18 位校验码不符",
        ),
        (
            {"decided_on": date(2026, 11, 3)},
            "decided_on",
            "决定日期2026年11月3日晚于今天2026年11月2日",
        ),
        ({"document": "  "}, "document", "没有写决定文号"),
        ({"document": "号" * 201}, "document", "决定文号有 201 字"),
    ],
)
def test_entry_that_cannot_be(season: Season, changes: dict[str, object], field: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as refused:
        enter(season, replace(AGAINST_ENTERPRISE, **changes))  # type: ignore[arg-type]  # one field each
    assert refused.value.field == field
    assert CITIZEN not in refused.value.message
    enter(season, replace(AGAINST_ENTERPRISE, decided_on=date(2026, 11, 2)))


def test_old_number_of_fifteen_digits_is_the_same_person(season: Season) -> None:
    enter(season, AGAINST_PERSON)
    with pytest.raises(Conflict):
        enter(season, replace(AGAINST_PERSON, number="329900 780101 000"))
    enter(season, replace(AGAINST_PERSON, number="329900780101000", document="苏人社处〔2026〕5号"))


def test_same_decision_is_entered_once(season: Season, bound: Flask) -> None:
    second = factories.actor(season.superuser, season.tenants.province_hr, Role.PROVINCE_HR, "商陆离")
    officers = (season.province, second)
    scopes = {who: season.scope(who) for who in officers}

    def entering(who: Actor, decision: Decision) -> Callable[[], int]:
        def attempt() -> int:
            with act(scopes[who]) as session:
                return sanctions.enter(session, actor=who, decision=decision, keys=RING)

        return attempt

    for number in range(10):
        decision = replace(AGAINST_ENTERPRISE, number=uscc(number))
        won = at_once(bound, *(entering(who, decision) for who in officers))
        assert sorted(isinstance(each, Conflict) for each in won) == [False, True]
    assert len(page(season)) == len(told(season, season.province)) == 10


def test_longest_of_several_bans_counts(season: Season, set_clock: Callable[[datetime], None]) -> None:
    enter(season, AGAINST_ENTERPRISE)
    set_clock(datetime(2028, 3, 1, 9, 0, tzinfo=BEIJING))
    enter(season, replace(AGAINST_ENTERPRISE, decided_on=date(2028, 2, 29), document="苏人社处〔2028〕1号"))
    with reading(season.scope(season.centre)) as session:
        ban = sanctions.barred(session, uscc=uscc(1), on=date(2032, 1, 1))
    assert ban
    assert (ban.document, ban.last_day(5)) == ("苏人社处〔2028〕1号", date(2033, 2, 28))


def test_barred_enterprise_is_not_nominated(season: Season) -> None:
    season.open_cycle()
    enter(season, AGAINST_ENTERPRISE)
    with pytest.raises(CannotGoOn) as refused:
        season.report(dossier("南京彭岳重工有限公司（虚构）", uscc(1)))
    assert [each.rule for each in refused.value.findings if each.stops] == ["JS-5.3-sanction-five-years"]
    assert season.report(dossier("南京另一家有限公司（虚构）", uscc(2)))


def test_wrong_number_is_not_looked_up(season: Season) -> None:
    with pytest.raises(Invalid, match="有 3 位，应为 18 位"):
        is_barred(season, "123", date(2026, 11, 2))


def test_list_is_sifted_and_goes_on_from_page_to_page(season: Season) -> None:
    for number in range(7):
        enter(
            season,
            replace(
                AGAINST_ENTERPRISE,
                number=uscc(number),
                decided_on=date(2020, 1, 1) + timedelta(days=365 * (number // 2)),
                document=f"苏人社处〔{number}〕号",
            ),
        )
    enter(season, AGAINST_PERSON)
    today = date(2026, 11, 2)
    since = sanctions.first_decided(today)
    assert [each.kind for each in page(season, kind="person")] == [SanctionKind.PERSON]
    assert [each.document for each in page(season, words="〔3〕")] == ["苏人社处〔3〕号"]
    assert page(season, words="%") == []
    standing, ended = page(season, since=since), page(season, until=since)
    assert all(each.bars(today) for each in standing)
    assert not any(each.bars(today) for each in ended)
    assert len(standing) + len(ended) == 8
    seen: list[int] = []
    before = None
    with reading(season.scope(season.centre)) as session:
        while True:
            found, before = sanctions.page(session, SanctionsWanted(), before=before, limit=3)
            seen += [each.id for each in found]
            if before is None:
                break
    assert len(seen) == len(set(seen)) == 8
    assert seen == [each.id for each in page(season)]
    days = [each.decided_on for each in page(season)]
    assert days == sorted(days, reverse=True)


@given(st.dates(date(2023, 1, 1), date(2060, 12, 31)), st.integers(-5, 5))
@settings(max_examples=examples(500))
def test_first_decided_is_the_first_day_whose_ban_lasts(today: date, by: int) -> None:
    first = sanctions.first_decided(today)
    day = first + timedelta(days=by)
    assert (years_after(day, 5) >= today) is (by >= 0)
