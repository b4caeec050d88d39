"""The guide for authors documents every hook as the specification does."""

import inspect
import re

import pytest

from core import sdk
from core.hookspecs import HOOKS, PlanSpecs
from core.paths import ROOT
from core.sandbox import Limits

PAGE = (ROOT / "docs" / "hooks.md").read_text("utf-8")


def heading(hook: str) -> str:
    arguments = list(inspect.signature(getattr(PlanSpecs, hook)).parameters)[1:]
    return f"### `{hook}({', '.join(arguments)})`"


@pytest.mark.parametrize("hook", HOOKS)
def test_hook_is_documented_with_its_signature_and_in_its_own_words(hook: str) -> None:
    words = inspect.getdoc(getattr(PlanSpecs, hook))
    assert f"\n{heading(hook)}\n\n{words}\n" in PAGE


def test_page_documents_no_hook_that_is_not_asked() -> None:
    assert re.findall(r"^### `(\w+)\(", PAGE, re.MULTILINE) == list(HOOKS)


def test_functions_that_the_page_names_exist() -> None:
    table = PAGE.split("## Deriving a rubric", 1)[1].split("## The conformance kit", 1)[0]
    called = set(re.findall(r"`(\w+)\(", table)) | set(re.findall(r"`(reference_\w+|planned_\w+)`", table))
    assert called
    assert called <= set(sdk.__all__)


def test_limits_that_the_page_states_are_those_in_force() -> None:
    limits = Limits()
    stated = f"It has {limits.wall_seconds:g} seconds for\nan answer, {limits.memory_bytes // 2**20} MB, "
    assert stated + f"{limits.output_bytes // 2**20} MB of JSON" in PAGE
