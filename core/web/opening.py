"""The form of 年度启动: what was typed as a ``CycleOpening``, and what is wrong with it beside each field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from flask import request
from wtforms import DateField, Field, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Optional

from core.domain.cycle import Deadlines
from core.domain.cycle_opening import CycleOpening
from core.domain.enterprise import Cluster
from core.domain.pilot_cycle import CityQuota, CycleMode, PlanExpert
from core.domain.places import CITIES
from core.domain.records import specs, steps_of
from core.domain.roles import Actor
from core.domain.values import entries
from core.rulebook.engine import Finding
from core.rulebook.terms import Effect
from core.services.cycles import Examined
from core.services.editions import installed
from core.web.forms import LONGEST, FormalForm, Line

NATIONAL, PROVINCIAL = "national", "provincial"
FIELDS: Final[Mapping[str, str]] = MappingProxyType({"id": "code", "plan_experts": "experts"})
"""Fields of ``CycleOpening`` that are called otherwise in the form."""
REASONS: Final[Mapping[str, str]] = MappingProxyType({"year": "second_reason", "clusters": "clusters_reason"})
"""Where the reason goes that a finding at a field asks for."""


class OpeningForm(FormalForm):
    """Beside what stands here, ``quota_320100`` and ``quota_reason_320100`` for each city."""

    code = Line()
    year = Line()
    edition = SelectField(validate_choice=False)
    mode = SelectField(validate_choice=False)
    second_reason = Line()
    nomination = DateField(validators=[Optional()])
    plan_report = DateField(validators=[Optional()])
    list_formed = DateField(validators=[Optional()])
    provincial_publicity_start = DateField(validators=[Optional()])
    year_end = DateField(validators=[Optional()])
    national = TextAreaField()
    provincial = TextAreaField()
    clusters_reason = Line()
    senior_technicians_advised = Line()
    experts = SelectMultipleField(coerce=int, validate_choice=False)

    def __init__(self, pool: Iterable[PlanExpert], **values: Any) -> None:
        super().__init__(**values)
        self.pool = tuple(pool)
        self.edition.choices = [(each.id, each.title) for each in installed().values()]
        self.mode.choices = [(mode.value, mode.zh) for mode in CycleMode]
        self.employers: dict[int, str] = {
            each.person: request.form.get(f"employer-{each.person}", each.employer or "").strip()[:LONGEST]
            for each in self.pool
            if isinstance(each.person, int)
        }

    @classmethod
    def showing(cls, opening: CycleOpening, pool: Iterable[PlanExpert]) -> OpeningForm:
        """The form filled in with ``opening``, untouched by what was sent."""
        given = opening.deadlines or Deadlines()
        quotas = {str(each.city_code): each for _, each in entries(opening.quotas, CityQuota)}
        return cls(
            pool,
            formdata=None,
            code=opening.id,
            year=str(opening.year),
            edition=opening.edition,
            mode=opening.mode,
            **{name: getattr(given, name) for name in specs(Deadlines)},
            **{quota_field(code): str(each.quota) for code, each in quotas.items()},
            **{reason_field(code): each.reason for code, each in quotas.items()},
            national=_names(opening, NATIONAL),
            provincial=_names(opening, PROVINCIAL),
            senior_technicians_advised=str(opening.senior_technicians_advised or ""),
            experts=[each.person for _, each in entries(opening.plan_experts, PlanExpert)],
        )

    def opening(self, actor: Actor) -> CycleOpening:
        """What was typed; a number that is none reads as one that cannot stand, so that it is told."""
        chosen = set(self.experts.data or ())
        return CycleOpening(
            id=self.code.data or None,
            year=_number(self.year.data, otherwise=None),
            edition=self.edition.data or None,
            mode=self.mode.data or None,
            opened_by=actor.role.value,
            second_reason=self.second_reason.data or None,
            deadlines=Deadlines(**{name: self[name].data for name in specs(Deadlines)}),
            quotas=tuple(self._quotas().values()),
            clusters=(*_clusters(NATIONAL, self.national.data), *_clusters(PROVINCIAL, self.provincial.data)),
            clusters_reason=self.clusters_reason.data or None,
            senior_technicians_advised=_number(self.senior_technicians_advised.data, otherwise=0)
            if self.senior_technicians_advised.data
            else None,
            plan_experts=(
                *(self._with_employer(each) for each in self.pool if each.person in chosen),
                *(PlanExpert(person=each) for each in chosen - {each.person for each in self.pool}),
            ),
        )

    def tell(self, examined: Examined) -> None:
        """Show what is wrong beside the fields it is about."""
        for field in self:
            field.errors = list(field.process_errors)
        for fault in examined.faults:
            self._add(self.control(fault.path, examined.opening), fault.message)
        for finding in examined.findings:
            if finding.stops:
                self._add(self.control_of(finding, examined.opening), finding.message)

    def control_of(self, finding: Finding, opening: CycleOpening) -> Field | None:
        """The field that mends a finding: that of the reason where one is asked for."""
        first, *others = steps_of(finding.path) or ("",)
        if finding.effect is not Effect.NEEDS_REASON:
            return self.control(finding.path, opening)
        if first == "quotas" and others:
            return self[reason_field(self._city(others[0]))]
        return self[REASONS[first]] if first in REASONS else self.control(finding.path, opening)

    def control(self, path: str, opening: CycleOpening) -> Field | None:
        """The field that a JSON pointer into the opening leads to; None when there is none."""
        first, *others = steps_of(path) or ("",)
        if first == "deadlines" and others:
            return self[others[0]]
        if first == "quotas" and others:
            return self[quota_field(self._city(others[0]))]
        if first == "clusters":
            place = int(others[0]) if others else None
            level = PROVINCIAL if place is None else (opening.clusters or ())[place].level
            return self[level or PROVINCIAL]
        name = FIELDS.get(first, first)
        found: Field | None = self._fields.get(name)
        return found

    def label(self, path: str, effect: Effect | None = None) -> str:
        """What the field is called that mends what is wrong at a JSON pointer into the opening."""
        first, *others = steps_of(path) or ("",)
        reason = effect is Effect.NEEDS_REASON
        if first == "deadlines" and others:
            return specs(Deadlines)[others[0]].zh
        if first == "quotas" and others:
            return f"{CITIES[self._city(others[0])]}{'名额的理由' if reason else '推荐名额'}"
        named = specs(CycleOpening).get(REASONS.get(first, first) if reason else first)
        return named.zh if named else ""

    def _quotas(self) -> dict[str, CityQuota]:
        """By city what was typed of it, in the order in which ``opening`` lists it."""
        typed = {code: (self[quota_field(code)].data, self[reason_field(code)].data) for code in CITIES}
        return {
            code: CityQuota(city_code=code, quota=_number(quota, otherwise=-1), reason=reason or None)
            for code, (quota, reason) in typed.items()
            if quota or reason
        }

    def _city(self, place: str) -> str:
        """The city at a place of the opening's list of quotas."""
        return list(self._quotas())[int(place)]

    def _with_employer(self, expert: PlanExpert) -> PlanExpert:
        return replace(expert, employer=self.employers.get(expert.person or 0) or None)

    def _add(self, control: Field | None, message: str) -> None:
        if control is None:
            self.refusal = f"{self.refusal}{message}"
        else:
            control.errors = [*control.errors, message]


def quota_field(code: str) -> str:
    return f"quota_{code}"


def reason_field(code: str) -> str:
    return f"quota_reason_{code}"


for _code in CITIES:
    setattr(OpeningForm, quota_field(_code), Line())
    setattr(OpeningForm, reason_field(_code), Line())


def _number(text: str | None, *, otherwise: int | None) -> int | None:
    typed = (text or "").strip()
    return int(typed) if typed.isdecimal() and len(typed) < 10 else otherwise


def _clusters(level: str, text: str | None) -> Iterable[Cluster]:
    return (
        Cluster(level=level, name=" ".join(line.split()))
        for line in (text or "").splitlines()
        if line.strip()
    )


def _names(opening: CycleOpening, level: str) -> str:
    named = (each for _, each in entries(opening.clusters, Cluster) if each.level == level)
    return "\n".join(str(each.name) for each in named)
