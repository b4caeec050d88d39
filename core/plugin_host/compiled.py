"""What compiling gives: the draft, who answered each part, and what failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.domain.answers import Answers
from core.domain.cycle import Cycle
from core.domain.faults import HookFault
from core.domain.frozen import Answerer
from core.domain.plan import PlanDraft
from core.plugin_host.tenants import Tenant
from core.rulebook.engine import Finding
from core.rulebook.terms import Effect, Force

HOOK_FAULT: Final = "HOST-hook-fault"
STATEMENT: Final = "方案的每一部分由企业填报或由插件提供。出错的部分保持空缺，改正以前方案不得提交。"


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody whom a tenant's plan is asked of, and the parts they have a hook for.

    Of one who is ``broken`` nothing is known, and nobody after them is asked.
    """

    answerer: Answerer
    parts: frozenset[str]
    broken: bool


@dataclass(frozen=True, slots=True)
class CompiledPlan:
    """A tenant's plan for a cycle. A part in nobody's power to answer is absent from ``answered``.

    ``asked`` are those who may answer, in the order in which they are asked; ``answers`` what they said.
    """

    tenant: Tenant
    cycle: Cycle
    draft: PlanDraft
    asked: tuple[Asked, ...]
    answered: Mapping[str, Answerer]
    faults: tuple[HookFault, ...]
    answers: Answers

    def findings(self) -> tuple[Finding, ...]:
        """The faults as findings that block."""
        return tuple(_finding(fault) for fault in self.faults)


def _finding(fault: HookFault) -> Finding:
    return Finding(
        rule=HOOK_FAULT,
        force=Force.PLATFORM,
        effect=Effect.BLOCK,
        path=f"/{fault.part}" if fault.part else "",
        message=fault.message,
        clause="平台规则",
        quote=STATEMENT,
    )
