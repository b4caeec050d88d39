"""A draft as a page shows it: what it compiles to, its findings, and each part with who answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from core.domain.frozen import Answerer
from core.plandoc.typed import Data
from core.rulebook.waivers import in_the_way
from core.services.drafts import kept
from core.services.drafts.compiling import Checked, answer_of, checked
from core.services.drafts.kept import TYPED, KeptPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """A part in the list of them. ``answerer`` is None where nobody answered it."""

    part: str
    title: str
    answerer: Answerer | None
    typed: bool
    editable: bool
    revision: int
    changed_name: str
    changed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A plan as it stands. It is compiled and checked when that is asked for, in the transaction it is of."""

    session: Session
    plan: KeptPlan

    @cached_property
    def checked(self) -> Checked:
        """Its check; ``of_draft`` are the findings without those the notice settles."""
        return checked(self.session, self.plan)

    @property
    def ready(self) -> bool:
        """Whether nothing but the notice stands in the way of publicising it."""
        rules = self.checked.edition.catalogue.rules
        return not self.plan.closed_because and not in_the_way(self.checked.of_draft, rules)

    def answer(self, part: str) -> Data:
        """The answer that stands for a part, whoever gave it: ``{value, section, deviations}``."""
        return answer_of(self.plan, part)

    @property
    def parts(self) -> tuple[PartLine, ...]:
        return tuple(self._line(part) for part in TYPED)

    def _line(self, part: str) -> PartLine:
        typed = self.plan.parts.get(part)
        return PartLine(
            part=part,
            title=TYPED[part],
            answerer=self.checked.answered.get(part),
            typed=typed is not None and typed.answer is not None,
            editable=self.plan.may_edit(part),
            revision=self.plan.revision(part),
            changed_name=typed.changed_name if typed else "",
            changed_at=typed.changed_at if typed else None,
        )


def draft_of(session: Session, *, tenant_id: int, plan_id: int | None = None) -> Draft | None:
    """A plan of an enterprise in scope, the latest unless one is named; None where there is none."""
    if plan_id is None:
        plan = kept.latest(session, tenant_id=tenant_id)
    else:
        plan = kept.of(session, tenant_id=tenant_id, plan_id=plan_id)
    return None if plan is None else Draft(session=session, plan=plan)
