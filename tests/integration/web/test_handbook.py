"""使用手册: its files and nothing else; before it is built, how to build it; help for each reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from core.domain.roles import Role
from core.web.handbook import FOLDER
from tests.factories import Tenants
from tests.integration.web.conftest import Visit


@pytest.fixture
def folder(site: Flask, tmp_path: Path) -> Iterator[Path]:
    """Where the handbooks of this site would be; nothing is there yet."""
    kept, site.extensions[FOLDER] = site.extensions[FOLDER], tmp_path / "handbook"
    yield site.extensions[FOLDER]
    site.extensions[FOLDER] = kept


def test_handbook_is_served_to_everybody_once_it_is_built(visit: Visit, folder: Path) -> None:
    refusal = visit().get("/handbook/city.html")
    assert refusal.status_code == 404
    assert "使用手册还没有生成" in refusal.text
    assert "python3 dev.py docs" in refusal.text
    folder.mkdir()
    (folder / "city.html").write_text("<title>设区市手册</title>", "utf-8")
    with visit().get("/handbook/city.html") as answer:
        assert (answer.status_code, answer.get_data()) == (200, "<title>设区市手册</title>".encode())
        assert "script-src 'self'; " in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["../secret", "..%2Fsecret", "%2e%2e/secret", "no-such-page.html"])
def test_nothing_outside_the_handbook_is_served(visit: Visit, folder: Path, name: str) -> None:
    folder.mkdir()
    (folder.parent / "secret").write_text("内部", "utf-8")
    answer = visit().get(f"/handbook/{name}")
    assert answer.status_code == 404
    assert "内部" not in answer.text
    assert "使用手册还没有生成" not in answer.text


@pytest.mark.parametrize(
    ("role", "paragraph"),
    [
        (Role.CITY_CENTRE, "city.html#nominate"),
        (Role.PROVINCE_CENTRE, "province.html#nominations"),
    ],
)
def test_help_leads_to_the_readers_own_handbook(
    visit: Visit, tenants: Tenants, role: Role, paragraph: str
) -> None:
    reader = visit((getattr(tenants, role.kind), role))
    assert f'href="/handbook/{paragraph}"' in reader.get("/nominations").text


def test_help_with_what_a_form_answers_is_that_of_the_form(visit: Visit) -> None:
    stranger = visit()
    assert 'href="/handbook/everybody.html#checker"' in stranger.get("/check").text
    assert 'href="/handbook/everybody.html#checker"' in stranger.post("/check", text="").text
    assert 'href="/handbook/everybody.html#sign-in"' in stranger.get("/sign-in").text
    assert 'href="/handbook/"' in stranger.get("/no-such-page").text
