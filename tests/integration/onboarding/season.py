"""A cycle with the people who act in it; each acts as the application does, in the scope of a hat."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import weakref
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import psycopg

from core.domain.cycle_opening import CycleOpening
from core.domain.enterprise import Cluster, Enterprise, PastEvaluation
from core.domain.nomination import Dossier, DossierPart, IndustryPosition
from core.domain.roles import Actor, Role
from core.domain.sanction import subject_of_enterprise
from core.domain.uscc import check_character
from core.domain.values import BEIJING, or_empty
from core.persistence.queries import attachment as attachments
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from core.services import cycles
from core.services.accounts.scopes import ACCOUNTS, scope_of, towards
from core.services.nominations import admission, drafting, steps
from core.services.nominations import reading as looking
from core.services.nominations.admission import Admitted
from core.services.nominations.kept import EVALUATION, HEAD, POSITION, ROSTER, SCALE, SUBJECT, Kept
from core.uploads import LocalStore, Store
from tests import factories
from tests.factories import Tenants

OPENED: Final = datetime(2026, 11, 2, 9, 0, tzinfo=BEIJING)
CLUSTER: Final = Cluster(level="provincial", name="工程机械和农业机械")
CLUSTERS: Final = (
    CLUSTER,
    *(Cluster(level="provincial", name=f"省级集群{number}") for number in range(2, 17)),
)


def uscc(number: int, city_code: str = factories.NANJING) -> str:
    """A number that passes its check, of a fictional enterprise."""
    body = f"91{city_code}MA0{number:06}"
    return body + check_character(body)


def dossier(name: str, number: str, city_code: str = factories.NANJING, **changes: Any) -> Dossier:
    """What a city would send in of an ordinary enterprise, without its files."""
    enterprise = Enterprise(
        name=name,
        uscc=number,
        city_code=city_code,
        industry_code="C3514",
        cluster=CLUSTER,
        is_above_scale=True,
        main_business_revenue_wan=Decimal(186_400),
        senior_technician_count=37,
        evaluation_history=(PastEvaluation(kind="senior_technician_evaluation", year=2021),),
        head_enterprise_statement="全省工程机械产业链链主企业。",
        leading_position_statement="履带式起重机国内市场占有率前三。",
        training_mechanism="建有企业培训中心。",
        evaluation_mechanism="经备案自主开展职业技能等级认定。",
        working_body="技能人才评价办公室，专职 6 人。",
    )
    made = Dossier(
        enterprise=enterprise,
        industry_position=IndustryPosition(statistics_year=2025),
        channel="city",
        quota_class="ordinary",
        selection_reason="存量高级技师规模居全市首位，经比选择优推荐。",
    )
    return replace(made, **changes)


@dataclass
class Season:
    """``superuser`` arranges; everybody acts through the services."""

    superuser: psycopg.Connection
    tenants: Tenants

    @cached_property
    def store(self) -> Store:
        """Where the bytes of files are, for as long as the season is."""
        folder = tempfile.mkdtemp()
        weakref.finalize(self, shutil.rmtree, folder)
        return LocalStore(Path(folder))

    # --- people

    @cached_property
    def province(self) -> Actor:
        return self._actor("province_hr", Role.PROVINCE_HR, "季怀瑜")

    @cached_property
    def centre(self) -> Actor:
        return self._actor("province_centre", Role.PROVINCE_CENTRE, "温叙言")

    @cached_property
    def city(self) -> Actor:
        return self._actor("city_centre", Role.CITY_CENTRE, "鲁知远")

    @cached_property
    def city_hr(self) -> Actor:
        return self._actor("city_hr", Role.CITY_HR, "裴知秋")

    @cached_property
    def branch(self) -> Actor:
        return self._actor("central_branch", Role.CENTRAL_BRANCH, "苗怀谷")

    def _actor(self, unit: str, role: Role, name: str) -> Actor:
        return factories.actor(self.superuser, getattr(self.tenants, unit), role, name)

    def scope(self, who: Actor, tenant_id: int | None = None) -> Scope:
        """The scope in which ``who`` acts, in the own tenant or in another that they read."""
        with reading(ACCOUNTS) as session:
            scope = scope_of(session, actor=who)
        return scope if tenant_id is None else towards(scope, tenant_id)

    # --- acts

    def open_cycle(self, **changes: Any) -> int:
        opening = CycleOpening(
            id="2026",
            year=2026,
            edition="js2023",
            mode="pilot",
            opened_by="province_hr",
            clusters=CLUSTERS,
        )
        with act(self.scope(self.province)) as session:
            return cycles.open_cycle(session, actor=self.province, opening=replace(opening, **changes))

    def draft(self, typed: Dossier, who: Actor | None = None, *, files: bool = True) -> int:
        """A nomination that says ``typed``, with a file of every kind unless it has none."""
        who, city_code = who or self.city, or_empty(typed.enterprise, Enterprise).city_code
        with act(self.scope(who)) as session:
            found = drafting.draft(session, actor=who, city_code=str(city_code))
        if files:
            for purpose in (HEAD, SCALE, POSITION, EVALUATION, ROSTER):
                self.attach(who, found, purpose)
        with act(self.scope(who)) as session:
            drafting.save(
                session, actor=who, tenant_id=who.tenant_id, nomination_id=found, version=1, dossier=typed
            )
        return found

    def attach(self, who: Actor, nomination_id: int, purpose: str) -> None:
        with act(self.scope(who)) as session:
            attachments.add(
                session,
                tenant_id=who.tenant_id,
                subject_type=SUBJECT,
                subject_id=nomination_id,
                purpose=purpose,
                digest=hashlib.sha256(f"{nomination_id}{purpose}".encode()).digest(),
                name=f"{purpose}.pdf",
                media_type="application/pdf",
                size=9,
                uploaded_by=who.person_id,
            )

    def step(self, step: Any, who: Actor, nomination_id: int, unit: int | None = None, **more: Any) -> None:
        """One of ``core.services.nominations.steps`` by ``who``."""
        unit = unit or self.tenants.city_centre.id
        with act(self.scope(who, unit)) as session:
            step(session, actor=who, tenant_id=unit, nomination_id=nomination_id, **more)

    def send(self, typed: Dossier) -> int:
        """A nomination of the city that waits to be countersigned."""
        found = self.draft(typed)
        self.step(steps.submit, self.city, found)
        return found

    def save(
        self, nomination_id: int, typed: Dossier, who: Actor | None = None, version: int | None = None
    ) -> None:
        """Keep ``typed``, by who nominates, as it stands now or stood at ``version``."""
        who = who or self.city
        version = version or self.look(nomination_id, unit=who.tenant_id).version
        with act(self.scope(who)) as session:
            drafting.save(
                session,
                actor=who,
                tenant_id=who.tenant_id,
                nomination_id=nomination_id,
                version=version,
                dossier=typed,
            )

    def raise_quota(self, quota: int, city_code: str = factories.NANJING) -> None:
        with act(self.scope(self.centre)) as session:
            cycles.raise_quota(
                session,
                actor=self.centre,
                cycle_id=1,
                city_code=city_code,
                quota=quota,
                reason="本市另有一家集群链主企业。",
            )

    def reopen(self, number: str, until: date) -> None:
        """Let one enterprise be nominated until then."""
        with act(self.scope(self.centre)) as session:
            cycles.reopen(
                session,
                actor=self.centre,
                cycle_id=1,
                deadline="nomination",
                uscc=number,
                until=until,
                reason="材料在途，已报备。",
            )

    def bar(self, number: str, decided_on: date) -> None:
        """Enter a decision of the province against an enterprise."""
        self.superuser.execute(
            "insert into sanction (kind, subject, decided_on, document, entered_by)"
            " values ('enterprise', %s, %s, %s, %s)",
            [subject_of_enterprise(number), decided_on, "苏人社罚〔2024〕7 号", self.centre.person_id],
        )

    def report(self, typed: Dossier) -> int:
        """A nomination of the city that has arrived at the province."""
        found = self.draft(typed)
        self.step(steps.submit, self.city, found)
        self.step(steps.countersign, self.city_hr, found)
        return found

    def verify(self, nomination_id: int, unit: int | None = None) -> None:
        self.step(steps.verify, self.centre, nomination_id, unit, found=dict.fromkeys(DossierPart, ""))

    def tenant_for(self, number: str) -> int:
        """The tenant that an enterprise is, or will be."""
        with act(self.scope(self.centre)) as session:
            return admission.tenant_for(session, uscc=number)

    def admit(
        self,
        nomination_id: int,
        number: str,
        *,
        unit: int | None = None,
        who: Actor | None = None,
        tenant_id: int | None = None,
        short_name: str = "彭岳重工",
        version: int | None = None,
    ) -> Admitted:
        who, tenant_id = who or self.centre, tenant_id or self.tenant_for(number)
        scope = self.scope(who)
        with act(Scope(reads=scope.reads, writes=tenant_id, person=who.person_id)) as session:
            return admission.admit(
                session,
                actor=who,
                tenant_id=tenant_id,
                nominator_id=unit or self.tenants.city_centre.id,
                nomination_id=nomination_id,
                short_name=short_name,
                principal="傅临川",
                version=version,
            )

    def look(self, nomination_id: int, who: Actor | None = None, unit: int | None = None) -> Kept:
        with reading(self.scope(who or self.centre)) as session:
            found = looking.one(
                session, tenant_id=unit or self.tenants.city_centre.id, nomination_id=nomination_id
            )
        assert found
        return found
