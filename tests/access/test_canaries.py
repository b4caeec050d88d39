"""The matrix finds what is planted: each fault in a view of the site is noticed, and without it nothing is.

A corner of the world is enough: somebody of the enterprise who grants and somebody who does not, somebody of
the platform, somebody without a hat and nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Final

import pytest
from flask import Flask, Response, abort, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from core.config import Settings
from core.domain.roles import Role
from core.persistence.session import act
from core.services.accounts.scopes import ACCOUNTS
from core.web.access import Audience, audiences_of, everywhere, open_to
from core.web.site import make_site
from tests.access.acting import Acting
from tests.access.asking import Asking
from tests.access.judging import MATRIX, NOWHERE, unmatched, wrong_answers
from tests.access.test_audit_of_routes import ACTS, actors, fault
from tests.access.world import World

View = Callable[..., Any]

WHO: Final[set[Role | None]] = {Role.ENTERPRISE_HR, Role.EMPLOYEE, Role.AUDIT_ADMIN, None}
UNIT, PEOPLE = "GET /units/<int:tenant_id>", "GET /units/<int:tenant_id>/people"
PHONE: Final = "POST /units/<int:tenant_id>/people/<int:person_id>/phone"


@dataclass(frozen=True)
class Plant:
    """A fault: the line that notices it, the view it is in, what becomes of that, what is said of it."""

    route: str
    endpoint: str
    spoilt: Callable[[View, World], View]
    told: str


def adding(find: Callable[[World], str]) -> Callable[[View, World], View]:
    """The view with one more text in its answer."""

    def spoilt(view: View, world: World) -> View:
        @wraps(view)
        def planted(**parts: Any) -> str:
            return make_response(view(**parts)).get_data(as_text=True) + find(world)

        return planted

    return spoilt


def canary(kind: str, unit: int) -> Callable[[World], str]:
    """A text of ``kind`` of one of the world's tenants."""
    return lambda world: next(
        word for word, at in world.canaries.items() if (at.kind, at.unit) == (kind, world.units[unit])
    )


def in_a_header(view: View, world: World) -> View:
    @wraps(view)
    def planted(**parts: Any) -> Response:
        response = make_response(view(**parts))
        response.headers["X-Unit"] = canary("unit", 2)(world)
        return response

    return planted


def for_one_role_more(view: View, _: World) -> View:
    return open_to(*audiences_of(view), *everywhere(Role.AUDIT_ADMIN))(again(view))


def for_one_role_less(view: View, _: World) -> View:
    fewer = {each for each in audiences_of(view) if getattr(each, "role", None) is not Role.ENTERPRISE_HR}
    return open_to(*fewer)(again(view))


def for_everybody(_: View, __: World) -> View:
    return open_to(Audience.PUBLIC)(lambda **_: "200")


def refusing_with_403(view: View, world: World) -> View:
    """To strangers it says that they may not, instead of nothing."""

    @wraps(view)
    def planted(**parts: Any) -> ResponseReturnValue:
        return abort(403) if parts["tenant_id"] == world.units[2].id else view(**parts)

    return open_to(Audience.SIGNED_IN)(planted)


def admitting_that_it_exists(view: View, world: World) -> View:
    """A stranger gets a 404 that is not the one for a tenant that does not exist."""

    @wraps(view)
    def planted(**parts: Any) -> ResponseReturnValue:
        return ("404 for you", 404) if parts["tenant_id"] == world.units[2].id else view(**parts)

    return open_to(Audience.SIGNED_IN)(planted)


def taking_an_empty_form(view: View, _: World) -> View:
    @wraps(view)
    def planted(**parts: Any) -> ResponseReturnValue:
        answer = make_response(view(**parts))
        answer.status_code = 200 if answer.status_code == 422 else answer.status_code
        return answer

    return planted


def again(view: View) -> View:
    """The same view, whose declarations can be changed."""

    @wraps(view)
    def planted(**parts: Any) -> ResponseReturnValue:
        return view(**parts)

    return planted


PLANTS: Final = {
    "text of another tenant": Plant(UNIT, "units.show", adding(canary("unit", 2)), "unit of enterprise"),
    "text for others of the tenant": Plant(UNIT, "units.show", adding(canary("staff", 0)), "staff of"),
    "why a role was revoked": Plant(UNIT, "units.show", adding(canary("reason", 0)), "reason of"),
    "text that no page shows": Plant(PEOPLE, "people.index", adding(canary("outbox", 0)), "outbox of"),
    "phone number in full": Plant(UNIT, "units.show", adding(lambda _: "19900000001"), "19900000001 (None)"),
    "text in a header": Plant(UNIT, "units.show", in_a_header, "unit of enterprise"),
    "one role more": Plant(PEOPLE, "people.index", for_one_role_more, "audit_admin about enterprise"),
    "one role less": Plant(PEOPLE, "people.index", for_one_role_less, "enterprise_hr about enterprise 1"),
    "everybody": Plant(UNIT, "units.show", for_everybody, "employee about enterprise 3 of 320500: 200"),
    "403 for a stranger": Plant(UNIT, "units.show", refusing_with_403, "enterprise 3 of 320500: 403"),
    "another 404": Plant(UNIT, "units.show", admitting_that_it_exists, "unlike a tenant that does not exist"),
    "empty form taken": Plant(PHONE, "people.reveal_phone", taking_an_empty_form, "enterprise_hr about"),
}


@pytest.fixture
def corner(asking: Asking) -> Asking:
    """Those of ``WHO``, with an enterprise, its sibling, one of the other city, and the platform."""
    world = copy(asking.world)
    world.principals = tuple(each for each in world.principals if each.role in WHO)
    world.units = world.some_units = (*world.units[:3], world.units[-1])
    found = copy(asking)
    found.world = world
    return found


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_fault_in_a_view_is_found(plant: Plant, corner: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    line, views = MATRIX.first(plant.route), corner.app.view_functions
    assert wrong_answers(line, corner) == []
    monkeypatch.setitem(views, plant.endpoint, plant.spoilt(views[plant.endpoint], corner.world))
    assert any(plant.told in said for said in wrong_answers(line, corner))


def test_body_read_before_the_refusal_is_found(corner: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    line, hooks = MATRIX.first(PHONE), corner.app.before_request_funcs
    assert wrong_answers(line, corner) == []
    monkeypatch.setitem(hooks, None, [lambda: request.form.get("body"), *hooks[None]])
    wrong = wrong_answers(line, corner)
    assert len(wrong) > 10
    assert all(said.endswith("and read the body") for said in wrong)


def test_route_without_a_line_and_line_without_a_route_are_found(settings: Settings) -> None:
    app: Flask = make_site(settings, "postgresql+psycopg://nobody@/nowhere")
    assert unmatched(app, MATRIX.lines) == set()
    app.add_url_rule("/planted", "planted", lambda: "", methods=["GET", "POST"])
    assert unmatched(app, MATRIX.lines) == {("GET", "/planted"), ("POST", "/planted")}
    gone = replace(MATRIX.lines[0], path="/gone")
    assert ("GET", "/gone") in unmatched(app, [*MATRIX.lines, gone])


def test_tenant_that_does_not_exist_does_not(asking: Asking) -> None:
    assert NOWHERE not in {unit.id for unit in asking.world.units}


# --- acts

WEAR: Final = next(line for line in ACTS if line.path == "/hats")
SIGN_IN: Final = next(line for line in ACTS if line.path == "/sign-in")


def faults(acting: Acting, line: Any) -> set[str]:
    return {
        fault(line, principal, acting.act(line, principal, unit)) for principal, unit in actors(line, acting)
    }


def test_reason_that_no_longer_holds_is_found(acting: Acting) -> None:
    assert faults(acting, WEAR) == {""}
    assert faults(acting, replace(WEAR, unrecorded={"signed_in": "不需要"})) == {"", "is recorded"}


def test_act_without_event_or_reason_is_found(acting: Acting) -> None:
    assert faults(acting, SIGN_IN) == {""}
    assert faults(acting, replace(SIGN_IN, unrecorded={})) == {"left no event"}


def test_act_that_is_not_done_is_found(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = open_to(Audience.SIGNED_IN)(lambda: ("", 422))
    monkeypatch.setitem(acting.app.view_functions, "hats.wear", refusing)
    assert faults(acting, WEAR) == {"", "was not done"}  # who has no hat to put on is refused anyway


def test_second_transaction_of_an_act_is_found(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = acting.app.before_request_funcs
    monkeypatch.setitem(hooks, None, [*hooks[None], write_on_the_side])
    assert faults(acting, WEAR) == {"wrote in several transactions", "was refused and left something"}


def write_on_the_side() -> None:
    if request.method == "POST":
        with act(ACCOUNTS) as session:
            session.execute(
                text("insert into sign_in (address, agent, outcome) values ('192.0.2.7', '', 'throttled')")
            )
