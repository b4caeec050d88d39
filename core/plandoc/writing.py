"""A plan document as a file that ``reading`` and ``files`` read back as the same plan: YAML or JSON."""

from __future__ import annotations

import json
from typing import Any, Final

import yaml

from core.domain.plan import PlanDraft
from core.domain.records import plain

WIDE: Final = 10_000
"""Characters to a line: official sentences are not broken."""


class _Dumper(yaml.SafeDumper):
    """Lists indented below their key, as people write them; no anchors, which plan files may not have."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - yaml's own
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - as PyYAML calls it
        return True


def as_yaml(plan: PlanDraft) -> bytes:
    """``plan`` as YAML in UTF-8, in the order of the document."""
    text = yaml.dump(plain(plan), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDE)
    return str(text).encode()


def as_json(plan: PlanDraft) -> bytes:
    """``plan`` as JSON in UTF-8."""
    return (json.dumps(plain(plan), ensure_ascii=False, indent=2) + "\n").encode()
