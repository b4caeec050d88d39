"""起草推荐申报: who may begin one, and keeping what they type, whether or not it is complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.domain.enterprise import Enterprise
from core.domain.nomination import Dossier, changes
from core.domain.places import CITIES
from core.domain.roles import Actor, Role
from core.domain.stages import Channel
from core.domain.uscc import normal_uscc
from core.domain.values import ABSENT, or_empty
from core.persistence.queries import nomination as queries
from core.rulebook.vocabulary import vocabulary
from core.services import cycles
from core.services.accounts.answers import Conflict, Invalid, NotAllowed
from core.services.cycles import Opened
from core.services.nominations.kept import SUBJECT, Kept, columns, with_files
from core.services.nominations.steps import change, take

NOMINATORS: Final[Mapping[Role, Channel]] = MappingProxyType(
    {Role.CITY_CENTRE: Channel.CITY, Role.CENTRAL_BRANCH: Channel.PROVINCE_DIRECT}
)


def classes_of(opened: Opened, channel: str) -> tuple[str, ...]:
    """The 名额类别 that nominations by ``channel`` may have."""
    return opened.edition.template.words(f"/nomination/channels/{channel}/open_to")


def draft(session: Session, *, actor: Actor, city_code: str, name: str = "", uscc: str = "") -> int:
    """Begin a nomination in the cycle that was opened last; returns its id.

    Raises NotAllowed, Conflict, or Invalid for a city that there is not.
    """
    channel = NOMINATORS.get(actor.role)
    if channel is None:
        raise NotAllowed(f"推荐申报由设区市职业技能鉴定中心或央企驻苏分支机构办理，{actor.role.zh}不能办理。")
    opened = cycles.latest(session)
    if opened is None:
        raise Conflict("省级还没有启动年度，不能推荐申报。年度启动后再办理（五（三））。")
    if city_code not in CITIES:
        raise Invalid("city_code", "没有选择企业所在设区市。从十三个设区市中选择。")
    enterprise = Enterprise(
        name=name.strip() or ABSENT,
        uscc=normal_uscc(uscc) or ABSENT,
        city_code=city_code,
        city=CITIES[city_code],
    )
    dossier = settled(Dossier(enterprise=enterprise, channel=channel.value), opened)
    nomination_id = queries.add(
        session,
        tenant_id=actor.tenant_id,
        cycle_id=opened.id,
        created_by=actor.person_id,
        city_code=city_code,
        **columns(dossier),
    )
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=Action.NOMINATION_CREATE,
        subject=Subject(SUBJECT, nomination_id, str(enterprise.name or opened.label)),
        changes={"cycle": (None, opened.label), "uscc": (None, enterprise.uscc or None)},
    )
    return nomination_id


def save(
    session: Session, *, actor: Actor, tenant_id: int, nomination_id: int, version: int, dossier: Dossier
) -> None:
    """Keep what was typed, whether or not it is complete. Raises LookupError, NotAllowed or Conflict.

    Conflict when somebody has changed it since ``version``: nothing is overwritten.
    """
    kept = to_edit(session, actor, tenant_id, nomination_id, version=version)
    before = kept.nomination.dossier
    typed = settled(with_files(replace(dossier, channel=before.channel), kept.files), kept.opened)
    found = changes(before, typed, vocabulary(kept.opened.cycle.edition).word)
    if not found:
        return
    change(session, kept, city_code=_city(kept, typed), **columns(typed))
    record(
        session,
        tenant_id=tenant_id,
        actor=actor,
        action=Action.NOMINATION_EDIT,
        subject=Subject(
            SUBJECT, nomination_id, str(or_empty(typed.enterprise, Enterprise).name or kept.label)
        ),
        changes={each.words: (each.before or None, each.after or None) for each in found},
    )


def to_edit(
    session: Session, actor: Actor, tenant_id: int, nomination_id: int, *, version: int | None = None
) -> Kept:
    """A nomination that the actor may fill in. Raises LookupError, NotAllowed or Conflict."""
    kept = take(session, tenant_id=tenant_id, nomination_id=nomination_id, version=version)
    if actor.tenant_id != tenant_id or actor.role not in NOMINATORS:
        raise NotAllowed("推荐申报由推荐单位填写，当前身份不能修改。")
    if not kept.editable:
        raise Conflict(f"推荐申报{kept.nomination.state.zh}，不能修改。撤回或退回后再改。")
    return kept


def settled(dossier: Dossier, opened: Opened) -> Dossier:
    """``dossier`` with the class that its channel leaves no choice of."""
    classes = classes_of(opened, str(dossier.channel))
    return replace(dossier, quota_class=classes[0]) if len(classes) == 1 else dossier


def _city(kept: Kept, typed: Dossier) -> str:
    """The city of a nomination: the nominator's, or in the direct channel that of the enterprise."""
    stated = str(or_empty(typed.enterprise, Enterprise).city_code or "")
    return stated if kept.nomination.is_direct and stated in CITIES else kept.nomination.city_code
