"""人工核对: the rules of making and reviewing a plan that no code checks, which its reviewers confirm."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from core.rulebook.catalogue import RuleText
from core.rulebook.engine import Edition

STAGES: Final = frozenset({"plan_submission", "plan_approval"})
ANNEX_OF: Final = {"附件3": "rubric"}
"""The section that an annex is about, for a rule that names no part of the plan."""


def by_hand(edition: Edition, sections: Collection[str]) -> Mapping[str, tuple[RuleText, ...]]:
    """The rules by the one of ``sections`` that each is about; under "" those of the plan as a whole."""
    found: dict[str, list[RuleText]] = {}
    for rule in edition.unchecked().values():
        if not STAGES.isdisjoint(rule.stages):
            found.setdefault(_section(rule, sections), []).append(rule)
    return {name: tuple(found[name]) for name in (*sections, "") if name in found}


def _section(rule: RuleText, sections: Collection[str]) -> str:
    parts = [each.split(".")[1].partition("[")[0] for each in rule.data if each.startswith("plan.")]
    about = [each for each in (*parts, *(ANNEX_OF.get(rule.section, ""),)) if each in sections]
    return about[0] if about else ""
