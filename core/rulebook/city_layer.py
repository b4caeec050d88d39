"""Plans of a city are checked against the province and the city (五（二）, AMB-53): the city only ever adds.

What the province finds stands as it is found. Then every value that the city tightened takes the province's
place in the template, the rules of that value are run again, and what they find besides is reported under the
rule of 五（二）, naming the city's document. A looser value would find nothing, and so loosens nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from core.domain.calendar import WorkCalendar
from core.domain.city_requirements import CityRequirements, CitySetting
from core.domain.cycle import Cycle, Deadlines
from core.domain.plan import DirectRoute, Methods, PlanDraft, Schedule
from core.domain.records import position
from core.domain.values import entries, or_empty
from core.domain.wording import day_words
from core.rulebook.engine import Check, Edition, Finding, Given, PlanCheck, Violation, check, judge
from core.rulebook.template import Leaf, Lock, Value
from core.rulebook.terms import Effect
from core.rulebook.tightening import as_value, at_least_as_strict, called, shown
from core.rulebook.vocabulary import vocabulary

RULE: Final = "JS-5.2-local-specific-requirements"
DEADLINES: Final = "/deadlines/"
BEFORE_PLANS: Final = frozenset({"/deadlines/nomination"})
"""What is over when a plan is drafted, and was judged then."""
YEAR_END: Final = "/deadlines/year_end"
COMPARED: Final = frozenset(
    {"/methods/routes", "/methods/direct/priority_conditions", "/methods/direct/vote_base", YEAR_END}
)
"""Values that no rule reads from the template: the plan's own are compared with the city's."""


@dataclass(frozen=True, slots=True)
class CityDocument:
    """A city's requirements as they were published: under which title, on which day, and their number."""

    title: str
    city: str
    published_on: date
    requirements: CityRequirements
    number: int | None = None


def check_in_city(
    plan: PlanDraft,
    *,
    edition: Edition,
    cycle: Cycle,
    city: CityDocument | None,
    calendar: WorkCalendar | None = None,
) -> tuple[Finding, ...]:
    """As ``engine.check``, and where the plan asks less than its city does; without ``city`` just that."""
    found = check(plan, edition=edition, cycle=cycle, calendar=calendar)
    if city is None:
        return found
    given = Given(edition.complete(cycle), calendar or edition.calendar, edition.template)
    layer = _Layer(plan, given, edition, city)
    added = [
        each
        for _, setting in entries(city.requirements.settings, CitySetting)
        for each in layer.found(str(setting.path or ""), as_value(setting.value))
    ]
    whole = (*found, *dict.fromkeys(added))
    return tuple(sorted(whole, key=lambda each: (position(PlanDraft, each.path), each.rule)))


@dataclass(frozen=True, slots=True)
class _Layer:
    """One plan under one city's document."""

    plan: PlanDraft
    given: Given
    edition: Edition
    city: CityDocument

    def found(self, path: str, own: Value) -> Iterator[Finding]:
        """Where the plan asks less than ``own``, the city's value for the place ``path`` of the template."""
        leaf = self.edition.template.leaves.get(path)
        if leaf is None or leaf.lock is not Lock.BOUNDED or path in BEFORE_PLANS or own == leaf.value:
            return
        if not at_least_as_strict(leaf, own):
            return
        rule, demand = self.edition.catalogue.rules[RULE], self._demand(leaf, own)
        for each in self._compared(leaf, own) if path in COMPARED else self._judged(leaf, own):
            yield replace(
                each,
                rule=RULE,
                force=rule.force,
                message=f"{each.message}{demand}",
                clause=rule.clause,
                quote=rule.words,
                requirement_id=self.city.number,
            )

    def _demand(self, leaf: Leaf, own: Value) -> str:
        """What the city's document says of the value at ``leaf``."""
        words, city = vocabulary(self.edition.id), self.city
        return (
            f"《{city.title.strip('《》')}》（{city.city}，{day_words(city.published_on)}发布）规定"
            f"“{called(self.edition.template, leaf)}”为{shown(leaf, own, words)}，"
            f"严于省级的{shown(leaf, leaf.value, words).strip()}。"
        )

    def _judged(self, leaf: Leaf, own: Value) -> tuple[Finding, ...]:
        """What the rules of ``leaf`` find with the city's value, and do not find with the province's."""
        checks = [each for each in self.edition.checks if each.rule in leaf.rules]
        before, after = (
            judge(self.plan, given, checks, self.edition.catalogue.rules, lambda rule: rule.plan_effect)
            for given in (self.given, _tightened(self.given, leaf, own))
        )
        return tuple(each for each in after if each not in before)

    def _compared(self, leaf: Leaf, own: Value) -> tuple[Finding, ...]:
        """Where the plan's own value asks less; what the plan does not say is for other rules."""
        checks: list[PlanCheck] = [Check(leaf.rules[0], (), lambda plan, _: self._less(plan, leaf, own))]
        return judge(self.plan, self.given, checks, self.edition.catalogue.rules, lambda _: Effect.BLOCK)

    def _less(self, plan: PlanDraft, leaf: Leaf, own: Value) -> Iterator[Violation]:
        if leaf.path == YEAR_END:
            day = or_empty(plan.schedule, Schedule).certificate_issue_end
            if day and day > _sooner(self.given, "year_end", str(own)).deadline("year_end"):
                yield Violation(
                    "/schedule/certificate_issue_end", f"证书核发结束定在{day_words(day)}。将其提前。"
                )
            return
        methods = or_empty(plan.methods, Methods)
        stated: object = methods.routes
        if leaf.path != "/methods/routes":
            if "direct" not in (methods.routes or ()):
                return
            stated = getattr(or_empty(methods.direct, DirectRoute), leaf.path.rpartition("/")[2])
        if isinstance(own, tuple) and isinstance(stated, tuple):
            if more := [each for each in stated if each not in own]:
                named = "、".join(self._word(leaf, each) for each in more)
                yield Violation(leaf.path, f"{leaf.label}中有{named}，不在设区市规定之内。删去。")
        elif isinstance(stated, str) and not at_least_as_strict(replace(leaf, value=own), stated):
            now, wanted = self._word(leaf, stated), self._word(leaf, own)
            yield Violation(leaf.path, f"{leaf.label}为“{now}”，改为“{wanted}”。")

    def _word(self, leaf: Leaf, code: object) -> str:
        return vocabulary(self.edition.id).word(leaf.path.strip("/").replace("/", "."), str(code))


def _tightened(given: Given, leaf: Leaf, own: Value) -> Given:
    """``given`` with the city's value in the province's place."""
    if leaf.path.startswith(DEADLINES):
        return _sooner(given, leaf.path.removeprefix(DEADLINES), str(own))
    leaves = MappingProxyType({**given.template.leaves, leaf.path: replace(leaf, value=own)})
    return replace(given, template=replace(given.template, leaves=leaves))


def _sooner(given: Given, name: str, month_day: str) -> Given:
    """``given`` with one deadline on the city's day of the year, where that is sooner."""
    deadlines = or_empty(given.cycle.deadlines, Deadlines)
    last, own = given.deadline(name), date.fromisoformat(f"{given.cycle.year or 0:04}-{month_day}")
    changed: dict[str, Any] = {name: min(last, own)}
    return replace(given, cycle=replace(given.cycle, deadlines=replace(deadlines, **changed)))
