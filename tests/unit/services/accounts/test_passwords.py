"""Which passwords each profile takes, and what hashing promises."""

from __future__ import annotations

import pytest

from core.services.accounts import passwords
from core.services.accounts.passwords import LONGEST, Weakness, is_common, weakness
from core.services.accounts.rules import GRADE3, NIST, Cost, PasswordProfile

CHEAP = Cost(memory=8, passes=1, lanes=1)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", Weakness.SHORT),
        ("Ab3-xyz", Weakness.SHORT),
        ("Ab3-xyzw", None),
        ("kestrel-orchard", Weakness.FEW_CLASSES),
        ("kestrel7orchard", Weakness.FEW_CLASSES),
        ("KESTREL-ORCHARD", Weakness.FEW_CLASSES),
        ("82736451", Weakness.FEW_CLASSES),
        ("kestrel-7-orchard", None),
        ("Kestrel7orchard", None),
        ("KestreL-orchard", None),
        ("红隼七号果园-kestrel7", None),
        ("红隼七号果园红隼", Weakness.FEW_CLASSES),
        ("Kestrel 7 " + "x" * (LONGEST - 10), None),
        ("Kestrel 7 " + "x" * (LONGEST - 9), Weakness.LONG),
        ("Password-1", Weakness.COMMON),
        ("P@ssw0rd", Weakness.COMMON),
        ("P@ssw0rd2026!", Weakness.COMMON),
        ("Admin@2026", Weakness.COMMON),
        ("Abc@1234", Weakness.COMMON),
        ("1qaz@WSX", Weakness.COMMON),
        ("Jiangsu@2026", Weakness.COMMON),
        ("2026#Nanjing", Weakness.COMMON),
        ("Qwer!234", Weakness.COMMON),
        ("Ｐａｓｓｗｏｒｄ－１", Weakness.COMMON),
        ("Gu.Yunzhou-1986", Weakness.NAME),
        ("x9-GU.YUNZHOU", Weakness.NAME),
    ],
)
def test_grade_three_profile(password: str, why: Weakness | None) -> None:
    assert _why(password, GRADE3) is why


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Kestrel-7-orch", Weakness.SHORT),
        ("kestrel-orchard", None),
        ("kestrelsinanorchard", None),
        ("红隼在果园里捉了七只田鼠又飞走了", None),
        ("qwertyuiop123456", Weakness.COMMON),
        ("passwordpassword", Weakness.COMMON),
        ("123456789012345", Weakness.COMMON),
        ("gu.yunzhou-in-nanjing", Weakness.NAME),
    ],
)
def test_length_profile(password: str, why: Weakness | None) -> None:
    assert _why(password, NIST) is why


@pytest.mark.parametrize(
    "password", ["dragonfly7-Harbour", "x-password-in-the-middle-9", "Kestrel-password-7Kx", "8261-9043-7715"]
)
def test_longer_passwords_that_contain_a_common_word_are_taken(password: str) -> None:
    assert not is_common(password)


def test_refusals_say_the_number_and_what_to_do() -> None:
    short = weakness("Ab3-x", login_name="gu.yunzhou", profile=GRADE3)
    assert short is not None
    assert short.message == "密码有 5 个字符，至少需要 8 个。增加密码长度。"
    few = weakness("kestrel-orchard", login_name="gu.yunzhou", profile=GRADE3)
    assert few is not None
    assert few.message == (
        "密码含有大写字母、小写字母、数字、其他字符中的 2 类，至少需要 3 类。加入大写字母或数字。"
    )


def test_earlier_passwords_are_refused_as_far_back_as_the_profile_says() -> None:
    hashes = [passwords.hashed(f"Walnut+{number}-harbour", CHEAP) for number in range(6)]
    refused = [_why(f"Walnut+{number}-harbour", GRADE3, hashes) for number in range(6)]
    assert refused == [Weakness.USED_BEFORE] * 5 + [None]
    assert _why("Walnut+0-harbour", NIST, hashes) is Weakness.USED_BEFORE
    assert _why("Walnut+1-harbour", NIST, hashes) is None


def test_list_is_lower_case_and_long_enough() -> None:
    found = passwords.common_passwords()
    assert len(found) > 3000
    assert all(each == each.lower() and not each.startswith("# ") for each in found)


@pytest.mark.parametrize(
    "password", ["Kestrel-7-orchard", "红隼 七号", " blanks ", "\udcff", "\x00", ""], ids=range(6)
)
def test_hash_verifies_the_password_exactly_as_it_is(password: str) -> None:
    kept = passwords.hashed(password, CHEAP)
    assert kept.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert passwords.verify(password, kept, CHEAP)
    assert not passwords.verify(password + " ", kept, CHEAP)
    assert not passwords.verify(password.swapcase() + "x", kept, CHEAP)
    assert passwords.hashed(password, CHEAP) != kept


def test_no_account_is_verified_and_refused() -> None:
    assert not passwords.verify("没有这个账号", None, CHEAP)
    assert not passwords.verify("x", "not a hash", CHEAP)


def test_hash_is_outdated_when_other_parameters_are_wanted() -> None:
    kept = passwords.hashed("Kestrel-7-orchard", CHEAP)
    assert not passwords.outdated(kept, CHEAP)
    assert passwords.outdated(kept, Cost())


def test_cost_in_production_is_that_of_owasp() -> None:
    assert passwords.hashed("Kestrel-7-orchard", Cost()).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def _why(password: str, profile: PasswordProfile, before: list[str] | None = None) -> Weakness | None:
    found = weakness(password, login_name="gu.yunzhou", profile=profile, before=before or ())
    return None if found is None else found.weakness
