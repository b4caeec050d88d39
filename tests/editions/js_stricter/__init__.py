"""An edition that nobody issued: js2023 with stricter values, an effect that blocks and a rule of its own.

A test installs it by letting ``core.rulebook`` find its packages in this folder too (``tests.editions``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from core.domain.plan import Methods, PlanDraft
from core.domain.values import or_empty
from core.rulebook import js2023
from core.rulebook.catalogue import RuleText
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.template import Template, Value
from core.rulebook.terms import Effect

ID = "js_stricter"
OPEN = "MU-direct-open"
FILED = "JS-A2-complaint-file-city"
LOOSENED = "JS-A2-overall-factors"
VALUES: Mapping[str, Value] = {
    "/organisation/committee/posts/member/count": 8,  # 5
    "/organisation/committee/external_share": (2, 5),  # 1/3
    "/organisation/panels/industry_experts": 4,  # 3
    "/methods/direct/vote_fraction": (3, 4),  # 2/3
    "/conditions/paths/senior_technician/years_min": 10,  # 8
    "/scoring/weight_deviation": 4,  # 10
}

checks = Checks()


@checks.rule(OPEN, needs=("methods",))
def direct_route_is_open(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """A rule that js2023 does not have."""
    if "direct" not in (or_empty(plan.methods, Methods).routes or ()):
        yield Violation("/methods/routes", "没有开放直接评定。开放直接评定。")


def _template() -> Template:
    template = js2023.EDITION.template
    changed = {path: replace(template.leaves[path], value=value) for path, value in VALUES.items()}
    return replace(template, leaves=MappingProxyType({**template.leaves, **changed}))


def _rules() -> Mapping[str, RuleText]:
    rules = js2023.EDITION.catalogue.rules
    return MappingProxyType(
        {
            **{name: each for name, each in rules.items() if name != LOOSENED},
            FILED: replace(rules[FILED], effect=Effect.BLOCK, plan_effect=Effect.BLOCK),
            OPEN: replace(rules["JS-A2-two-modes"], id=OPEN, title="开放直接评定"),
        }
    )


EDITION = replace(
    js2023.EDITION,
    id=ID,
    title="虚构的规则版本",
    template=_template(),
    catalogue=replace(js2023.EDITION.catalogue, edition=ID, rules=_rules()),
    checks=(*(each for each in js2023.EDITION.checks if each.rule != LOOSENED), *checks),
)
