"""违规处理: the province enters who may neither apply nor take part for five years (五（三）, AMB-43).

The register holds a hash of the number, never a number or a name; so does the record of acts. How a decision
comes about is not told here: what is entered has been decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.crypto import Keyring, Personal, normalised
from core.domain.calendar import ONE_DAY
from core.domain.citizen_id import citizen_id_fault
from core.domain.roles import Actor, Role
from core.domain.sanction import Ban, BanRegister, SanctionKind, subject_of_enterprise
from core.domain.uscc import normal_uscc, uscc_fault
from core.domain.values import blank, years_after
from core.domain.wording import day_words
from core.persistence import clock
from core.persistence.queries import nomination as nominations
from core.persistence.queries import sanction as queries
from core.persistence.queries.sanction import Place, SanctionsWanted
from core.rulebook.engine import Edition
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.editions import CURRENT

ENTERS: Final = frozenset({Role.PROVINCE_HR})
SUBJECT: Final = "sanction"
PAGE: Final = 20
LONGEST_DOCUMENT: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the register; the ban lasts through ``last_day``."""

    id: int
    kind: SanctionKind
    decided_on: date
    document: str
    last_day: date

    def bars(self, day: date) -> bool:
        return self.decided_on <= day <= self.last_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be entered: about whom (a USCC or a citizen ID, as typed), since when, by which document."""

    kind: SanctionKind
    number: str
    decided_on: date
    document: str


def years(edition: Edition = CURRENT) -> int:
    """How long a ban lasts."""
    return edition.template.integer("/sanctions/items/ban_five_years/years")


def enter(session: Session, *, actor: Actor, decision: Decision, keys: Keyring) -> int:
    """录入处理决定; returns its id. Raises NotAllowed, Invalid, or Conflict when it is there already."""
    if actor.role not in ENTERS:
        raise NotAllowed(f"处理决定由{Role.PROVINCE_HR.zh}录入，{actor.role.zh}不能录入。")
    document = " ".join(decision.document.split())
    _require(decision, document, clock.today(session))
    try:
        with session.begin_nested():
            found = queries.add(
                session,
                kind=decision.kind.value,
                subject=subject_of(decision.kind, decision.number, keys),
                decided_on=decision.decided_on,
                document=document,
                entered_by=actor.person_id,
            )
    except IntegrityError as error:
        if "uq_sanction_subject_document" not in str(error.orig):
            raise
        raise Conflict(f"“{document}”对该对象的处理已经录入，没有重复录入。核对号码和文号。") from None
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=Action.SANCTION_ENTER,
        subject=Subject(SUBJECT, found, document),
        changes={
            "sanction_kind": (None, decision.kind.value),
            "decided_on": (None, decision.decided_on),
            "barred_until": (None, years_after(decision.decided_on, years())),
        },
    )
    return found


def subject_of(kind: SanctionKind, number: str, keys: Keyring) -> str:
    """The subject under which a number stands in the register: 64 hexadecimal digits."""
    if kind is SanctionKind.ENTERPRISE:
        return subject_of_enterprise(number)
    return keys.index(number, Personal.CITIZEN_ID).hex()


def page(
    session: Session,
    wanted: SanctionsWanted,
    *,
    before: Place | None = None,
    limit: int = PAGE,
) -> tuple[tuple[Entry, ...], Place | None]:
    """A page of the register, the latest decision first, and below which entry the next one begins."""
    rows = queries.page(session, wanted, before=before, limit=limit + 1)
    lasting = years()
    found = tuple(
        Entry(
            id=row.id,
            kind=SanctionKind(row.kind),
            decided_on=row.decided_on,
            document=row.document,
            last_day=years_after(row.decided_on, lasting),
        )
        for row in rows[:limit]
    )
    return found, Place(found[-1].decided_on, found[-1].id) if len(rows) > limit else None


def first_decided(today: date) -> date:
    """The earliest day of decision whose ban still lasts on ``today``."""
    day = years_after(today, -years())
    return day if years_after(day, years()) >= today else day + ONE_DAY


def barred(session: Session, *, uscc: str, on: date) -> Ban | None:
    """The ban that bars an enterprise on a day, if there is one. Raises Invalid for a wrong number."""
    number = normal_uscc(uscc)
    if fault := uscc_fault(number):
        raise Invalid("uscc", f"统一社会信用代码{fault}。核对营业执照后填写。")
    subject = subject_of_enterprise(number)
    bans = [Ban(**each._asdict()) for each in nominations.bans(session, [subject])]
    return BanRegister.of(bans).standing(subject, on, years())


def _require(decision: Decision, document: str, today: date) -> None:
    """Raise Invalid for what cannot be entered, at its field."""
    if fault := _number_fault(decision.kind, decision.number):
        raise Invalid("number", fault)
    if decision.decided_on > today:
        raise Invalid(
            "decided_on",
            f"决定日期{day_words(decision.decided_on)}晚于今天{day_words(today)}。填写决定书上的日期。",
        )
    if blank(document):
        raise Invalid("document", "没有写决定文号。填写处理决定的文号。")
    if len(document) > LONGEST_DOCUMENT:
        raise Invalid("document", f"决定文号有 {len(document)} 字，不超过 {LONGEST_DOCUMENT} 字。")


def _number_fault(kind: SanctionKind, number: str) -> str:
    if kind is SanctionKind.ENTERPRISE:
        name, fault = "统一社会信用代码", uscc_fault(normal_uscc(number))
    else:
        name, fault = "公民身份号码", citizen_id_fault(normalised(number, Personal.CITIZEN_ID))
    return f"{name}{fault}。核对决定书后填写。" if fault else ""
