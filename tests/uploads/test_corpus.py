"""Every hostile file is refused for its reason, by the child process; its harmless twin is kept."""

from __future__ import annotations

import re

import pytest

from core.uploads import Accepted, Inspector, Kind, Refused
from tests.uploads.corpus import HARMLESS, HOSTILE
from tests.uploads.hostile import Hostile

FEWEST = 200
ADVICE = re.compile(r".+，没有保存。.+。")
"""What is wrong, that it was not kept, what to do next."""


def test_corpus_is_as_large_as_it_should_be() -> None:
    assert len(HOSTILE) >= FEWEST
    assert len({each.about for each in HOSTILE}) == len(HOSTILE)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda each: each.about)
def test_hostile_file_is_refused(inspector: Inspector, hostile: Hostile) -> None:
    answer = inspector.examine(hostile.name, hostile.make())
    assert isinstance(answer, Refused)
    assert answer.reason is hostile.reason, answer.message
    assert ADVICE.fullmatch(answer.message)


@pytest.mark.parametrize("kind", HARMLESS)
def test_harmless_twin_is_kept(inspector: Inspector, kind: Kind) -> None:
    answer = inspector.examine(f"证书 1.{kind}", HARMLESS[kind]())
    assert isinstance(answer, Accepted)
    assert (answer.kind, answer.name) == (kind, f"证书 1.{kind}")


def test_hostile_files_are_the_same_each_time() -> None:
    """Those whose making takes no time."""
    small = [each for each in HOSTILE if "炸弹" not in each.about and "过" not in each.about]
    assert [each.make() for each in small] == [each.make() for each in small]
