"""A browser without scripts: keeps cookies, sends forms back with their token, follows nothing by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.integration.accounts.world import PASSWORD, Account, World
from tests.unit.web.pages import faults_of

TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')
SESSION: Final = "shouxi_session"


@dataclass
class Visitor:
    """``account`` is who has signed in here, if anybody has."""

    site: Flask
    world: World
    account: Account | None = None
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.site.test_client()

    def get(self, address: str) -> TestResponse:
        return self.client.get(address)

    def page(self, address: str) -> str:
        """A page that is there and well formed."""
        answer = self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code, answer.location)
        assert faults_of(answer.text) == []
        return answer.text

    def post(self, address: str, **entries: object) -> TestResponse:
        """Send a form with the token of this session."""
        return self.client.post(address, data={"csrf_token": self.form_token(), **entries})

    def form_token(self) -> str:
        found = TOKEN.search(self.client.get("/hats", follow_redirects=True).text)
        assert found
        return found[1]

    @property
    def token(self) -> str | None:
        cookie = self.client.get_cookie(SESSION)
        return cookie.value if cookie else None

    def sign_in(self, account: Account, to: str = "") -> TestResponse:
        """Through the steps of the sign-in pages, with a code that was not used before."""
        if account.secret is not None:
            self.world.later(seconds=60)
        answer = self.post("/sign-in", login_name=account.login_name, password=PASSWORD, next=to)
        if account.secret is not None:
            answer = self.post(
                "/sign-in/code",
                pending=pending(answer.text),
                code=self.world.code(account.secret),
                next=to,
            )
        assert answer.status_code == 303, answer.text
        self.account = account
        return answer

    def proof(self) -> str:
        """What proves again who this is: a code that was not used, or the password."""
        assert self.account is not None
        if self.account.secret is None:
            return PASSWORD
        self.world.later(seconds=60)
        return self.world.code(self.account.secret)

    def stale(self) -> None:
        """Let the proof grow old, without the session ending."""
        self.world.later(minutes=11)


def pending(page: str) -> str:
    """The note of what was given so far, in the form of the next step."""
    found = re.search(r'name="pending"[^>]* value="([^"]+)"', page)
    assert found, page
    return found[1]


def hidden(page: str, name: str) -> str:
    """The value of a hidden field, of the last one so called: that of the form the page is about."""
    found = re.findall(rf'name="{name}"[^>]* value="([^"]+)"', page)
    assert found, page
    return str(found[-1])


def secret_of(page: str) -> str:
    """The key that a page offers for an authenticator: as it is typed, in fours."""
    found = re.search(r">((?:[A-Z2-7]{4} ?){8})<", page)
    assert found
    return found[1].replace(" ", "")


def path_of(answer: TestResponse) -> str:
    """Where an answer sends the browser, without host and query."""
    return urlsplit(answer.location).path
