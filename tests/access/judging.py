"""What the matrix says of an answer: whether it is the right one, shows too much, or tells a tenant apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from flask import Flask
from markupsafe import escape

from core.domain.roles import Role
from tests.access.asking import Answer, Asking
from tests.access.matrix import ANONYMOUS, WITHOUT_A_HAT, Line, read
from tests.access.world import Principal, Unit, World

MATRIX: Final = read()
NOWHERE: Final = 999_999
TIME: Final = re.compile(r"\d\d:\d\d")
FORM_TOKEN: Final = re.compile(r'name="csrf_token"[^>]*>')


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Every verb and path that ``app`` answers."""
    for rule in app.url_map.iter_rules():
        for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield verb, rule.rule


def unmatched(app: Flask, lines: Iterable[Line]) -> set[tuple[str, str]]:
    """Routes of ``app`` without a line, and lines without a route."""
    return {line.route for line in lines} ^ set(routes(app))


def cases(line: Line, asking: Asking) -> Iterator[tuple[Principal, Unit | None]]:
    """Everybody, with every tenant that has what the line names; whose role it does not name, with some."""
    needed = {Role(named) for named in line.named.values() if named in set(Role)}
    for principal in asking.world.principals:
        for unit in _units(line, principal, asking.world):
            if unit is None or unit.people.keys() >= needed:
                yield principal, unit


def _units(line: Line, principal: Principal, world: World) -> Iterable[Unit | None]:
    """The tenants to ask about: none, the one that an address is a key to, all, or some and the own."""
    if not line.tenants:
        return (None,)
    if line.tenants == 1 or principal.role in line.roles:
        return world.units[: line.tenants]
    return dict.fromkeys([*world.some_units, principal.home or world.units[0]])


def wrong_answers(line: Line, asking: Asking) -> list[str]:
    """What is wrong with the answers that everybody gets for ``line``, each case in a line of its own."""
    wrong, absent = [], Absent(line, asking)
    for principal, unit in cases(line, asking):
        path = asking.address(line, principal, unit)
        answer = asking.ask(line, principal, unit, path=path)
        seen = leaked(asking, line, principal, unit, answer)
        apart = unit is not None and absent.is_told_from(principal, unit, path, answer)
        if seen or apart or not is_right(line, principal, unit, answer):
            wrong.append(_said(asking, principal, unit, answer, seen, apart=apart))
    return wrong


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


def is_out_of_sight(line: Line, principal: Principal, unit: Unit) -> bool:
    """Whether ``line`` is about a tenant that somebody signed in does not read, and is not open to them."""
    about_it = "<int:tenant_id>" in line.path and principal.standing != ANONYMOUS
    about_it = about_it and not principal.may(line.audience, unit)
    return about_it and not principal.may(MATRIX.texts["unit"].seen_by, unit)


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


class Absent:
    """What each principal is told about a tenant that does not exist, asked once for a line."""

    def __init__(self, line: Line, asking: Asking) -> None:
        self._line = line
        self._asking = asking
        self._told: dict[Principal, tuple[int, str]] = {}

    def is_told_from(self, principal: Principal, unit: Unit, path: str, answer: Answer) -> bool:
        """Whether the answer about a tenant that the principal does not read differs from that."""
        if not is_out_of_sight(self._line, principal, unit):
            return False
        if principal not in self._told:
            nowhere = path.replace(f"/units/{unit.id}", f"/units/{NOWHERE}", 1)
            told = self._asking.ask(self._line, principal, unit, path=nowhere)
            self._told[principal] = (told.status, _without_address(told.body, nowhere))
        return self._told[principal] != (answer.status, _without_address(answer.body, path))


def _without_address(body: str, path: str) -> str:
    """A page without what differs from one request to the next: its address, form tokens, the time."""
    return TIME.sub("", FORM_TOKEN.sub("", body)).replace(f'"{escape(path)}"', "")


def _said(
    asking: Asking, principal: Principal, unit: Unit | None, answer: Answer, seen: list[str], *, apart: bool
) -> str:
    parts = [
        f"{principal} about {unit}:" if unit else f"{principal}:",
        f"{answer.status} {answer.location}".strip(),
        "and read the body" if answer.body_was_read else "",
        "; ".join(f"{text} ({asking.world.canaries.get(text)})" for text in seen),
        "unlike a tenant that does not exist" if apart else "",
    ]
    return " ".join(filter(None, parts))
