"""Versions of plans under review, with the bodies that review them; each acts in the scope of a hat.

The versions are written by a superuser, as they stand once an enterprise has sent them in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from psycopg.types.json import Jsonb

from core.audit import Action, Subject, record
from core.domain.frozen import Answerer, freeze
from core.domain.pilot_cycle import PlanExpert
from core.domain.plan import PlanDraft
from core.domain.plan_review import Verdict, View, section_hashes
from core.domain.records import build, plain
from core.domain.roles import Actor, Role
from core.domain.stages import PlanState
from core.domain.values import BEIJING
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from core.rulebook.js2023 import EDITION
from core.services.reviews import assessing, deciding, marking
from core.services.reviews import kept as looking
from core.services.reviews.kept import Judged, KeptVersion
from core.services.reviews.scopes import reviewing
from tests import factories
from tests.factories import MadeTenant
from tests.integration.onboarding.season import Season
from tests.integration.scenes import Scenes
from tests.unit.rulebook.plans import NANJING, SUZHOU, patched

SENT: Final = datetime(2026, 11, 13, 10, 0, tzinfo=BEIJING)
REVIEWING: Final = datetime(2026, 11, 16, 9, 0, tzinfo=BEIJING)
ANSWERER: Final = Answerer(plugin="studio", version="1", code_hash="0" * 64)


@dataclass(frozen=True, slots=True)
class Sent:
    """A version that was sent in."""

    tenant_id: int
    plan_id: int
    id: int


def record_notice(who: Actor, *, tenant_id: int, plan_id: int, number: int, **hashes: str) -> None:
    """What the record says of the notice of a version that was written past the services."""
    with act(Scope(reads=frozenset({tenant_id}), writes=tenant_id)) as session:
        record(
            session,
            tenant_id=tenant_id,
            actor=who,
            action=Action.PLAN_PUBLICISE,
            subject=Subject("plan", plan_id, ""),
            changes={
                "version_number": (None, number),
                **{name: (None, value) for name, value in hashes.items()},
            },
        )


@dataclass
class Reviews(Season):
    """A season in which plans have been sent in."""

    cycle_id: int = 0
    plans: dict[int, int] = field(default_factory=dict)
    scenes: Scenes = field(default_factory=Scenes)

    # --- people

    @cached_property
    def suzhou_hr(self) -> Actor:
        return self._actor("other_city_hr", Role.CITY_HR, "邵知微")

    @cached_property
    def suzhou_industry(self) -> Actor:
        return self._actor("other_city_industry", Role.CITY_INDUSTRY, "庄景行")

    @cached_property
    def industry(self) -> Actor:
        return self._actor("city_industry", Role.CITY_INDUSTRY, "屈向晚")

    @cached_property
    def expert(self) -> Actor:
        return self._actor("province_centre", Role.PLAN_EXPERT, "钱若衡")

    @cached_property
    def other_expert(self) -> Actor:
        return self._actor("province_centre", Role.PLAN_EXPERT, "申时雨")

    # --- arranging

    def open(self) -> None:
        """A cycle with two experts, who are ready to assess plans."""
        experts = tuple(
            PlanExpert(person=each.person_id, name=each.name, employer="江苏大学")
            for each in (self.expert, self.other_expert)
        )
        self.cycle_id = self.open_cycle(plan_experts=experts)

    def sent(
        self,
        patch: Sequence[Mapping[str, Any]] = (),
        *,
        state: PlanState = PlanState.SUBMITTED,
        direct: bool = False,
        submitted_at: datetime = SENT,
        number: int = 1,
        unit: MadeTenant | None = None,
    ) -> Sent:
        """A version of the plan of Suzhou's enterprise, or of the branch's, as it was sent in."""
        unit = unit or (self.tenants.enterprise if direct else self.tenants.other_enterprise)
        nominator = self.tenants.central_branch if direct else self.tenants.other_city_centre
        draft = build(PlanDraft, patched(NANJING if direct else SUZHOU, patch))
        draft = replace(draft, publicity=None, submitted_at=None)
        channel = "province_direct" if direct else "city"
        plan_id = self._plan(unit, nominator, draft, channel)
        frozen = freeze(
            draft,
            edition="js2023",
            rulebook=EDITION.version,
            answerers=dict.fromkeys(("rubric", "schedule"), ANSWERER),
        )
        answerers = {
            part: {"plugin": "studio", "version": "1", "code_hash": "0" * 64} for part in frozen.answerers
        }
        came = state not in (PlanState.PUBLICISED, PlanState.WITHDRAWN)
        row = self.superuser.execute(
            "insert into plan_version (tenant_id, plan_id, cycle_id, city_code, channel, nominator_id,"
            " number, state, edition, rulebook, document, answerers, content_hash, snapshot_hash,"
            " section_hashes, publicised_by, publicised_name, publicised_at, submitted_by, submitted_name,"
            " submitted_at)"
            " values (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s) returning id",
            [
                *(
                    unit.id,
                    plan_id,
                    self.cycle_id,
                    unit.city_code,
                    channel,
                    nominator.id,
                    number,
                    state.value,
                ),
                *(frozen.edition, frozen.rulebook, frozen.document, Jsonb(answerers)),
                *(frozen.content_hash, frozen.snapshot_hash, Jsonb(dict(section_hashes(draft)))),
                *(self.centre.person_id, "沈屹川", datetime(2026, 11, 9, 9, 0, tzinfo=BEIJING)),
                *((self.centre.person_id, "沈屹川", submitted_at) if came else (None, None, None)),
            ],
        ).fetchone()
        assert row
        self.superuser.execute(
            "insert into plan_notice (tenant_id, version_id, token_hash, starts_on, ends_on, channels,"
            " coverage_statement, published_by, published_name) values (%s,%s,%s,%s,%s,%s,%s,%s,%s)",
            [
                *(unit.id, row[0], bytes.fromhex(f"{row[0]:064x}"), date(2026, 11, 9), date(2026, 11, 12)),
                *(["企业公告栏"], "覆盖全体职工", self.centre.person_id, "沈屹川"),
            ],
        )
        record_notice(
            self.centre,
            tenant_id=unit.id,
            plan_id=plan_id,
            number=number,
            content_hash=frozen.content_hash,
            snapshot_hash=frozen.snapshot_hash,
        )
        return Sent(unit.id, plan_id, row[0])

    def _plan(self, unit: MadeTenant, nominator: MadeTenant, draft: PlanDraft, channel: str) -> int:
        """The plan of an enterprise, which is admitted when it has none yet."""
        if unit.id in self.plans:
            return self.plans[unit.id]
        self.superuser.execute(
            "insert into cycle_place (tenant_id, cycle_id, nomination_tenant_id, nomination_id, channel,"
            " quota_class, admitted_by) values (%s,%s,%s,%s,%s,'ordinary',%s)",
            [unit.id, self.cycle_id, nominator.id, unit.id, channel, self.centre.person_id],
        )
        facts = {"enterprise": plain(draft.enterprise), "nomination": plain(draft.nomination)}
        row = self.superuser.execute(
            "insert into plan (tenant_id, cycle_id, city_code, channel, nominator_id, uscc, enterprise,"
            " facts, opened_by, opened_name) values (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s) returning id",
            [
                *(unit.id, self.cycle_id, unit.city_code, channel, nominator.id),
                *(draft.enterprise.uscc if draft.enterprise else None, unit.name),
                *(Jsonb(json.loads(json.dumps(facts))), self.centre.person_id, "沈屹川"),
            ],
        ).fetchone()
        assert row
        self.plans[unit.id] = row[0]
        return int(row[0])

    # --- acts

    def do(self, service: Callable[..., Any], who: Actor, of: Sent, **more: Any) -> Any:
        """One of the services of reviews by ``who``."""
        own = self.scope(who)
        with reading(own) as session:
            scope = reviewing(session, who, own, of.tenant_id)
        with act(scope) as session:
            return service(session, actor=who, tenant_id=of.tenant_id, version_id=of.id, **more)

    def see(self, of: Sent) -> tuple[KeptVersion, Judged]:
        with reading(self.scope(self.centre)) as session:
            kept = looking.one(session, tenant_id=of.tenant_id, version_id=of.id)
            assert kept
            return kept, looking.judged(session, kept)

    def state(self, of: Sent) -> PlanState:
        return self.see(of)[0].state

    def tick(
        self, who: Actor, of: Sent, section: str, verdict: Verdict = Verdict.AGREE, reason: str = ""
    ) -> None:
        kept, _ = self.see(of)
        self.do(
            marking.tick,
            who,
            of,
            section=section,
            section_hash=kept.section_hashes[section],
            verdict=verdict,
            reason=reason,
        )

    def tick_all(self, who: Actor, of: Sent) -> None:
        """Agree to every section, accept every reason, confirm everything else."""
        kept, found = self.see(of)
        done = found.progress(kept, who.role)
        for section in done.open:
            self.tick(who, of, section)
        for each in (*done.unseen, *done.undecided):
            self.do(
                marking.view,
                who,
                of,
                rule=each.rule,
                path=each.path,
                finding_hash=each.hash,
                verdict=View.ACCEPTED if each.reasoned else View.CONFIRMED,
            )

    def agree(self, who: Actor, of: Sent, **more: Any) -> PlanState:
        self.tick_all(who, of)
        state: PlanState = self.do(deciding.agree, who, of, **more)
        return state

    def _laid(self, arrange: Callable[[], Sent]) -> Sent:
        """What ``arrange`` does to a season in which nothing was sent in yet."""

        def done() -> tuple[Reviews, Sent]:
            return self, arrange()

        season, of = self.scenes.laid(f"reviews: {arrange.__name__}", self.superuser, done)
        vars(self).update(vars(season))
        return of

    def reviewed(self) -> Sent:
        """A version to which both bodies have agreed."""
        return self._laid(self.agreed)

    def assessed(self) -> Sent:
        """A version that an expert has assessed and found to be in order."""
        return self._laid(self.passed)

    def approved(self) -> Sent:
        """A version that the province has approved."""
        return self._laid(self.ended)

    def agreed(self, **more: Any) -> Sent:
        """The same of a plan that says something else, or after something else has happened."""
        of = self.sent(**more)
        bodies = (self.centre, self.branch) if more.get("direct") else (self.suzhou_hr, self.suzhou_industry)
        for who in bodies:
            self.agree(who, of)
        return of

    def passed(self, outcome: str = "passed", **more: Any) -> Sent:
        """As ``assessed``, of another plan or with another outcome."""
        of = self.agreed(**more)
        self.do(assessing.assign, self.centre, of, person_id=self.expert.person_id)
        self.do(assessing.assess, self.expert, of, outcome=outcome, opinion="可行，数据完整。")
        return of

    def ended(self, **more: Any) -> Sent:
        """As ``approved``, of another plan."""
        of = self.passed(**more)
        self.do(assessing.approve, self.province, of)
        return of

    def events(self, tenant_id: int) -> list[str]:
        rows = self.superuser.execute(
            "select action from audit_event where tenant_id = %s order by seq", [tenant_id]
        ).fetchall()
        return [row[0] for row in rows]


__all__ = ["REVIEWING", "SENT", "Reviews", "Sent", "factories"]
