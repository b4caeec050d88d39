"""设区市具体要求 (五（二）, AMB-53): a city publishes what it asks beyond the province, before drafting.

Its document is a file, kept with what was published and read by those it binds, withdrawn or not.

What stands is held against every plan of the city (``core.rulebook.city_layer``). It is not edited: a city
withdraws it and publishes another, as long as no enterprise of it has begun. From the first save of a plan of
the city on it stands as it is for the cycle: that save waits for who publishes or withdraws (``await_city``),
and they for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.domain.city_requirements import CityRequirements, CitySetting
from core.domain.places import CITIES
from core.domain.records import frozen_open, plain
from core.domain.roles import Actor, Role
from core.domain.values import beijing_day, blank, entries
from core.persistence import clock
from core.persistence.queries import city_requirement as queries
from core.persistence.queries import directory, locks
from core.rulebook.city_layer import CityDocument
from core.rulebook.engine import Edition, Finding, may_submit
from core.rulebook.occasions import check_city_requirements
from core.rulebook.template import Leaf, Lock
from core.services import attachments, cycles
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.attachments import Held
from core.services.cycles import Opened
from core.uploads import Accepted, Answer, Store

SUBJECT: Final = queries.SUBJECT
PURPOSE: Final = "requirement"
"""What the attachment is for: the document that says what is asked."""
LONGEST_TITLE: Final = 100
LONGEST_TEXT: Final = 2000


class Refused(Invalid):
    """Requirements that are looser than the province's, or say nothing: ``findings`` say where."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        stops = [each for each in self.findings if each.stops]
        super().__init__("settings", stops[0].message if stops else "")


def standing(session: Session, *, cycle_id: int, city_code: str) -> CityDocument | None:
    """What a city asks of the plans of a cycle; None when it asks nothing."""
    row = queries.standing(session, cycle_id=cycle_id, city_code=city_code)
    return None if row is None else document_of(row)


def standing_in(session: Session, *, cycle_id: int) -> Mapping[str, CityDocument]:
    """What the cities ask of the plans of a cycle, by the code of each that asks something."""
    return {each.city_code: document_of(each) for each in queries.standing_in(session, cycle_id=cycle_id)}


def await_city(session: Session, *, cycle_id: int, city_code: str) -> None:
    """Wait for who publishes or withdraws what a city asks, and let nobody until this transaction ends."""
    locks.hold(session, SUBJECT, cycle_id, city_code)


def document_of(row: Row[Any]) -> CityDocument:
    """Published requirements as plans are held against them."""
    day = beijing_day(row.published_at)
    return CityDocument(
        title=row.document,
        city=CITIES[row.city_code],
        published_on=day or row.published_at.date(),
        requirements=CityRequirements(
            city_code=row.city_code,
            workflow=row.workflow,
            review_standards=row.review_standards,
            supporting_measures=row.supporting_measures,
            settings=tuple(
                CitySetting(path=each["path"], value=frozen_open(each["value"])) for each in row.settings
            ),
        ),
        number=row.id,
    )


def every(session: Session, *, cycle_id: int, city_code: str | None) -> Sequence[Row[Any]]:
    """What the cities, or one, published for a cycle, the latest first."""
    return queries.every(session, cycle_id=cycle_id, city_code=city_code)


def one(session: Session, *, tenant_id: int, requirement_id: int) -> Row[Any] | None:
    """What a body published, of whatever cycle."""
    return queries.one(session, tenant_id=tenant_id, requirement_id=requirement_id)


def held(session: Session, *, requirement_id: int, city_code: str | None) -> Held | None:
    """What gives back the document of what a city, or any, published, withdrawn or not."""
    row = queries.held(session, requirement_id=requirement_id, city_code=city_code)
    return None if row is None else Held.of(row)


def begun(session: Session, *, cycle_id: int, city_code: str) -> int:
    """How many enterprises of a city have begun, after which it publishes and withdraws nothing."""
    return queries.drafting(session, cycle_id=cycle_id, city_code=city_code)


def leaves(edition: Edition) -> tuple[Leaf, ...]:
    """The values of the template that a city may tighten."""
    return tuple(each for each in edition.template.leaves.values() if each.lock is Lock.BOUNDED)


def examine(requirements: CityRequirements, edition: Edition) -> tuple[Finding, ...]:
    """What the rules say of requirements before they are published."""
    return check_city_requirements(requirements, edition=edition)


def publish(
    session: Session,
    *,
    actor: Actor,
    requirements: CityRequirements,
    document: str,
    sent: Answer | None,
    store: Store,
) -> int:
    """发布 for the latest cycle, as the body of the actor's city, with the document. Returns their number.

    Raises NotAllowed, Invalid, Refused, or Conflict where there is no cycle, others stand or drafting began.
    """
    if actor.role is not Role.CITY_HR:
        raise NotAllowed(f"具体要求由设区市人力资源社会保障部门发布，{actor.role.zh}不能发布（五（二））。")
    opened, unit = cycles.latest(session), directory.tenant(session, actor.tenant_id)
    if opened is None or unit is None or unit.city_code is None:
        raise Conflict("省级还没有启动年度，没有发布。年度启动后再发布（五（三））。")
    await_city(session, cycle_id=opened.id, city_code=unit.city_code)
    _require_open(session, opened, unit.city_code)
    title = _title(document)
    _require_strict(requirements, opened)
    file = attachments.accepted(sent)
    found = queries.add(
        session,
        tenant_id=actor.tenant_id,
        cycle_id=opened.id,
        city_code=unit.city_code,
        **{name: str(getattr(requirements, name) or "").strip() for name in TEXTS},
        settings=[plain(each) for _, each in entries(requirements.settings, CitySetting)],
        document=title,
        published_by=actor.person_id,
        published_name=actor.name,
    )
    subject = Subject(SUBJECT, found, title)
    attachments.keep(
        session,
        actor=actor,
        tenant_id=actor.tenant_id,
        subject=subject,
        purpose=PURPOSE,
        file=file,
        store=store,
    )
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=Action.CITY_REQUIREMENT_PUBLISH,
        subject=subject,
        changes={"cycle": (None, opened.label), **_said(requirements, file)},
    )
    return found


TEXTS: Final = ("workflow", "review_standards", "supporting_measures")


def withdraw(session: Session, *, actor: Actor, requirement_id: int, reason: str) -> None:
    """撤下 what the own body published, until drafting begins.

    Raises NotAllowed, LookupError, Invalid or Conflict.
    """
    if actor.role is not Role.CITY_HR:
        raise NotAllowed(f"具体要求由发布单位撤下，{actor.role.zh}不能撤下。")
    if blank(reason):
        raise Invalid("reason", "没有填写撤下的原因。填写原因后再撤下。")
    found = one(session, tenant_id=actor.tenant_id, requirement_id=requirement_id)
    if found is None:
        raise LookupError(requirement_id)
    await_city(session, cycle_id=found.cycle_id, city_code=found.city_code)
    drafting = begun(session, cycle_id=found.cycle_id, city_code=found.city_code)
    if drafting and found.withdrawn_at is None:
        raise Conflict(
            f"本市已有 {drafting} 家试点企业按《{found.document}》开始制定方案，没有撤下。"
            "已经发布的具体要求在本年度继续执行，下一年度另行发布。"
        )
    now: datetime = clock.now(session)
    title = queries.withdraw(
        session, tenant_id=actor.tenant_id, requirement_id=requirement_id, by=actor.person_id, at=now
    )
    if title is None:
        raise Conflict("该具体要求已经撤下，没有重复办理。刷新页面后查看现在的状态。")
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=Action.CITY_REQUIREMENT_WITHDRAW,
        subject=Subject(SUBJECT, requirement_id, title),
        reason=reason.strip(),
    )


def _require_open(session: Session, opened: Opened, city_code: str) -> None:
    there = queries.standing(session, cycle_id=opened.id, city_code=city_code)
    if there is not None:
        raise Conflict(f"《{there.document}》已经发布，没有重复发布。要改的，先撤下再发布。")
    if drafting := begun(session, cycle_id=opened.id, city_code=city_code):
        raise Conflict(
            f"本市已有 {drafting} 家试点企业开始制定方案，没有发布。"
            "具体要求在企业制定方案以前发布，下一年度再发布。"
        )


def _require_strict(requirements: CityRequirements, opened: Opened) -> None:
    missing = [name for name in TEXTS if blank(getattr(requirements, name))]
    if missing:
        raise Invalid(missing[0], "没有填写。各地要对工作流程、评审标准和配套措施提出具体要求（五（二））。")
    for name in TEXTS:
        if (length := len(str(getattr(requirements, name)))) > LONGEST_TEXT:
            raise Invalid(name, f"共 {length} 个字，最多 {LONGEST_TEXT} 个。缩短后发布，详细内容见文件。")
    paths = [each.path for _, each in entries(requirements.settings, CitySetting)]
    if len(set(paths)) < len(paths):
        raise Invalid("settings", "同一项规定写了两次。每一项只写一次。")
    found = examine(requirements, opened.edition)
    if not may_submit(found):
        raise Refused(found)


def _title(document: str) -> str:
    title = " ".join(document.split()).strip("《》")
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid("document", f"文件名称应为 1 至 {LONGEST_TITLE} 个字。填写载明这些要求的文件名称。")
    return title


def _said(requirements: CityRequirements, file: Accepted) -> Mapping[str, tuple[None, object]]:
    """What was published, for the record: the file, places of the template with the city's value in words."""
    settings = "；".join(
        f"{each.path}={plain(each.value)}" for _, each in entries(requirements.settings, CitySetting)
    )
    return {
        "settings": (None, settings or None),
        "name": (None, file.name),
        "digest": (None, file.digest),
    }
