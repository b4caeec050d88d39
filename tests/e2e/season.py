"""The demo's nominations for the browser, and further ones by the demo's own people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import psycopg

from core.crypto import Keyring
from core.demo import dossiers, plans, year
from core.domain.nomination import DossierPart
from core.domain.roles import Actor, Role, TenantKind
from core.persistence.session import reading
from core.services import publicity
from core.services.accounts.scopes import ACCOUNTS
from core.services.nominations import steps
from tests.factories import Tenants
from tests.integration.onboarding.season import Season, dossier, uscc

SHOWN: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "returned": dossiers.QILAN,
        "submitted": dossiers.YILAN,
        "draft": dossiers.QIYAO,
        "admitted": dossiers.CHENGYU,
        "reported": dossiers.CANGLAN,
        "resubmitted": dossiers.MUFENG,
        "withdrawn": dossiers.JIHAI,
        "rejected": dossiers.CHUAN,
        "begun": dossiers.CHUYUN,
    }
)
"""Which nomination of the demo shows what; the one that was begun is of the direct channel."""
FILE_OF_THE_CENTRE: Final = """
select guidance_file.id from guidance_file join tenant on tenant.id = guidance_file.tenant_id
where tenant.kind = 'province_centre' order by guidance_file.id limit 1
"""
PLANS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "written": plans.CHENGYU,
        "publicised": year.GUXU,
        "sent": year.PENGYUE,
        "approved": year.HONGNENG,
    }
)
"""Which plan of the demo shows what."""
PLANS_AND_VERSIONS: Final = """
select uscc, plan.id, max(plan_version.id) from plan
left join plan_version on plan_version.tenant_id = plan.tenant_id and plan_id = plan.id
group by uscc, plan.id
"""
HOLDER: Final = """
select person.id, person.name, tenant.id, tenant.kind, role_grant.id
from role_grant
join person on person.id = role_grant.person_id
join tenant on tenant.id = role_grant.tenant_id
where role_grant.role = %s and tenant.city_code is not distinct from %s and role_grant.revoked_at is null
order by role_grant.id limit 1
"""


@dataclass
class DemoSeason(Season):
    """A season whose people and units are those of the demo."""

    tenants: Tenants = field(init=False)

    def holder(self, role: Role, city_code: str | None = None) -> Actor:
        row = self.superuser.execute(HOLDER.encode(), [role.value, city_code]).fetchone()
        assert row
        person_id, name, tenant_id, kind, grant_id = row
        return Actor(
            person_id=person_id,
            name=name,
            tenant_id=tenant_id,
            tenant_kind=TenantKind(kind),
            role=role,
            grant_id=grant_id,
        )

    def _actor(self, _unit: str, role: Role, _name: str) -> Actor:
        return self.holder(role)

    def of_city(self, number: int, name: str, city_code: str, state: str) -> tuple[int, int]:
        """A nomination of a city in ``state``: the unit and the number it has in addresses."""
        centre, hr = self.holder(Role.CITY_CENTRE, city_code), self.holder(Role.CITY_HR, city_code)
        typed = dossier(f"{name}（虚构）", uscc(number, city_code), city_code)
        found, unit = self.draft(typed, centre), centre.tenant_id
        if state != "draft":
            self.step(steps.submit, centre, found, unit)
        if state not in ("draft", "submitted"):
            self.step(steps.countersign, hr, found, unit)
        if state in ("reported", "admitted"):
            self.verify(found, unit)
        if state == "returned":
            unmet = {DossierPart.SENIOR_TECHNICIANS: "名册 35 人，申报 37 人。核对后重新上传名册。"}
            self.step(steps.send_back, self.centre, found, unit, unmet=unmet)
        if state == "rejected":
            reason = "领先地位依据不足，材料为企业自评。"
            self.step(steps.reject, self.centre, found, unit, reason=reason)
        if state == "withdrawn":
            self.step(steps.withdraw, centre, found, unit, reason="本年度改推其他企业。")
        if state == "admitted":
            self.admit(
                found, uscc(number, city_code), unit=unit, short_name=name.removesuffix("有限公司")[2:]
            )
        return unit, found


def standing(connection: psycopg.Connection) -> dict[str, int]:
    """What addresses of the demo's own nominations, plans and files are made of, by what each shows."""
    (own_file,) = connection.execute(FILE_OF_THE_CENTRE).fetchone() or (0,)
    (asked,) = connection.execute("select id from city_requirement").fetchone() or (0,)
    rows = connection.execute("select uscc, tenant_id, id from nomination").fetchall()
    places = {number: place for number, *place in rows}
    made = {number: place for number, *place in connection.execute(PLANS_AND_VERSIONS.encode()).fetchall()}
    return (
        {
            f"{shows}_{part}": number
            for shows, dossier in SHOWN.items()
            for part, number in zip(("unit", "id"), places[dossier.enterprise.uscc], strict=True)
        }
        | {
            f"{shows}_{part}": number
            for shows, uscc in PLANS.items()
            for part, number in zip(("plan", "version"), made[uscc], strict=True)
        }
        | {"own_file": own_file, "requirement": asked}
    )


def notice_token(keys: Keyring, units: Mapping[str, Any]) -> str:
    """The address of the notice of the plan that is with staff, in the scope of the session there is."""
    with reading(ACCOUNTS) as session:
        notice = publicity.of_version(
            session, tenant_id=units["姑胥微电子"], version_id=units["publicised_version"]
        )
    assert notice
    return publicity.token_of(notice, keys)


def set_clock(connection: psycopg.Connection, moment: datetime) -> None:
    connection.execute(
        "insert into clock_offset (shift) values (%(moment)s - clock_timestamp())"
        " on conflict (only_row) do update set shift = excluded.shift",
        {"moment": moment},
    )
