"""Who may act: kinds of 单位, the roles people hold in them, how far a role reads and what it may hand on.

The tables are data and exhaustive; the database holds the same roles by kind (ck_role_grant_role_of_kind).
Names are the scheme's own words (实施方案, 附件2) and those of 等级保护 for the three administrators.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class TenantKind(StrEnum):
    PROVINCE_HR = "province_hr"
    PROVINCE_CENTRE = "province_centre"
    CITY_HR = "city_hr"
    CITY_CENTRE = "city_centre"
    CITY_INDUSTRY = "city_industry"
    CENTRAL_BRANCH = "central_branch"
    ENTERPRISE = "enterprise"
    PLATFORM = "platform"

    @property
    def zh(self) -> str:
        return KIND_NAMES[self]


class Role(StrEnum):
    PROVINCE_HR = "province_hr"
    PROVINCE_CENTRE = "province_centre"
    PLAN_EXPERT = "plan_expert"
    CITY_HR = "city_hr"
    CITY_CENTRE = "city_centre"
    CITY_INDUSTRY = "city_industry"
    CENTRAL_BRANCH = "central_branch"
    ENTERPRISE_PRINCIPAL = "enterprise_principal"
    ENTERPRISE_HR = "enterprise_hr"
    COMMITTEE_CHAIR = "committee_chair"
    COMMITTEE_VICE_CHAIR = "committee_vice_chair"
    COMMITTEE_MEMBER = "committee_member"
    ENTERPRISE_EXPERT = "enterprise_expert"
    INDUSTRY_EXPERT = "industry_expert"
    COMMITTEE_STAFF = "committee_staff"
    COMPLAINT_HANDLER = "complaint_handler"
    APPLICANT = "applicant"
    EMPLOYEE = "employee"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"

    @property
    def zh(self) -> str:
        return ROLES[self].zh

    @property
    def kind(self) -> TenantKind:
        """The kind of 单位 the role exists in."""
        return ROLES[self].kind

    @property
    def reach(self) -> Reach:
        """What the role may read."""
        return ROLES[self].reach

    @property
    def needs_second_factor(self) -> bool:
        """Bodies, principals, HR and administrators sign in with a code as well."""
        return ROLES[self].kind is not TenantKind.ENTERPRISE or self in _FORMAL_IN_ENTERPRISE


class Reach(StrEnum):
    """How far from the tenant of a hat: that tenant, the tenants of its city, or all."""

    OWN = "own"
    CITY = "city"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class RoleFacts:
    zh: str
    kind: TenantKind
    reach: Reach = Reach.OWN


KIND_NAMES: Final[Mapping[TenantKind, str]] = MappingProxyType(
    {
        TenantKind.PROVINCE_HR: "省人力资源社会保障厅",
        TenantKind.PROVINCE_CENTRE: "省职业技能鉴定中心",
        TenantKind.CITY_HR: "设区市人力资源社会保障部门",
        TenantKind.CITY_CENTRE: "设区市职业技能鉴定中心",
        TenantKind.CITY_INDUSTRY: "行业主管部门",
        TenantKind.CENTRAL_BRANCH: "中央企业驻苏分支机构",
        TenantKind.ENTERPRISE: "试点企业",
        TenantKind.PLATFORM: "平台",
    }
)

ROLES: Final[Mapping[Role, RoleFacts]] = MappingProxyType(
    {
        Role.PROVINCE_HR: RoleFacts("省人力资源社会保障厅", TenantKind.PROVINCE_HR, Reach.ALL),
        Role.PROVINCE_CENTRE: RoleFacts("省职业技能鉴定中心", TenantKind.PROVINCE_CENTRE, Reach.ALL),
        Role.PLAN_EXPERT: RoleFacts("方案评估专家", TenantKind.PROVINCE_CENTRE),
        Role.CITY_HR: RoleFacts("设区市人力资源社会保障部门", TenantKind.CITY_HR, Reach.CITY),
        Role.CITY_CENTRE: RoleFacts("设区市职业技能鉴定中心", TenantKind.CITY_CENTRE, Reach.CITY),
        Role.CITY_INDUSTRY: RoleFacts("行业主管部门", TenantKind.CITY_INDUSTRY, Reach.CITY),
        Role.CENTRAL_BRANCH: RoleFacts("中央企业驻苏分支机构", TenantKind.CENTRAL_BRANCH),
        Role.ENTERPRISE_PRINCIPAL: RoleFacts("企业主要负责人", TenantKind.ENTERPRISE),
        Role.ENTERPRISE_HR: RoleFacts("企业人力资源管理部门", TenantKind.ENTERPRISE),
        Role.COMMITTEE_CHAIR: RoleFacts("主任委员", TenantKind.ENTERPRISE),
        Role.COMMITTEE_VICE_CHAIR: RoleFacts("副主任委员", TenantKind.ENTERPRISE),
        Role.COMMITTEE_MEMBER: RoleFacts("委员", TenantKind.ENTERPRISE),
        Role.ENTERPRISE_EXPERT: RoleFacts("企业专家", TenantKind.ENTERPRISE),
        Role.INDUSTRY_EXPERT: RoleFacts("行业专家", TenantKind.ENTERPRISE),
        Role.COMMITTEE_STAFF: RoleFacts("工作人员", TenantKind.ENTERPRISE),
        Role.COMPLAINT_HANDLER: RoleFacts("投诉、争议仲裁处理负责人员", TenantKind.ENTERPRISE),
        Role.APPLICANT: RoleFacts("申报人", TenantKind.ENTERPRISE),
        Role.EMPLOYEE: RoleFacts("职工", TenantKind.ENTERPRISE),
        Role.SYSTEM_ADMIN: RoleFacts("系统管理员", TenantKind.PLATFORM),
        Role.SECURITY_ADMIN: RoleFacts("安全管理员", TenantKind.PLATFORM, Reach.ALL),
        Role.AUDIT_ADMIN: RoleFacts("审计管理员", TenantKind.PLATFORM, Reach.ALL),
    }
)

_FORMAL_IN_ENTERPRISE: Final = frozenset({Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR})

ADMINS: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

SCORERS: Final = frozenset(
    {
        Role.COMMITTEE_CHAIR,
        Role.COMMITTEE_VICE_CHAIR,
        Role.COMMITTEE_MEMBER,
        Role.ENTERPRISE_EXPERT,
        Role.INDUSTRY_EXPERT,
    }
)

ADMINISTERING: Final = frozenset({Role.ENTERPRISE_HR, Role.COMMITTEE_STAFF})
"""Those who prepare and record a review: they never score, and who scores is never one of them."""

_PEOPLE: Final = (*SCORERS, Role.COMMITTEE_STAFF, Role.COMPLAINT_HANDLER, Role.APPLICANT, Role.EMPLOYEE)


def _far(reach: Reach, *roles: Role) -> dict[Role, Reach]:
    return dict.fromkeys(roles, reach)


GRANTS: Final[Mapping[Role, Mapping[Role, Reach]]] = MappingProxyType(
    {
        Role.SECURITY_ADMIN: _far(Reach.OWN, *ADMINS)
        | _far(
            Reach.ALL,
            Role.PROVINCE_HR,
            Role.PROVINCE_CENTRE,
            Role.CITY_HR,
            Role.CITY_CENTRE,
            Role.CITY_INDUSTRY,
            Role.CENTRAL_BRANCH,
        ),
        Role.PROVINCE_HR: _far(Reach.OWN, Role.PROVINCE_HR)
        | _far(Reach.ALL, Role.PROVINCE_CENTRE, Role.CITY_HR, Role.ENTERPRISE_PRINCIPAL),
        Role.PROVINCE_CENTRE: _far(Reach.OWN, Role.PROVINCE_CENTRE, Role.PLAN_EXPERT)
        | _far(
            Reach.ALL,
            Role.CITY_HR,
            Role.CITY_CENTRE,
            Role.CITY_INDUSTRY,
            Role.CENTRAL_BRANCH,
            Role.ENTERPRISE_PRINCIPAL,
        ),
        Role.CITY_HR: _far(Reach.OWN, Role.CITY_HR)
        | _far(Reach.CITY, Role.CITY_CENTRE, Role.CITY_INDUSTRY, Role.ENTERPRISE_PRINCIPAL),
        Role.CITY_CENTRE: _far(Reach.OWN, Role.CITY_CENTRE) | _far(Reach.CITY, Role.ENTERPRISE_PRINCIPAL),
        Role.CITY_INDUSTRY: _far(Reach.OWN, Role.CITY_INDUSTRY),
        Role.CENTRAL_BRANCH: _far(Reach.OWN, Role.CENTRAL_BRANCH),
        Role.ENTERPRISE_PRINCIPAL: _far(Reach.OWN, Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR, *_PEOPLE),
        Role.ENTERPRISE_HR: _far(Reach.OWN, Role.ENTERPRISE_HR, *_PEOPLE),
    }
)
"""Who grants (and revokes) what, and how far from their own tenant; a role that is not a key grants nothing.

A body opens an enterprise by inviting its 企业主要负责人; its other people are the enterprise's own affair.
"""

KEEPS_ONE: Final = frozenset({Role.ENTERPRISE_PRINCIPAL, Role.SECURITY_ADMIN})
"""The last standing grant of these in a tenant is not revoked: nobody could grant there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hat:
    """A standing grant as its holder sees it."""

    grant_id: int
    tenant_id: int
    tenant_kind: TenantKind
    tenant_name: str
    tenant_short_name: str
    city_code: str | None
    role: Role
    valid_to: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A grant as those see it who made it; ``valid_to`` is the first moment it no longer holds."""

    id: int
    tenant_id: int
    person_id: int
    person_name: str
    role: Role
    valid_from: datetime
    valid_to: datetime | None
    granted_at: datetime
    granted_by: str | None
    revoked_at: datetime | None
    revoked_by: str | None
    revoke_reason: str | None

    def is_over(self, now: datetime) -> bool:
        """Whether the grant was revoked or has run out; one that has not begun is not over."""
        return self.revoked_at is not None or (self.valid_to is not None and self.valid_to <= now)

    def stands(self, now: datetime) -> bool:
        """Whether the grant holds at ``now``."""
        return (
            self.revoked_at is None
            and self.valid_from <= now
            and (self.valid_to is None or now < self.valid_to)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts and under which hat; ``request_id`` and ``address`` go into the record of the act."""

    person_id: int
    name: str
    tenant_id: int
    tenant_kind: TenantKind
    role: Role
    grant_id: int
    request_id: str | None = None
    address: str | None = None


def roles_of(kind: TenantKind) -> tuple[Role, ...]:
    """The roles that exist in a 单位 of ``kind``."""
    return tuple(role for role, facts in ROLES.items() if facts.kind is kind)


def may_grant(granter: Role, role: Role) -> Reach | None:
    """How far ``granter`` may grant ``role``; None when not at all."""
    return GRANTS.get(granter, {}).get(role)


def within_reach(reach: Reach, *, own: bool, same_city: bool) -> bool:
    """Whether a tenant is in ``reach``: the own one always is, another by its city or because all are."""
    return own or reach is Reach.ALL or (reach is Reach.CITY and same_city)


def helps_in(helper: Role, *, home: int, held: Collection[tuple[int, Role]]) -> bool:
    """Whether ``helper``, of the tenant ``home``, may let somebody set a new password who forgot theirs.

    ``held`` has the tenant and the role of each grant of theirs that is not over. A unit helps those whose
    every role is its own to give and needs no 动态口令. Everybody else is helped by the 安全管理员: no unit
    gets into an account that counts beyond it.
    """
    tenants = {tenant for tenant, _ in held}
    if len(tenants) == 1 and not any(role.needs_second_factor for _, role in held):
        return tenants == {home} and all(may_grant(helper, role) for _, role in held)
    return helper is Role.SECURITY_ADMIN


def grantable(granter: Role, kind: TenantKind) -> tuple[Role, ...]:
    """The roles of a 单位 of ``kind`` that ``granter`` may grant there, in the order of ROLES."""
    return tuple(role for role in roles_of(kind) if may_grant(granter, role))


def excluded_by(role: Role, held: Iterable[Role]) -> Role | None:
    """The first role ``held`` in the same tenant beside which ``role`` may not stand, if any.

    The three administrators exclude one another (等保三级 三权分立); who scores never administers scores.
    """
    if role in ADMINS:
        barred = ADMINS - {role}
    elif role in SCORERS:
        barred = ADMINISTERING
    elif role in ADMINISTERING:
        barred = SCORERS
    else:
        barred = frozenset()
    return next((each for each in held if each in barred), None)


__all__ = [
    "ADMINISTERING",
    "ADMINS",
    "GRANTS",
    "KEEPS_ONE",
    "KIND_NAMES",
    "ROLES",
    "SCORERS",
    "Actor",
    "Grant",
    "Hat",
    "Reach",
    "Role",
    "RoleFacts",
    "TenantKind",
    "excluded_by",
    "grantable",
    "helps_in",
    "may_grant",
    "roles_of",
    "within_reach",
]
