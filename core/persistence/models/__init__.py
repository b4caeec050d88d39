"""The tables, one module a noun. ``migrations/`` is what makes them; a test compares the two."""

from core.persistence.models.account import Credential, KnownDevice, Person, RecoveryCode
from core.persistence.models.audit import AuditCheckpoint, AuditEvent, AuditHead
from core.persistence.models.clock import ClockOffset
from core.persistence.models.grant import Invitation, PasswordLink, RoleGrant
from core.persistence.models.outbox import OutboxMessage
from core.persistence.models.session import SignIn, Throttle, UserSession
from core.persistence.models.tenant import Tenant

__all__ = [
    "AuditCheckpoint",
    "AuditEvent",
    "AuditHead",
    "ClockOffset",
    "Credential",
    "Invitation",
    "KnownDevice",
    "OutboxMessage",
    "PasswordLink",
    "Person",
    "RecoveryCode",
    "RoleGrant",
    "SignIn",
    "Tenant",
    "Throttle",
    "UserSession",
]
