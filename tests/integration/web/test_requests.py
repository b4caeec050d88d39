"""One request, one transaction: what is committed, what is not, and who is let in before anything is read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, current_app
from sqlalchemy import text
from werkzeug.wsgi import FileWrapper

from core.config import load
from core.domain.errors import DomainError
from core.domain.roles import Reach, Role
from core.persistence.db import OutsideScope, db
from core.persistence.server import Databases, EmbeddedServer
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.web import session
from core.web.access import Audience, Holders, formal_act, open_to, own, stateless
from core.web.requests import UnprovedAct, keep_refusal
from core.web.session import RULES as RULES_OF
from core.web.site import make_site
from tests.integration.accounts.world import RULES, World
from tests.integration.web.visitor import Visitor
from tests.unit.web.pages import faults_of, read_page

OUTCOMES = {"done": 200, "refused": 422, "counted": 422, "failed": 500}
ERRORS: dict[str, DomainError] = {
    "conflict": Conflict("这个角色已经撤销，没有重复撤销。"),
    "not_allowed": NotAllowed("当前角色不能授予。"),
    "invalid": Invalid("name", "未填写姓名。"),
    "outside": OutsideScope("这条记录不属于当前单位。"),
}

probe = Blueprint("probe", __name__, url_prefix="/probe")


def leave_a_trace() -> None:
    db.session().execute(
        text("insert into known_device (person_id, token_hash) values (:id, 'x')"),
        {"id": session.person().person_id},
    )


@probe.get("/read")
@open_to(Audience.SIGNED_IN)
def read() -> str:
    leave_a_trace()
    return "read"


@probe.post("/write/<outcome>")
@open_to(Audience.SIGNED_IN)
def write(outcome: str) -> tuple[str, int]:
    leave_a_trace()
    session.know_device("a new token")
    if outcome == "failed":
        raise ZeroDivisionError
    if outcome == "counted":
        keep_refusal()
    return outcome, OUTCOMES[outcome]


@probe.post("/formal")
@open_to(Audience.SIGNED_IN)
@formal_act
def formal() -> str:
    leave_a_trace()
    return "done"


@probe.post("/download")
@open_to(Audience.SIGNED_IN)
@formal_act
def download() -> Response:
    file = io.BytesIO(b"lines")
    current_app.config["DOWNLOADS"].append(file)
    return Response(FileWrapper(file))


@probe.post("/raise/<name>")
@open_to(Audience.SIGNED_IN)
def refuse(name: str) -> str:
    raise ERRORS[name]


@probe.post("/mine")
@open_to(*own(Role.ENTERPRISE_HR))
def mine() -> str:
    return "mine"


@probe.post("/free")
@open_to(Audience.PUBLIC)
@stateless
def free() -> str:
    return "free"


@pytest.fixture(scope="module")
def probed(shared_server: EmbeddedServer, worker_database: str) -> Iterator[Flask]:
    app = make_site(load({"SHOUXI_ENV": "test"}), shared_server.databases(worker_database).user_url)
    app.extensions[RULES_OF] = RULES
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.register_blueprint(probe)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def employee(probed: Flask, world: World) -> Visitor:
    visitor = Visitor(probed, world)
    visitor.sign_in(world.employee())
    return visitor


def traces(world: World) -> int:
    found: int = world.one("select count(*) from known_device where token_hash = 'x'")
    return found


def test_request_that_reads_cannot_write(employee: Visitor, world: World) -> None:
    """Its twin is the act below, which writes the same and is kept."""
    assert employee.get("/probe/read").status_code == 500
    assert traces(world) == 0


@pytest.mark.parametrize(("outcome", "kept"), [("done", 1), ("refused", 0), ("counted", 1), ("failed", 0)])
def test_act_is_kept_when_it_was_done_or_counts(
    employee: Visitor, world: World, outcome: str, kept: int
) -> None:
    answer = employee.post(f"/probe/write/{outcome}")
    assert answer.status_code == OUTCOMES[outcome]
    assert traces(world) == kept
    assert ("Set-Cookie" in answer.headers) is bool(kept)


def test_answer_of_an_act_that_is_undone_is_closed(employee: Visitor, probed: Flask) -> None:
    files = probed.config["DOWNLOADS"] = []
    assert employee.post("/probe/download").text == "lines"
    employee.stale()
    assert employee.post("/probe/download").status_code == 500
    assert [file.closed for file in files] == [False, True]  # the first is sent, and closed by who sends it


def test_formal_act_without_fresh_proof_is_undone(employee: Visitor, world: World) -> None:
    assert employee.post("/probe/formal").status_code == 200
    assert traces(world) == 1
    world.connection.execute("delete from known_device")
    employee.stale()
    assert employee.post("/probe/formal").status_code == 500
    assert traces(world) == 0
    assert issubclass(UnprovedAct, RuntimeError)


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("conflict", 409, "情况已经变化，没有办理"),
        ("not_allowed", 403, "当前身份不能办理"),
        ("invalid", 422, "没有办理"),
        ("outside", 404, "没有这个页面"),
    ],
)
def test_refusal_of_a_service_has_its_page(employee: Visitor, name: str, status: int, said: str) -> None:
    answer = employee.post(f"/probe/raise/{name}")
    assert answer.status_code == status
    assert faults_of(answer.text) == []
    assert read_page(answer.text).text["h1"] == [said]
    assert (ERRORS[name].message in answer.text) is (status != 404)


class Unread(io.BytesIO):
    """A body that tells when it is read."""

    was_read = False

    def read(self, *arguments: Any) -> bytes:
        self.was_read = True
        return super().read(*arguments)


@pytest.mark.parametrize("signed_in", [True, False])
def test_body_of_who_is_not_let_in_is_not_read(
    probed: Flask, employee: Visitor, world: World, signed_in: bool
) -> None:
    client = employee.client if signed_in else probed.test_client()
    body = Unread(b"csrf_token=x" + b"y" * 5000)
    answer = client.post(
        "/probe/mine",
        input_stream=body,
        content_length=5012,
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == (404 if signed_in else 303)
    assert not body.was_read


def test_form_that_touches_nothing_needs_no_token(probed: Flask) -> None:
    assert probed.test_client().post("/probe/free").text == "free"


def test_private_answers_are_kept_by_no_cache(employee: Visitor, probed: Flask) -> None:
    for answer in (employee.get("/tasks"), employee.get("/rules"), probed.test_client().get("/tasks")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.vary
    assert probed.test_client().get("/rules").headers["Cache-Control"] == "private, no-cache"


def test_page_that_does_not_exist_says_who_is_signed_in(employee: Visitor) -> None:
    answer = employee.get("/no-such-page")
    assert answer.status_code == 404
    assert "沈知行" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_error_page_needs_no_database(database: Databases) -> None:
    app = make_site(load({"SHOUXI_ENV": "test"}), "postgresql+psycopg://nobody@/nowhere?host=/nowhere")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    client.set_cookie("shouxi_session", "anything")
    answer = client.get("/tasks")
    assert answer.status_code == 500
    assert faults_of(answer.text) == []
    assert "事件编号" in answer.text


def test_audience_further_than_its_role_is_a_slip() -> None:
    assert str(Holders(Role.CITY_HR, Reach.CITY)) == "city_hr@city"
    with pytest.raises(ValueError, match="city_hr does not reach all"):
        Holders(Role.CITY_HR, Reach.ALL)
