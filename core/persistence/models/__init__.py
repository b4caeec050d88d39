"""The tables, one module a noun. ``migrations/`` is what makes them; a test compares the two."""

from core.persistence.models.account import Credential, KnownDevice, Person, RecoveryCode
from core.persistence.models.audit import AuditCheckpoint, AuditEvent, AuditHead
from core.persistence.models.clock import ClockOffset
from core.persistence.models.cycle import (
    BothHandsRow,
    CalendarYear,
    CyclePlace,
    PilotCycleRow,
    PlanExpertRow,
    QuotaRaiseRow,
    ReopeningRow,
)
from core.persistence.models.grant import Invitation, PasswordLink, RoleGrant
from core.persistence.models.guidance import GuidanceEntry, GuidanceFile
from core.persistence.models.nomination import Attachment, NominationRow, NominationSent
from core.persistence.models.outbox import OutboxMessage
from core.persistence.models.plan import (
    PlanComment,
    PlanEdit,
    PlanNotice,
    PlanPart,
    PlanRow,
    PlanVersionRow,
)
from core.persistence.models.plan_review import (
    CityRequirementRow,
    PlanExpertTask,
    PlanFindingView,
    PlanLook,
    PlanReviewRow,
    PlanRuleRow,
    PlanTick,
    PlanWaiverRow,
)
from core.persistence.models.position import CycleCount, CyclePosition
from core.persistence.models.sanction import Sanction
from core.persistence.models.session import SignIn, Throttle, UserSession
from core.persistence.models.tenant import Tenant, TenantPlugin

__all__ = [
    "Attachment",
    "AuditCheckpoint",
    "AuditEvent",
    "AuditHead",
    "BothHandsRow",
    "CalendarYear",
    "CityRequirementRow",
    "ClockOffset",
    "Credential",
    "CycleCount",
    "CyclePlace",
    "CyclePosition",
    "GuidanceEntry",
    "GuidanceFile",
    "Invitation",
    "KnownDevice",
    "NominationRow",
    "NominationSent",
    "OutboxMessage",
    "PasswordLink",
    "Person",
    "PilotCycleRow",
    "PlanComment",
    "PlanEdit",
    "PlanExpertRow",
    "PlanExpertTask",
    "PlanFindingView",
    "PlanLook",
    "PlanNotice",
    "PlanPart",
    "PlanReviewRow",
    "PlanRow",
    "PlanRuleRow",
    "PlanTick",
    "PlanVersionRow",
    "PlanWaiverRow",
    "QuotaRaiseRow",
    "RecoveryCode",
    "ReopeningRow",
    "RoleGrant",
    "Sanction",
    "SignIn",
    "Tenant",
    "TenantPlugin",
    "Throttle",
    "UserSession",
]
