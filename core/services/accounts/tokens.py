"""Random tokens: shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

LENGTH: Final = 32
"""Bytes of randomness; a token cannot be guessed, so its hash needs neither salt nor cost."""


def new_token() -> str:
    """256 random bits, as 43 characters that can stand in a URL and a cookie."""
    return secrets.token_urlsafe(LENGTH)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
