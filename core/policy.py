"""Who sees which field, by how they stand to it and at which stage: one table for every place it is shown.

Pages ask it, and so do search, exports, mail and interfaces as they come. A field without a line is a slip
(``KeyError``); a relation without a line sees nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.domain.roles import ADMINS, GRANTS, Actor, Role, TenantKind, roles_of


class Sight(StrEnum):
    """How a field is shown: as it is, masked until somebody gives a reason (which is recorded), or not."""

    SHOWN = "shown"
    MASKED = "masked"
    WITHHELD = "withheld"


class Relation(StrEnum):
    """How the reader stands to what is read: it is themselves, of their own tenant, or of one below."""

    SELF = "self"
    OWN = "own"
    ABOVE = "above"


class Stage(StrEnum):
    """Whether the person belongs to the tenant at present."""

    STANDING = "standing"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a field is of: a person, in a tenant, at a stage."""

    tenant_id: int
    person_id: int | None = None
    stage: Stage = Stage.STANDING


@dataclass(frozen=True, slots=True)
class Line:
    """Readers in ``relation`` with one of ``roles`` see the field as ``sight``, at ``stages``."""

    relation: Relation
    sight: Sight
    roles: Collection[Role] = frozenset(Role)
    stages: Collection[Stage] = frozenset(Stage)


GRANTERS: Final = frozenset(GRANTS)
"""Those who bring people in and see them off."""

POLICY: Final[Mapping[str, tuple[Line, ...]]] = MappingProxyType(
    {
        "person.login_name": (
            Line(Relation.SELF, Sight.SHOWN),
            Line(Relation.OWN, Sight.SHOWN, GRANTERS),
            Line(Relation.ABOVE, Sight.SHOWN, {Role.SECURITY_ADMIN}),
        ),
        "person.phone": (
            Line(Relation.SELF, Sight.MASKED),
            Line(Relation.OWN, Sight.MASKED, GRANTERS, {Stage.STANDING}),
            Line(Relation.ABOVE, Sight.MASKED, GRANTERS - ADMINS, {Stage.STANDING}),
        ),
    }
)


def relation(actor: Actor, subject: Subject) -> Relation:
    """How ``actor``, whose scope reads the subject, stands to it."""
    if subject.person_id == actor.person_id:
        return Relation.SELF
    return Relation.OWN if subject.tenant_id == actor.tenant_id else Relation.ABOVE


def visible(field: str, actor: Actor, subject: Subject) -> Sight:
    """How ``actor``, whose scope reads ``subject``, sees a field of it."""
    stands = relation(actor, subject)
    fitting = (
        line.sight
        for line in POLICY[field]
        if line.relation is stands and actor.role in line.roles and subject.stage in line.stages
    )
    return next(fitting, Sight.WITHHELD)


def shown_in_record(actor: Actor, tenant_id: int, subject_type: str, subject_id: str, field: str) -> bool:
    """Whether ``actor`` sees recorded values of a field of an object; fields that have no line are open."""
    name = f"{subject_type}.{field}"
    if name not in POLICY:
        return True
    person_id = int(subject_id) if subject_type == "person" and subject_id.isdecimal() else None
    return visible(name, actor, Subject(tenant_id=tenant_id, person_id=person_id)) is not Sight.WITHHELD


def roles_kept(actor: Actor, tenant_id: int, kind: TenantKind) -> tuple[Role, ...]:
    """Whose accounts ``actor`` may act on among the people of a tenant.

    The 安全管理员 keeps all accounts: to those that no list shows, their login name leads (ADR 0007).
    """
    return roles_of(kind) if actor.role is Role.SECURITY_ADMIN else roles_seen(actor, tenant_id, kind)


def roles_seen(actor: Actor, tenant_id: int, kind: TenantKind) -> tuple[Role, ...]:
    """Whose names ``actor`` sees among the people of a tenant.

    From above only those who answer for an enterprise: its staff, applicants and committee are its own
    affair until the procedure brings them up.
    """
    roles = roles_of(kind)
    if tenant_id == actor.tenant_id:
        return roles
    return tuple(role for role in roles if role.needs_second_factor)
