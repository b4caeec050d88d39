"""The cookies that say who somebody is: a session, a known device, a visit before signing in.

Each holds a random token and nothing else. Over HTTPS the name begins with ``__Host-``, so that a browser
takes the cookie from this host alone and sends it to no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from flask import Request
from werkzeug.wrappers import Response


class Kept(StrEnum):
    """What a cookie keeps."""

    SESSION = "session"
    DEVICE = "device"
    VISIT = "visit"


AGES: Final = {Kept.DEVICE: timedelta(days=180)}
"""How long the browser keeps a cookie; one without an age goes when the browser is closed."""

LONGEST_TOKEN: Final = 128


@dataclass(frozen=True, slots=True)
class Cookies:
    """The cookies of an application; ``secure`` where it is served over HTTPS alone."""

    secure: bool

    def name(self, kept: Kept) -> str:
        return f"__Host-shouxi_{kept}" if self.secure else f"shouxi_{kept}"

    def read(self, request: Request, kept: Kept) -> str | None:
        """The token that a browser sent, if it can be one."""
        token = request.cookies.get(self.name(kept))
        return token if token and len(token) <= LONGEST_TOKEN else None

    def write(self, response: Response, kept: Kept, token: str) -> None:
        response.set_cookie(
            self.name(kept),
            token,
            max_age=AGES.get(kept),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="Lax",
        )

    def drop(self, response: Response, kept: Kept) -> None:
        response.delete_cookie(self.name(kept), path="/", secure=self.secure, httponly=True, samesite="Lax")
