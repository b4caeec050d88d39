"""docs/tour.md is true: its pictures and links are there, its commands answer so, its people do so."""

from __future__ import annotations

import re
import shlex
from functools import cache
from itertools import chain
from typing import Final

import pytest
from click.testing import CliRunner
from PIL import Image

import dev
from core.cli import shouxi
from core.demo import cast, nominees, year
from core.demo.nominees import Admit, Reject, Reopen, Return, Withdraw
from core.domain.stages import NominationState
from core.paths import ROOT
from tests.e2e.screenshots import PICTURES

DOCS: Final = ROOT / "docs"
PAGE: Final = (DOCS / "tour.md").read_text("utf-8")
LINK: Final = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
PICTURE_BYTES: Final = 120_000
OUTSIDE: Final = ("templates", "core/web")


@cache
def interface() -> str:
    """All that pages are made of."""
    files = chain.from_iterable(
        (ROOT / folder).rglob(kind) for folder in OUTSIDE for kind in ("*.html", "*.py")
    )
    domain = (ROOT / "core" / "domain" / "stages.py", ROOT / "core" / "domain" / "nomination.py")
    return "\n".join(each.read_text("utf-8") for each in (*files, *domain))


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "docs/tour.md"])
def test_what_a_page_links_to_is_there(name: str) -> None:
    page = ROOT / name
    links = LINK.findall(page.read_text("utf-8"))
    assert links
    assert [each for each in links if not (page.parent / each).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_tour_is_found_from_the_first_page(name: str) -> None:
    assert "docs/tour.md" in LINK.findall((ROOT / name).read_text("utf-8"))


def test_every_picture_of_the_tour_is_taken_and_shown() -> None:
    shown = re.findall(r"!\[[^]]+\]\(images/([a-z-]+)\.png\)", PAGE)
    assert len(shown) == len(set(shown))
    taken = {each.name for each in PICTURES}
    assert {each for each in shown if each.startswith("tour-")} == {
        each for each in taken if each.startswith("tour-")
    }
    assert set(shown) <= taken


def test_pictures_are_small_and_of_one_width() -> None:
    for each in PICTURES:
        path = DOCS / "images" / f"{each.name}.png"
        assert path.stat().st_size < PICTURE_BYTES, each.name
        with Image.open(path) as picture:
            assert picture.width == 1280


def test_commands_of_dev_are_there() -> None:
    named = set(re.findall(r"python3 dev\.py (\w+)", PAGE))
    assert named == {"demo", "screenshots"}
    assert named <= dev.COMMANDS.keys()


def test_commands_print_what_the_page_says() -> None:
    blocks = re.findall(r"```sh\n(.+)\n```\n\n```text\n(.+)\n```", PAGE)
    assert blocks
    for command, printed in blocks:
        name, *arguments = shlex.split(command)
        assert name == ".venv/bin/shouxi"
        answer = CliRunner().invoke(shouxi, arguments)
        assert (answer.exit_code, answer.stdout.strip()) == (0, printed)


def test_people_are_of_the_demo_and_where_the_page_says() -> None:
    units = {part.person.name: place.short_name for place in cast.places() for part in place.parts}
    said = re.findall(r"以\*\*(.+?)\*\*（(.+?)）登录", PAGE)
    assert len(said) == 6
    assert [(name, units[name]) for name, _ in said] == said


def test_enterprises_stand_as_the_page_says() -> None:
    rows = re.findall(r"^\| (\S+) \| (\S+公司) \|", PAGE, re.MULTILINE)
    told = {each.name.removesuffix("（虚构）"): each for each in nominees.OTHERS}
    ends = {
        Admit: NominationState.ADMITTED,
        Return: NominationState.RETURNED,
        Reject: NominationState.REJECTED,
        Withdraw: NominationState.WITHDRAWN,
    }
    words = {each.zh for each in NominationState}
    for state, name in rows:
        assert state in words
        last = told[name].deeds[-1]
        if type(last) in ends:
            assert state == ends[type(last)].zh
    assert {state for state, _ in rows} == words


def test_reopened_deadline_is_the_one_of_the_demo() -> None:
    (until,) = (deed.until for each in nominees.OTHERS for deed in each.deeds if isinstance(deed, Reopen))
    assert f"省级已重新开放至 {until.month}月{until.day}日" in PAGE


def test_barred_enterprise_is_the_one_of_the_demo() -> None:
    assert f"`{year.BARRED.number}`" in PAGE


def test_buttons_and_menus_are_called_so() -> None:
    named = re.findall(r"(?:点|菜单)“([^”]+)”", PAGE)
    assert len(named) > 8
    assert [each for each in named if each not in interface()] == []
