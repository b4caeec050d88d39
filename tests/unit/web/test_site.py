"""The site works by the settings of its installation."""

from __future__ import annotations

import pytest

from core.config import load
from core.services.accounts.rules import GRADE3, NIST, PasswordProfile
from core.web.session import RULES, password_hint
from core.web.site import make_site


@pytest.mark.parametrize(("chosen", "profile"), [("nist", NIST), ("grade3", GRADE3)])
def test_passwords_are_what_the_setting_says(chosen: str, profile: PasswordProfile) -> None:
    app = make_site(
        load({"SHOUXI_ENV": "test", "SHOUXI_PASSWORDS": chosen}), "postgresql+psycopg://nobody@/nowhere"
    )
    assert app.extensions[RULES].passwords is profile
    with app.test_request_context():
        assert f"{profile.min_length} 个字符" in password_hint()
