"""指导服务 (二（二）, 五（一）): what the bodies did for an enterprise in a cycle, kept with the enterprise.

The enterprise reads its log. What is missing (``Guided.findings``) warns the bodies and is no business of the
enterprise: nothing here keeps it from anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core import outbox
from core.audit import Action, Subject, record
from core.domain.guidance import GuidanceEntry, GuidanceKind, GuidanceLog
from core.domain.places import city_name
from core.domain.roles import Actor, Role
from core.domain.values import beijing_day
from core.domain.wording import day_words
from core.persistence import clock
from core.persistence.queries import cycle as cycles_table
from core.persistence.queries import directory, locks
from core.persistence.queries import guidance as queries
from core.persistence.queries.guidance import GuidedWanted
from core.rulebook.engine import Finding
from core.rulebook.occasions import check_guidance
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.cycles import Opened, opened_of

GIVERS: Final = frozenset(
    {Role.CITY_HR, Role.CITY_CENTRE, Role.CITY_INDUSTRY, Role.PROVINCE_HR, Role.PROVINCE_CENTRE}
)
SUBJECT: Final = "guidance_entry"
"""What the record calls a service."""
PAGE: Final = 20
LONGEST: Final = 500
"""Characters in the summary of a service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A service as it is written down; the last day is that of the service, the moment that of writing."""

    id: int
    kind: GuidanceKind
    summary: str
    given_by_unit: str
    given_on: date
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Guided:
    """A pilot enterprise of a cycle: how many services of each kind, the last day, what is missing."""

    tenant_id: int
    name: str
    city: str
    numbers: Mapping[GuidanceKind, int]
    last: date | None
    findings: tuple[Finding, ...]


def log(
    session: Session, *, tenant_id: int, cycle_id: int, before: int | None = None, limit: int = PAGE
) -> tuple[tuple[Given, ...], int | None]:
    """A page of what an enterprise was given, the last written first, and where the next one begins."""
    rows = queries.entries(session, tenant_id=tenant_id, cycle_id=cycle_id, before=before, limit=limit + 1)
    found = tuple(Given(**row._asdict() | {"kind": GuidanceKind(row.kind)}) for row in rows[:limit])
    return found, found[-1].id if len(rows) > limit else None


def guided(
    session: Session, opened: Opened, wanted: GuidedWanted, *, after: int = 0, limit: int = PAGE
) -> tuple[tuple[Guided, ...], int | None]:
    """A page of the enterprises of a cycle in scope, and after which id the next one begins."""
    rows = queries.guided(session, opened.id, wanted, after=after, limit=limit + 1)
    found = tuple(_guided(row, opened) for row in rows[:limit])
    return found, found[-1].tenant_id if len(rows) > limit else None


def counts(session: Session, cycle_id: int, *, city_code: str | None) -> Row[Any]:
    """Of the enterprises of a cycle in scope: ``admitted``, and of those ``unguided``, given nothing.

    ``published``: the reference files that the bodies of a city, or of the province, have standing.
    """
    return queries.counts(session, cycle_id, city_code=city_code)


def missing(session: Session, *, tenant_id: int, cycle_id: int, city_code: str | None) -> tuple[Finding, ...]:
    """What the bodies owe an enterprise of a cycle."""
    row = queries.given(session, tenant_id=tenant_id, cycle_id=cycle_id)
    if row is None:
        return ()
    opened = opened_of(row)
    return check_guidance(
        GuidanceLog(city_code=city_code or "", entries=_entries(row)),
        edition=opened.edition,
        cycle=opened.cycle,
    )


def give(
    session: Session, *, actor: Actor, tenant_id: int, kind: str, given_on: date | None, summary: str
) -> int:
    """登记 a service to an enterprise in its latest cycle, in the scope that writes it; returns its number.

    Raises NotAllowed, Invalid, or Conflict where there is no cycle or this very service is there.
    """
    if actor.role not in GIVERS:
        raise NotAllowed(f"指导服务由省、设区市有关单位登记，{actor.role.zh}不能登记。")
    locks.hold(session, "guidance", tenant_id)
    place = next(iter(cycles_table.places(session, tenant_id=tenant_id)), None)
    if place is None:
        raise Conflict("该单位还没有参加年度，没有登记。确定为试点企业后再登记。")
    unit = directory.tenant(session, actor.tenant_id)
    facts = {
        "kind": _kind(kind),
        "given_on": _day(given_on, place.year, beijing_day(clock.now(session))),
        "summary": _summary(summary),
        "given_by_unit": unit.name if unit else actor.tenant_kind.zh,
    }
    where = {"tenant_id": tenant_id, "cycle_id": place.cycle_id}
    if queries.is_there(session, **where, **facts):
        raise Conflict("类别、日期和内容相同的记录已经登记过，没有重复登记。")
    entry_id = queries.add_entry(session, **where, **facts, given_by=actor.person_id)
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.GUIDANCE_GIVE,
        subject=Subject(SUBJECT, entry_id, GuidanceKind(kind).zh),
        changes={"guidance_kind" if name == "kind" else name: (None, said) for name, said in facts.items()},
    )
    outbox.enqueue(
        session,
        tenant_id=tenant_id,
        topic=Action.GUIDANCE_GIVE.value,
        payload={"entry_id": entry_id, "cycle_id": place.cycle_id},
    )
    return entry_id


def _kind(kind: str) -> str:
    if kind not in set(GuidanceKind):
        raise Invalid("kind", "没有选择服务类别。从政策咨询、过程指导、信息化数据服务中选择。")
    return kind


def _day(given_on: date | None, year: int, today: date | None) -> date:
    if given_on is None:
        raise Invalid("given_on", "没有填写服务日期。填写提供服务的当日。")
    if today is not None and given_on > today:
        raise Invalid("given_on", f"服务日期{day_words(given_on)}晚于今天。提供服务以后再登记。")
    if given_on < (first := date(year, 1, 1)):
        raise Invalid(
            "given_on", f"服务日期{day_words(given_on)}早于{day_words(first)}，不在 {year} 年度内。核对日期。"
        )
    return given_on


def _summary(summary: str) -> str:
    text = summary.strip()
    if not text:
        raise Invalid("summary", "没有填写服务内容。写明办理了什么事项、解决了什么问题。")
    if len(text) > LONGEST:
        raise Invalid("summary", f"服务内容共 {len(text)} 个字，最多 {LONGEST} 个。缩短后登记。")
    return text


def _guided(row: Row[Any], opened: Opened) -> Guided:
    given = _entries(row)
    kinds = [each.kind for each in given]
    kept = GuidanceLog(city_code=row.city_code, entries=given)  # findings stand beside the name
    return Guided(
        tenant_id=row.tenant_id,
        name=row.name,
        city=city_name(row.city_code),
        numbers={kind: kinds.count(kind.value) for kind in GuidanceKind},
        last=date.fromisoformat(row.entries[-1]["given_on"]) if row.entries else None,
        findings=check_guidance(kept, edition=opened.edition, cycle=opened.cycle),
    )


def _entries(row: Row[Any]) -> tuple[GuidanceEntry, ...]:
    return tuple(
        GuidanceEntry(kind=each["kind"], given_on=date.fromisoformat(each["given_on"]))
        for each in row.entries
    )
