"""What keeps a plan from its next step: findings of the rules, and of what stands around the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.domain.errors import DomainError
from core.domain.values import beijing_day
from core.domain.wording import day_words
from core.persistence import clock
from core.rulebook.engine import Edition, Finding
from core.rulebook.waivers import in_the_way
from core.services import sanctions

BANNED: Final = "JS-5.3-sanction-five-years"
SAME_HASH: Final = "PF-plan-hash"


class Closed(DomainError):
    """What the rules say keeps a step from being taken: ``findings`` with ``stops`` among them."""

    def __init__(self, act: str, findings: Sequence[Finding], stops: Sequence[Finding]) -> None:
        self.findings, self.stops = tuple(findings), tuple(stops)
        super().__init__(f"不能{act}：有 {len(stops)} 处不符合要求。逐处处理后再办理。", stops[0].rule)


class Barred(DomainError):
    """The enterprise may take no step of the procedure (JS-5.3-sanction-five-years)."""


def require_open(act: str, edition: Edition, findings: Sequence[Finding]) -> None:
    """Raise Closed when something stops ``act`` that no body may waive in the review (ADR 0021)."""
    if stops := in_the_way(findings, edition.catalogue.rules):
        raise Closed(act, findings, stops)


def stopping(edition: Edition, rule: str, message: str, path: str = "") -> Finding:
    """The finding that ``rule`` is broken, of something that stands in no plan document."""
    words = edition.catalogue.rules[rule]
    return Finding(
        rule=rule,
        force=words.force,
        effect=words.effect,
        path=path,
        message=message,
        clause=words.clause,
        quote=words.words,
    )


def not_barred(session: Session, uscc: str, edition: Edition, now: datetime) -> tuple[Finding, ...]:
    """That the enterprise may not take part at all, if the province has decided so (五（三）)."""
    why = _why_barred(session, uscc, edition, now)
    return (stopping(edition, BANNED, why, "/enterprise/uscc"),) if why else ()


def require_not_barred(
    session: Session, act: str, uscc: str, edition: Edition, now: datetime | None = None
) -> None:
    """Raise Barred when the province has decided that the enterprise may not take part (五（三）)."""
    if why := _why_barred(session, uscc, edition, now or clock.now(session)):
        raise Barred(f"不能{act}：{why}", BANNED)


def _why_barred(session: Session, uscc: str, edition: Edition, now: datetime) -> str:
    ban = sanctions.barred(session, uscc=uscc, on=beijing_day(now) or now.date())
    if ban is None:
        return ""
    last = ban.last_day(sanctions.years(edition))
    return (
        f"{ban.document}（{day_words(ban.decided_on)}）决定，该企业五年内不得申请或参与首席技师评聘（五（三）），"
        f"限制期至{day_words(last)}。期满后再办理。"
    )
