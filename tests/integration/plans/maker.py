"""An admitted enterprise and its people, who make its plan through the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from core.config import FieldKeys
from core.crypto import Keyring
from core.domain.plan import PlanDraft
from core.domain.records import plain
from core.domain.roles import Actor, Role, TenantKind
from core.paths import TENANTS
from core.persistence.scope import Scope
from core.persistence.session import act, reading
from core.plandoc.reading import read_file, read_tree
from core.plandoc.schemas import load_answer
from core.plandoc.typed import kept as as_kept
from core.rulebook.engine import Finding
from core.services import plan_comments, publicity, submitting
from core.services.accounts.answers import Refused
from core.services.accounts.scopes import ACCOUNTS
from core.services.drafts import editing, importing, opening, resetting
from core.services.drafts import kept as kept_plans
from core.services.drafts.editing import Item, ListOp, Saved
from core.services.drafts.keeping import desk_for
from core.services.drafts.kept import KeptPlan
from core.services.drafts.reading import Draft, draft_of
from core.services.drafts.resetting import Source
from core.services.plan_comments import Comment
from core.services.publicity import Notice, Plain, Publicised
from tests import factories
from tests.factories import MadeTenant
from tests.integration.onboarding.season import Season, dossier, uscc
from tests.integration.scenes import Scenes

RING: Final = Keyring(FieldKeys(sealing={1: bytes(32)}, index=bytes(32)))
NOTICE: Final = Plain(
    ends_on=date(2026, 11, 6),
    channels=("厂区公告栏", "企业内网"),
    coverage_statement="已覆盖全部 2316 名在册职工。",
)
XUZHOU: Final = "xuzhou_pengyue"
NAME: Final = "南京栖霞装备有限公司"


@dataclass
class Maker:
    """The enterprise ``tenant_id``; ``hr`` and ``principal`` may edit its plan."""

    season: Season
    tenant_id: int
    uscc: str
    hr: Actor
    principal: Actor
    plan_id: int = 0

    @property
    def scope(self) -> Scope:
        return self.season.scope(self.hr)

    def where(self) -> dict[str, int]:
        return {"tenant_id": self.tenant_id, "plan_id": self.plan_id}

    def open(self, who: Actor | None = None) -> int:
        who = who or self.hr
        with reading(self.scope) as session:
            scope = opening.scope_to_open(session, self.scope)
        with act(scope) as session:
            self.plan_id = opening.open_plan(session, actor=who, tenant_id=self.tenant_id)
        return self.plan_id

    def save(
        self,
        part: str,
        changes: Mapping[str, object],
        *,
        who: Actor | None = None,
        revision: int | None = None,
        whole: bool = False,
    ) -> Saved:
        revision = self.kept().revision(part) if revision is None else revision
        with act(self.season.scope(who or self.hr)) as session:
            desk = desk_for(session, who or self.hr, **self.where(), part=part)
            return editing.save_fields(desk, revision=revision, changes=changes, whole=whole)

    def listed(
        self, part: str, op: ListOp, item: Item, *, who: Actor | None = None, revision: int | None = None
    ) -> Saved:
        revision = self.kept().revision(part) if revision is None else revision
        with act(self.season.scope(who or self.hr)) as session:
            desk = desk_for(session, who or self.hr, **self.where(), part=part)
            return editing.change_list(desk, revision=revision, op=op, item=item)

    def reset(self, part: str, to: Source = Source.PLUGIN, revision: int | None = None) -> Saved:
        revision = self.kept().revision(part) if revision is None else revision
        with act(self.scope) as session:
            return resetting.reset_part(session, self.hr, **self.where(), part=part, revision=revision, to=to)

    def take_in(self, draft: PlanDraft, revisions: Mapping[str, int] | None = None) -> importing.Import:
        with act(self.scope) as session:
            return importing.import_plan(
                session, self.hr, **self.where(), draft=draft, revisions=revisions or {}
            )

    def complete(self) -> None:
        """Type the whole of a plan that has no finding."""
        for part, answer in answers().items():
            data = as_kept(load_answer(part, answer))
            self.save(part, {f"/{key}": each for key, each in data.items()})

    def publicise(self, *, who: Actor | None = None, **changes: Any) -> Publicised:
        """Begin the notice of the plan, five days long unless told otherwise."""
        typed = replace(NOTICE, **changes)
        with act(self.scope) as session:
            return publicity.publicise(session, actor=who or self.hr, **self.where(), typed=typed, keys=RING)

    def withdraw(self, reason: str = "评分标准有误，改正后重新公示。", who: Actor | None = None) -> None:
        with act(self.scope) as session:
            publicity.withdraw(session, actor=who or self.hr, **self.where(), reason=reason)

    def comment(self, token: str, text: str = "带徒津贴怎样发放？", **said: str) -> Refused | None:
        """What one of the staff says at the address of a notice."""
        said = {"name": "骆无咎", "staff_number": "A0127", "address": "192.0.2.7"} | said
        with reading(ACCOUNTS) as session:
            notice = publicity.find(session, token=token)
        if notice is None:
            raise LookupError(token)
        with act(notice.scope) as session:
            return plan_comments.comment(session, token=token, text=text, **said)

    def comments(self, version_id: int) -> tuple[Comment, ...]:
        with reading(self.scope) as session:
            return plan_comments.comments(session, self.notice(version_id, session))[0]

    def notice(self, version_id: int, session: Session) -> Notice:
        found = publicity.of_version(session, tenant_id=self.tenant_id, version_id=version_id)
        assert found
        return found

    def submit(self, *, who: Actor | None = None, seen: str = "") -> tuple[Finding, ...]:
        with act(self.scope) as session:
            return submitting.submit(session, actor=who or self.hr, **self.where(), seen=seen)

    def kept(self) -> KeptPlan:
        with reading(self.scope) as session:
            found = kept_plans.of(session, **self.where())
        assert found
        return found

    def draft(self, who: Actor | None = None) -> Draft:
        with reading(self.season.scope(who or self.hr)) as session:
            found = draft_of(session, tenant_id=self.tenant_id, plan_id=self.plan_id)
            assert found
            assert found.checked  # while its transaction lasts
        return found

    def value(self, part: str) -> Any:
        return plain(getattr(self.draft().checked.plan, part))

    def events(self, action: str = "") -> list[Any]:
        """action, actor_name, changes, reason of the plan's events, oldest first."""
        return self.season.superuser.execute(
            "select action, actor_name, changes, reason from audit_event where tenant_id = %s"
            " and subject_type like 'plan%%' and action like %s order by seq",
            [self.tenant_id, action or "%"],
        ).fetchall()


def answers() -> dict[str, Any]:
    """What an enterprise without code of its own has typed in the demo: a plan without a finding."""
    tree = read_tree(read_file(str(TENANTS / XUZHOU / "answers.yaml")))
    assert isinstance(tree.root, dict)
    return tree.root


def admitted(season: Season, number: str = "", name: str = NAME) -> Maker:
    """An enterprise that was admitted in the season's cycle, opened where there is none."""
    if not season.superuser.execute("select 1 from pilot_cycle").fetchone():
        season.open_cycle()
    elif season.superuser.execute("select 1 from cycle_place").fetchone():
        season.raise_quota(9)
    number = number or uscc(1)
    found = season.report(dossier(name, number))
    season.verify(found)
    tenant_id = season.admit(found, number).tenant_id
    unit = MadeTenant(tenant_id, TenantKind.ENTERPRISE, name, factories.NANJING)
    return Maker(
        season,
        tenant_id,
        number,
        factories.actor(season.superuser, unit, Role.ENTERPRISE_HR, "沈知行"),
        factories.actor(season.superuser, unit, Role.ENTERPRISE_PRINCIPAL, "傅临川"),
    )


BEGUN: Final = "an enterprise that begins its plan"
COMPLETED: Final = "an enterprise with a plan without a finding"


def begun(season: Season) -> Maker:
    """An admitted enterprise that has begun its plan."""
    found = admitted(season)
    found.open()
    return found


def completed(season: Season) -> Maker:
    """One whose plan has no finding."""
    found = begun(season)
    found.complete()
    return found


def laid(name: str, scenes: Scenes, season: Season, arrange: Callable[[Season], Maker]) -> Maker:
    """What ``arrange`` makes of a season in which nothing has happened yet, which it goes on in."""
    found = scenes.laid(name, season.superuser, lambda: arrange(season))
    if found.season is not season:
        vars(season).update(vars(found.season))  # its people, by whom the acts were done
        found.season = season
    return found
