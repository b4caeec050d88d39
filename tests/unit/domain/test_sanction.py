"""The register of five-year bans: who is found in it, and on which days."""

from datetime import date

import pytest

from core.domain.sanction import Ban, BanRegister, subject_of_enterprise

USCC = "91320300MA0DEM013J"
SUBJECT = subject_of_enterprise(USCC)


def ban(decided_on: str, subject: str = SUBJECT) -> Ban:
    return Ban(subject=subject, decided_on=date.fromisoformat(decided_on), document="苏人社处〔2023〕1号")


@pytest.mark.parametrize(
    ("day", "barred"),
    [
        ("2023-12-21", False),
        ("2023-12-22", True),
        ("2026-01-01", True),
        ("2028-12-22", True),
        ("2028-12-23", False),
    ],
)
def test_a_ban_lasts_from_its_decision_to_the_same_date_five_years_later(day: str, barred: bool) -> None:
    entry = ban("2023-12-22")
    found = BanRegister.of([entry]).standing(SUBJECT, date.fromisoformat(day), 5)
    assert found == (entry if barred else None)
    assert (entry.last_day(5), entry.free_from(5)) == (date(2028, 12, 22), date(2028, 12, 23))


def test_a_ban_of_a_leap_day_ends_on_the_last_day_of_february() -> None:
    assert ban("2024-02-29").last_day(5) == date(2029, 2, 28)
    assert ban("2024-02-29").free_from(5) == date(2029, 3, 1)
    assert ban("2024-02-29").last_day(4) == date(2028, 2, 29)


def test_of_several_bans_the_one_that_lasts_longest_is_told() -> None:
    register = BanRegister.of([ban("2022-05-01"), ban("2024-05-01"), ban("2023-05-01")])
    assert register.standing(SUBJECT, date(2026, 5, 1), 5) == ban("2024-05-01")


def test_another_subject_is_not_barred() -> None:
    register = BanRegister.of([ban("2024-05-01", subject_of_enterprise("91320500MA0DEM021P"))])
    assert register.standing(SUBJECT, date(2026, 5, 1), 5) is None
    assert BanRegister().standing(SUBJECT, date(2026, 5, 1), 5) is None


def test_a_subject_is_a_digest_that_does_not_depend_on_how_a_number_was_typed() -> None:
    assert SUBJECT == "8d3d26d93a94d028a32ac7dba297f419e7cb8667abb5fcfc26caa37a22a45522"
    assert subject_of_enterprise(f" {USCC.lower()} ") == SUBJECT
    assert subject_of_enterprise("91320500MA0DEM021P") != SUBJECT
