"""Evidence (证明材料): a file that a statement rests on."""

from __future__ import annotations

from typing import ClassVar

from core.domain.records import record, term
from core.domain.values import Many, Text, blank, entries


@record
class Evidence:
    """A file that proves something: the SHA-256 of its bytes, and what it is called."""

    KEY: ClassVar[tuple[str, ...]] = ("file",)
    file: Text = term("文件")
    title: Text = term("材料名称")


def files(evidence: Many[Evidence]) -> tuple[Evidence, ...]:
    """The pieces of evidence that have a file."""
    return tuple(each for _, each in entries(evidence, Evidence) if not blank(each.file))
