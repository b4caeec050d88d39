"""二（四）: departures from the reference procedure (附件2) are listed with their reasons."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.plan import Deviation, PlanDraft
from core.domain.values import blank, entries
from core.rulebook.engine import Checks, Given, Violation

checks = Checks()


@checks.rule("JS-2.4-annex2-reference")
def deviations_have_reasons(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """参照评聘试点流程（附件2），结合自身实际: what differs is listed with its reason (AMB-28)."""
    for place, deviation in entries(plan.deviations, Deviation):
        if blank(deviation.reason):
            yield Violation(
                f"/deviations/{place}/reason",
                f"偏离说明第 {place + 1} 项“{deviation.what or ''}”没有理由。"
                "结合企业实际写明理由（reason）。",
            )
