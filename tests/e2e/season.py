"""Nominations in every state for the browser, each brought there by the demo's own people.

The clock goes back to the first days of November for it, and then on to the scene of the demo.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import psycopg

from core.demo.seed import SCENE
from core.domain.enterprise import Enterprise
from core.domain.nomination import Dossier, DossierPart
from core.domain.roles import Actor, Role, TenantKind
from core.services.nominations import steps
from tests import pilots
from tests.factories import MadeTenant, Tenants
from tests.integration.onboarding.season import OPENED, Season, dossier, uscc

NANJING, WUXI, XUZHOU, CHANGZHOU = "320100", "320200", "320300", "320400"
SUZHOU, NANTONG, LIANYUNGANG = "320500", "320600", "320700"
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

    def nominator(self, tenant_id: int) -> Actor:
        """Who nominates for this unit: the centre of a city, or the central branch."""
        row = self.superuser.execute("select city_code from tenant where id = %s", [tenant_id]).fetchone()
        assert row
        return self.holder(Role.CITY_CENTRE, row[0]) if row[0] else self.branch

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

    def file_of_the_centre(self) -> int:
        """A reference file of the centre of the province in the cycle; returns its number."""
        own = self.centre
        where = MadeTenant(own.tenant_id, own.tenant_kind, "江苏省职业技能鉴定中心", None)
        return pilots.file(self.superuser, 1, where, "工作方案编制要点", by=own.person_id)


def arrange(connection: psycopg.Connection, season: DemoSeason) -> dict[str, int]:
    """Nominations in every state in the demo's cycle, and a reference file; what addresses are made of."""
    set_clock(connection, OPENED)
    made = {
        "returned": season.of_city(1, "南京彭岳装备有限公司", NANJING, "returned"),
        "submitted": season.of_city(2, "无锡湖光精密有限公司", WUXI, "submitted"),
        "reported": season.of_city(3, "徐州云龙工程机械有限公司", XUZHOU, "reported"),
        "draft": season.of_city(4, "常州启曜新能源科技有限公司", CHANGZHOU, "draft"),
        "admitted": season.of_city(5, "苏州澄湖电子有限公司", SUZHOU, "admitted"),
        "rejected": season.of_city(6, "南通江海重装有限公司", NANTONG, "rejected"),
        "withdrawn": season.of_city(7, "连云港东海新材料有限公司", LIANYUNGANG, "withdrawn"),
    }
    branch = season.branch
    bare = Dossier(enterprise=Enterprise(city_code=NANJING))
    made["begun"] = branch.tenant_id, season.draft(bare, branch, files=False)
    own_file = season.file_of_the_centre()
    set_clock(connection, SCENE)
    return {
        f"{state}_{part}": number
        for state, pair in made.items()
        for part, number in zip(("unit", "id"), pair, strict=True)
    } | {"own_file": own_file}


def set_clock(connection: psycopg.Connection, moment: datetime) -> None:
    connection.execute(
        "insert into clock_offset (shift) values (%(moment)s - clock_timestamp())"
        " on conflict (only_row) do update set shift = excluded.shift",
        {"moment": moment},
    )
