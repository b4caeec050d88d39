"""Asking the application as somebody, and looking whether it read what was sent."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from zipfile import ZipFile

from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import Client, TestResponse, encode_multipart

from core.domain.roles import Role
from core.uploads import Kind
from core.web.sheets import XLSX
from core.web.uploading import STORE
from tests.access.guided import Guided
from tests.access.matrix import Line
from tests.access.nominated import Nominated
from tests.access.planned import NOTICES, Planned
from tests.access.reviewed import Reviewed, admitted_to_a_cycle
from tests.access.world import CANARY, PHONES, Principal, Unit, World

COOKIE: Final = "shouxi_session"
TOKEN: Final = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
OBJECTS: Final = frozenset({"person_id", "subject_id", "grant_id", "invitation_id", "token"})
PASSWORD_LINKS: Final = frozenset({"password", "used_password"})
PLANNED: Final = frozenset({"plan_id", "comment_id"})
NOMINATED: Final = frozenset({"nomination_id", "attachment_id", "version_id"})
FORM: Final = "application/x-www-form-urlencoded"


class Body(io.BytesIO):
    """What a request sends, which tells whether it was read."""

    was_read = False

    def read(self, *arguments: Any) -> bytes:
        self.was_read = True
        return super().read(*arguments)

    def readinto(self, buffer: Any) -> int:
        self.was_read = True
        return super().readinto(buffer)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; ``texts`` are the canaries and phone numbers in its headers and body."""

    status: int
    location: str
    body: str
    body_was_read: bool
    texts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Browser:
    """Somebody's browser with the token of a form that it has opened."""

    client: Client
    form_token: str


class Asking:
    """Asks as people ask: each with a session that lasts until they do something, on a page of this site."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app = app
        self.world = world
        earlier = admitted_to_a_cycle(world)  # an enterprise has one plan in a cycle
        self.nominated = Nominated(world, app.extensions[STORE])
        self.guided = Guided(world, self.nominated.cycle_id, app.extensions[STORE])
        self.planned = Planned(world, self.nominated.cycle_id)
        self.reviewed = Reviewed(app, world, earlier, latest=self.nominated.cycle_id)
        self._browsers: dict[Principal, Browser] = {}

    def ask(
        self,
        line: Line,
        principal: Principal,
        unit: Unit | None,
        body: Mapping[str, str | bytes] | None = None,
        path: str | None = None,
    ) -> Answer:
        """What ``principal`` gets for ``line`` about ``unit``, or for another ``path``."""
        browser = self._browsers.get(principal) or self._browser(principal)
        path = path or self.address(line, principal, unit)
        if line.verb == "GET":
            return _answer(browser.client.get(path), Body())
        content_type, content = _encoded({"csrf_token": browser.form_token, **(body or {})})
        form = Body(content)
        response = browser.client.open(
            path,
            method=line.verb,
            input_stream=form,
            content_length=len(form.getvalue()),
            content_type=content_type,
        )
        if form.was_read and response.status_code < 400:  # something was done: the session may have ended
            del self._browsers[principal]
            self.nominated.forget()
            self.planned.forget()
            self.reviewed.forget()
        return _answer(response, form)

    def _browser(self, principal: Principal) -> Browser:
        client = Client(self.app)
        if principal.person_id is not None:
            _, token = self.world.add_session(principal.person_id, unit=principal.home)
            client.set_cookie(COOKIE, token)
        found = TOKEN.search(client.get("/sign-in" if principal.person_id is None else "/account").text)
        assert found
        self._browsers[principal] = Browser(client, found[1])
        return self._browsers[principal]

    def address(self, line: Line, principal: Principal, unit: Unit | None) -> str:
        """The path of ``line`` with what it names."""
        parts = dict(line.named)
        query = parts.pop("query", "")
        if unit is not None:
            parts["tenant_id"] = unit.id
            if line.path.endswith("/plans"):
                self.planned.unbegun(unit, self.nominated)
        found = re.sub(
            r"<(?:[^:<>]+:)?(\w+)>", lambda part: str(self._part(part[1], parts, principal, unit)), line.path
        )
        return found + (f"?{query}" if query else "")

    def _part(self, name: str, parts: Mapping[str, Any], principal: Principal, unit: Unit | None) -> Any:
        """What stands in the address for ``name``: as the line says, ``head`` when it says nothing."""
        named = parts.get(name, "head")
        by_principal = {
            "session_id": self._session_of,
            "file_id": self.guided.file_of,
            "requirement_id": self.reviewed.requirement,
        }
        if named == "guided":
            named = self.guided.cycle_id
        if name in by_principal:
            return by_principal[name](principal, named)
        if unit is not None and name in NOMINATED:
            return self._nominated(name, parts, principal, unit)
        if unit is not None and (name in PLANNED or named in NOTICES):
            return self.planned.part(unit, name, parts)
        if unit is None or name not in OBJECTS or named == "unknown":
            return named
        return self._object(name, named, unit)

    def _object(self, name: str, named: Any, unit: Unit) -> Any:
        """A person, a grant, an invitation or a link of ``unit``."""
        if named == "of_another_unit":
            unit, named = next(each for each in self.world.units if each.id != unit.id), "head"
        if named in PASSWORD_LINKS:
            return self.world.add_password_link(unit, used=named == "used_password")
        role = unit.head if named in {"head", "expired"} else Role(named)
        ids = {"person_id": unit.people, "subject_id": unit.people, "grant_id": unit.grants}
        if name in ids:
            return ids[name][role]
        invitation_id, token = self.world.add_invitation(unit, role, expired=named == "expired")
        return invitation_id if name == "invitation_id" else token

    def _nominated(self, name: str, parts: Mapping[str, Any], principal: Principal, unit: Unit) -> int:
        """A nomination, one of its files, or a version of a plan, ready for what the line does."""
        if name == "version_id":
            return self.reviewed.of(unit, str(parts[name]), principal)
        found: int = getattr(self.nominated.of(unit, _state(parts["nomination_id"], principal)), name)
        return found

    def _session_of(self, principal: Principal, named: str) -> int:
        employee = self.world.units[0].people[Role.EMPLOYEE]
        audit_admin = self.world.units[-1].people[Role.AUDIT_ADMIN]
        if named == "own" and principal.person_id is not None:
            return self.world.add_session(principal.person_id)[0]
        return self.world.add_session(employee if principal.role is Role.AUDIT_ADMIN else audit_admin)[0]


def _encoded(entries: Mapping[str, str | bytes]) -> tuple[str, bytes]:
    """A form as browsers send it, with its type: bytes are those of a picture that was chosen."""
    files = {name: value for name, value in entries.items() if isinstance(value, bytes)}
    if not files:
        return FORM, urlencode(entries).encode()
    parts = {
        **entries,
        **{name: FileStorage(io.BytesIO(data), f"{name}.png") for name, data in files.items()},
    }
    boundary, content = encode_multipart(parts)
    return f'multipart/form-data; boundary="{boundary}"', content


def _state(named: Any, principal: Principal) -> str:
    """The state of a nomination that a line names; ``returnable`` is one that this principal may return."""
    if named != "returnable":
        return str(named)
    return "submitted" if principal.role is Role.CITY_HR else "reported"


def _answer(response: TestResponse, body: Body) -> Answer:
    text = _text(response)
    response.close()
    whole = (str(response.headers) + text).lower()
    return Answer(
        status=response.status_code,
        location=response.headers.get("Location", ""),
        body=text,
        body_was_read=body.was_read,
        texts=frozenset(CANARY.findall(whole)) | frozenset(PHONES.findall(whole)),
    )


def _text(response: TestResponse) -> str:
    """What an answer says; of a workbook and of a Word file everything in it."""
    if response.mimetype not in {XLSX, Kind.DOCX.media_type}:
        return response.get_data(as_text=True)
    with ZipFile(io.BytesIO(response.get_data())) as book:
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())
