"""Pages that are rendered once say nothing of whoever asked first."""

from core.domain.roles import Role
from tests.factories import Tenants
from tests.integration.web.conftest import Visit


def test_page_of_somebody_signed_in_is_nobody_elses(visit: Visit, tenants: Tenants) -> None:
    first = visit((tenants.enterprise, Role.EMPLOYEE), name="岑砺锋")
    assert "岑砺锋" in first.page("/rules")
    second = visit((tenants.other_enterprise, Role.EMPLOYEE), name="纪春分")
    page = second.page("/rules")
    assert "纪春分" in page
    assert "岑砺锋" not in page


def test_page_of_a_stranger_is_not_shown_to_somebody_signed_in(visit: Visit, tenants: Tenants) -> None:
    assert "登录" in visit().page("/text")
    assert "岑砺锋" in visit((tenants.enterprise, Role.EMPLOYEE), name="岑砺锋").page("/text")


def test_page_of_somebody_signed_in_has_no_mark_to_be_kept_by(visit: Visit, tenants: Tenants) -> None:
    stranger, employee = visit(), visit((tenants.enterprise, Role.EMPLOYEE))
    assert stranger.get("/template").headers.get("ETag")
    answer = employee.get("/template")
    assert answer.headers.get("ETag") is None
    assert answer.headers["Cache-Control"] == "no-store"
