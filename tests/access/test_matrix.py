"""The authorisation matrix: every route, for everybody, about tenants near and far; and nothing beside it.

Each line is tried by somebody of every role, somebody without a role and nobody, about the tenants of the
world: 13, in two cities and the province; those whose role it does not name 5 or 6 of them. Texts that only
one tenant has are looked for in every answer, and what is said of a tenant that somebody does not read is
compared with what is said of one that does not exist.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from core.config import load
from core.web.site import make_site
from tests.access.asking import Asking
from tests.access.judging import MATRIX, cases, is_out_of_sight, routes, unmatched, wrong_answers
from tests.access.matrix import SIGNED_IN, Line

FEWEST: Final = 10_000


@pytest.mark.parametrize("line", MATRIX.lines, ids=str)
def test_route_is_open_to_whom_the_matrix_says(line: Line, asking: Asking) -> None:
    assert wrong_answers(line, asking) == []


def test_every_route_is_in_the_matrix_and_every_line_has_a_route(asking: Asking) -> None:
    assert unmatched(asking.app, MATRIX.lines) == set()


def test_routes_of_the_demo_are_nowhere_else() -> None:
    elsewhere = make_site(load({"SHOUXI_ENV": "test"}), "postgresql+psycopg://nobody@/nowhere")
    assert set(routes(elsewhere)) == {line.route for line in MATRIX.lines if not line.demo}


def test_matrix_has_as_many_cases_as_promised(asking: Asking) -> None:
    asked = [(line, *case) for line in MATRIX.lines for case in cases(line, asking)]
    absent = {(str(line), who) for line, who, unit in asked if unit and is_out_of_sight(line, who, unit)}
    assert len(asked) + len(absent) >= FEWEST


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
