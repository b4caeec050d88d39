"""Waivers (豁免): a body lets one nomination (AMB-06) or one version of a plan through in spite of a rule.

The catalogue says which body may waive which rule; whoever waives says why (PF-waiver-log). Two rules are
lifted by a decision about the cycle instead (a higher quota, a reopened deadline), so that everyone
downstream sees it there. A rule of the platform, a fault of a plugin and a demand of a city name nobody and
are never waived.

What a plan says and some body may waive does not keep the plan from that body (``awaits``, ADR 0021).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from core.domain.errors import DomainError
from core.domain.pilot_cycle import Decision
from core.domain.roles import Role
from core.domain.values import blank
from core.rulebook.catalogue import RuleText
from core.rulebook.engine import Finding
from core.rulebook.terms import Effect

INSTEAD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "JS-1.1-city-quota-one": "在年度中为该市增加名额",
        "JS-2.1-nomination-deadline": "在年度中为该企业重新开放申报",
    }
)
OF_THE_STEP: Final = frozenset({"JS-2.2-plan-publicised-staff", "JS-2.3-plan-report-deadline"})
"""Rules about how a plan is sent in, not about what it says: sending in obeys them or waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A rule that does not stop one nomination or version, by whose decision; only ``granted`` makes one."""

    rule: str
    decision: Decision


def granted(rule: str, decision: Decision, rules: Mapping[str, RuleText]) -> Waiver:
    """The waiver of ``rule`` that ``decision`` gives. Raises ``DomainError`` when it may not be given."""
    words = rules.get(rule)
    if words is None:
        raise DomainError(f"没有编号为“{rule}”的规则，不能豁免。")
    if rule in INSTEAD:
        raise DomainError(f"“{words.title}”不作豁免。{INSTEAD[rule]}，并写明理由。")
    if decision.role.value not in words.waivable_by:
        by = "由有权单位决定" if words.waivable_by else "任何单位都不得豁免"
        raise DomainError(f"“{words.title}”（{words.clause}）{decision.role.zh}不能豁免，{by}。")
    if blank(decision.reason):
        raise DomainError(f"豁免“{words.title}”（{words.clause}）没有写理由。写明理由。")
    return Waiver(rule=rule, decision=decision)


def may_waive(rule: str, role: Role, rules: Mapping[str, RuleText]) -> bool:
    """Whether ``role`` may waive ``rule``."""
    return rule in rules and rule not in INSTEAD and role.value in rules[rule].waivable_by


def waivable(finding: Finding, rules: Mapping[str, RuleText]) -> bool:
    """Whether any body may waive the rule of ``finding``."""
    return finding.rule in rules and finding.rule not in INSTEAD and bool(rules[finding.rule].waivable_by)


def bodies(rule: str, rules: Mapping[str, RuleText]) -> tuple[Role, ...]:
    """The bodies that may waive ``rule``."""
    return tuple(each for each in Role if may_waive(rule, each, rules))


def awaits(finding: Finding, rules: Mapping[str, RuleText]) -> tuple[Role, ...]:
    """The bodies whose waiver a finding of a plan goes to review for (待豁免); nobody where it stops before.

    A reason that is asked for and missing is for the enterprise to write, whoever may waive the rule.
    """
    let_through = finding.stops and finding.effect is Effect.BLOCK and finding.rule not in OF_THE_STEP
    return bodies(finding.rule, rules) if let_through else ()


def in_the_way(findings: Iterable[Finding], rules: Mapping[str, RuleText]) -> tuple[Finding, ...]:
    """The findings that keep a plan from its notice and from being sent in."""
    return tuple(each for each in findings if each.stops and not awaits(each, rules))


def with_waivers(findings: Iterable[Finding], waivers: Iterable[Waiver]) -> tuple[Finding, ...]:
    """``findings``, those of a waived rule marked so, with the reason of the decision."""
    reasons = {each.rule: each.decision.reason.strip() for each in waivers}
    return tuple(
        replace(each, waived=True, reason=reasons[each.rule]) if each.rule in reasons else each
        for each in findings
    )
