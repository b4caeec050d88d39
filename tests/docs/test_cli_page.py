"""docs/cli.md names every command and option, and its example is what the command prints."""

import json
import re
from collections.abc import Iterator
from typing import Any

import click
import pytest

from core.app import main
from core.cli import shouxi
from core.paths import ROOT
from core.plandoc.files import read_plan_file
from core.services.plans import check_plans

PAGE = (ROOT / "docs" / "cli.md").read_text("utf-8")
DEMO = str(ROOT / "tests" / "data" / "demo_plans.yaml")


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its full name."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command)
    for each in command.list_commands(context):
        inner = command.get_command(context, each)
        assert inner is not None
        yield from commands(inner, f"{name} {each}")


ALL = dict(commands(shouxi, "shouxi"))


def test_the_commands() -> None:
    assert callable(main)
    assert list(ALL) == [
        *(f"shouxi audit {each}" for each in ("checkpoint", "export", "verify")),
        *(f"shouxi calendar {each}" for each in ("add", "count")),
        *(f"shouxi plan {each}" for each in ("check", "deviation", "diff", "freeze", "print", "show")),
        *(f"shouxi rules {each}" for each in ("impact", "list", "show", "table")),
        "shouxi serve",
        *(f"shouxi tenant {each}" for each in ("check", "list", "new", "plan")),
    ]


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_option_is_documented(name: str) -> None:
    arguments = "".join(
        f" {each.make_metavar(click.Context(ALL[name]))}"
        for each in ALL[name].params
        if isinstance(each, click.Argument)
    )
    assert f"`{name}{arguments}`" in PAGE
    for each in ALL[name].params:
        if isinstance(each, click.Option):
            assert {f"`{option}" in PAGE for option in (*each.opts, *each.secondary_opts)} == {True}


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_option_has_its_help(name: str) -> None:
    assert ALL[name].help
    assert [each.name for each in ALL[name].params if isinstance(each, click.Option) and not each.help] == []


def test_every_command_in_the_page_exists() -> None:
    named = set(re.findall(r"`(shouxi(?: [a-z]+)+)", PAGE))
    groups = {"shouxi audit", "shouxi calendar", "shouxi rules", "shouxi tenant", "shouxi plan"}
    assert {each for each in named if each not in ALL and each not in groups} == set()


def test_the_example_is_what_the_command_prints() -> None:
    (example,) = re.findall(r"```json\n(.+)\n```", PAGE)
    data: Any = json.loads(example)
    (report,) = check_plans(read_plan_file(DEMO), data["plan_id"])
    assert json.dumps(report.as_json(), ensure_ascii=False) == example


def test_every_key_of_the_report_is_explained() -> None:
    (report,) = check_plans(read_plan_file(DEMO), "demo-suzhou-guxu")
    data = report.as_json()
    for key in (*data, *data["findings"][0]):
        assert re.search(rf"^\| .*`{key}`.* \|", PAGE, re.MULTILINE), key
