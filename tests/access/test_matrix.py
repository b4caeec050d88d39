"""The authorisation matrix: every route, for everybody, about tenants near and far; and nothing beside it.

Each line is tried by somebody of every role, somebody without a role and nobody, about every tenant of the
world (13, in two cities and the province). Texts that only one tenant has are looked for in every answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest
from flask import Flask
from markupsafe import escape

from core.config import load
from core.domain.roles import Role
from core.web.site import make_site
from tests.access.asking import Answer, Asking
from tests.access.matrix import ANONYMOUS, SIGNED_IN, WITHOUT_A_HAT, Line, read
from tests.access.world import Principal, Unit

MATRIX: Final = read()
LINES: Final = pytest.mark.parametrize("line", MATRIX.lines, ids=str)
NOWHERE: Final = 999_999
FEWEST: Final = 10_000
TIME: Final = re.compile(r"\d\d:\d\d")
FORM_TOKEN: Final = re.compile(r'name="csrf_token"[^>]*>')


def cases(line: Line, asking: Asking) -> Iterator[tuple[Principal, Unit | None]]:
    """Everybody, with every tenant that has what the line names."""
    for principal in asking.world.principals:
        for unit in asking.world.units[: line.tenants] if line.tenants else (None,):
            if unit is None or unit.people.keys() >= {
                Role(named) for named in line.named.values() if named in set(Role)
            }:
                yield principal, unit


def is_right(line: Line, principal: Principal, unit: Unit | None, answer: Answer) -> bool:
    """Whether an answer is the one that the matrix gives this principal."""
    if principal.may(line.audience, unit):
        return answer.status == line.status[principal.standing]
    if principal.may(line.let_in, unit):
        return answer.status == 404
    if answer.body_was_read:
        return False
    if principal.standing == ANONYMOUS:
        return answer.status == 303 and answer.location.startswith("/sign-in")
    if principal.standing == WITHOUT_A_HAT and line.verb == "GET":
        return (answer.status, answer.location) == (303, "/hats")
    return answer.status == 404


def leaked(asking: Asking, line: Line, principal: Principal, unit: Unit | None, answer: Answer) -> list[str]:
    """The canaries in an answer that the principal may not see."""
    return [text for text in sorted(answer.texts) if not _may_see(asking, line, principal, unit, text)]


def _may_see(asking: Asking, line: Line, principal: Principal, unit: Unit | None, text: str) -> bool:
    canary = asking.world.canaries.get(text)
    if canary is None:
        return False  # a phone number in full
    if principal.may(MATRIX.texts[canary.kind].seen_by, canary.unit):
        return True
    if principal.person_id is not None and canary.person_id == principal.person_id:
        return True
    revealed = unit is not None and canary.unit.id == unit.id and canary.kind in line.reveals
    return revealed and principal.may(line.audience, unit)


@LINES
def test_route_is_open_to_whom_the_matrix_says(line: Line, asking: Asking) -> None:
    wrong = []
    for principal, unit in cases(line, asking):
        answer = asking.ask(line, principal, unit)
        seen = leaked(asking, line, principal, unit, answer)
        if seen or not is_right(line, principal, unit, answer):
            wrong.append(said(asking, principal, unit, answer, seen))
    assert wrong == []


def said(asking: Asking, principal: Principal, unit: Unit | None, answer: Answer, seen: list[str]) -> str:
    """One failure in a line of its own."""
    where = f"about {unit}" if unit else ""
    texts = [f"{text} ({asking.world.canaries.get(text)})" for text in seen]
    read_it = "and read the body" if answer.body_was_read else ""
    return f"{principal} {where}: {answer.status} {answer.location} {read_it} {'; '.join(texts)}"


def test_every_route_is_in_the_matrix_and_every_line_has_a_route(asking: Asking) -> None:
    assert {line.route for line in MATRIX.lines} == set(routes(asking.app))


def test_routes_of_the_demo_are_nowhere_else(asking: Asking) -> None:
    elsewhere = make_site(load({"SHOUXI_ENV": "test"}), "postgresql+psycopg://nobody@/nowhere")
    assert set(routes(elsewhere)) == {line.route for line in MATRIX.lines if not line.demo}


def test_matrix_has_as_many_cases_as_promised(asking: Asking) -> None:
    assert sum(1 for line in MATRIX.lines for _ in cases(line, asking)) >= FEWEST


@pytest.mark.parametrize("kind", [kind for kind, text in MATRIX.texts.items() if text.shown_by])
def test_whoever_may_see_a_text_does(kind: str, asking: Asking) -> None:
    text = MATRIX.texts[kind]
    line = MATRIX.first(text.shown_by)
    blind = []
    for principal, unit in cases(line, asking):
        if principal.may(text.seen_by, unit):
            seen = asking.ask(line, principal, unit).texts
            if not any(
                canary in seen
                for canary, at in asking.world.canaries.items()
                if (at.kind, at.unit) == (kind, unit)
            ):
                blind.append(f"{principal} about {unit}")
    assert blind == []


def test_own_devices_are_seen_by_who_has_them(asking: Asking) -> None:
    line, world = MATRIX.first("GET /account"), asking.world
    for principal in world.principals:
        if principal.person_id is not None:
            device = world.canary("device", world.units[0], principal.person_id)
            world.add_session(principal.person_id, agent=device)
            assert device in asking.ask(line, principal, None).texts


@pytest.mark.parametrize("line", [line for line in MATRIX.lines if "<int:tenant_id>" in line.path], ids=str)
def test_tenant_out_of_sight_is_like_one_that_does_not_exist(line: Line, asking: Asking) -> None:
    for principal, unit in out_of_sight(line, asking):
        path = asking.address(line, principal, unit)
        nowhere = path.replace(f"/units/{unit.id}", f"/units/{NOWHERE}", 1)
        there = asking.ask(line, principal, unit, path=path)
        absent = asking.ask(line, principal, unit, path=nowhere)
        assert there.status == absent.status
        assert without_address(there.body, path) == without_address(absent.body, nowhere)


def out_of_sight(line: Line, asking: Asking) -> Iterator[tuple[Principal, Unit]]:
    """Everybody who has signed in, with a tenant that has what the line names and that they do not read."""
    first: dict[Principal, Unit] = {}
    for principal, unit in cases(line, asking):
        if unit and principal.standing != ANONYMOUS and not principal.may(MATRIX.texts["unit"].seen_by, unit):
            first.setdefault(principal, unit)
    yield from first.items()


@pytest.mark.parametrize("verb", ["HEAD", "OPTIONS"])
def test_other_verbs_of_a_route_tell_no_more(verb: str, asking: Asking) -> None:
    told = []
    for line in MATRIX.lines:
        for principal, unit in cases(line, asking):
            if (
                line.verb == "GET"
                and not principal.may(line.let_in, unit)
                and principal.standing == SIGNED_IN
            ):
                answer = asking.ask(replace(line, verb=verb), principal, unit)
                if answer.status != 404:
                    told.append(f"{principal} {line}: {answer.status}")
                break
    assert told == []


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield verb, rule.rule


def without_address(body: str, path: str) -> str:
    """A page without what differs from one request to the next: its address, form tokens, the time."""
    return TIME.sub("", FORM_TOKEN.sub("", body)).replace(f'"{escape(path)}"', "")
