"""插件: who is asked for the parts of an enterprise's plan, in which order, and how each of them does.

The plan is compiled and checked as the enterprise's folder is now (``core.services.checked``). An enterprise
without a folder has the provincial reference alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from core.domain.errors import DomainError
from core.domain.faults import HookFault
from core.domain.frozen import Answerer
from core.domain.plan import NINE_PARTS
from core.persistence.queries import plugin as queries
from core.plugin_host import Asked, CompiledPlan
from core.plugin_host.host import REFERENCE, STUDIO
from core.sandbox import OWN_CODE
from core.services.checked import checked_plans
from core.services.directory import Profile
from core.services.plans import Report
from core.services.tenants import list_plugins, list_tenants

NOT_FOUND: Final = "没有找到企业文件夹 {slug}。由平台管理员核对后重新安装。"


class HookState(StrEnum):
    """What came of a hook when the plan was compiled."""

    ANSWERED = "answered"
    FAILED = "failed"
    NOT_ASKED = "not_asked"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Hook:
    """The hook for a part; ``answerer`` is the plugin that answered the part, if one did."""

    part: str
    state: HookState
    answerer: Answerer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One who is asked. ``added_at`` is when a shared plugin was put on for this enterprise, if recorded."""

    answerer: Answerer
    hooks: tuple[Hook, ...]
    faults: tuple[HookFault, ...]
    added_at: datetime | None

    @property
    def name(self) -> str:
        return self.answerer.plugin

    @property
    def is_shared(self) -> bool:
        """Whether an enterprise has it on by choice."""
        return self.name not in (STUDIO, REFERENCE) and not self.name.startswith(OWN_CODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugins:
    """Those who are asked for an enterprise's plan, in order, and who answered each of the nine parts.

    ``report`` is the check of the plan they give; without a folder there is none, and ``problem`` says what
    is wrong with one that is not as it should be. ``dropped`` are plugins that were put on and that the
    folder no longer lists.
    """

    plugins: tuple[Plugin, ...]
    answered: Mapping[str, Answerer]
    faults: tuple[HookFault, ...] = ()
    report: Report | None = None
    problem: str = ""
    dropped: tuple[str, ...] = ()


def plugins_of(session: Session, unit: Profile) -> Plugins:
    """The plugins of an enterprise in scope, as they are now."""
    if unit.slug is None:
        return _reference_alone("")
    there = list_tenants()
    if unit.slug not in {each.slug for each in there.tenants}:
        said = (each.message for each in there.failures if each.name == unit.slug)
        return _reference_alone(next(said, NOT_FOUND.format(slug=unit.slug)))
    try:
        checked = checked_plans().of(unit.slug)
    except DomainError as error:  # the folder was taken away meanwhile
        return _reference_alone(error.message)
    compiled = checked.compiled
    added = {each.name: each.added_at for each in queries.of(session, tenant_id=unit.id)}
    return Plugins(
        plugins=tuple(
            Plugin(
                answerer=each.answerer,
                hooks=tuple(hooks_of(compiled, at)),
                faults=_faults_of(compiled.faults, each),
                added_at=added.get(each.answerer.plugin),
            )
            for at, each in enumerate(compiled.asked)
        ),
        answered=compiled.answered,
        faults=compiled.faults,
        report=checked.report,
        dropped=tuple(name for name in added if name not in compiled.tenant.plugins),
    )


def hooks_of(compiled: CompiledPlan, at: int) -> Iterable[Hook]:
    """What came of the hooks of the one who is asked as number ``at``, in the order of the plan's parts."""
    names = [each.answerer.plugin for each in compiled.asked]
    failed = {fault.part: fault.plugin for fault in compiled.faults}
    own = {part for part, name in failed.items() if name == names[at]}
    for part in NINE_PARTS:
        if part not in compiled.asked[at].parts and part not in own:
            continue
        answerer = compiled.answered.get(part)
        last = answerer.plugin if answerer else failed.get(part, failed.get(None))
        yield Hook(part, _state(names, at, last, answered=answerer is not None), answerer)


def _state(names: list[str], at: int, last: str | None, *, answered: bool) -> HookState:
    """``last`` is the one with whom the asking ended; None where everybody was asked."""
    end = names.index(last) if last in names else len(names)
    if at < end:
        return HookState.SILENT
    if at > end:
        return HookState.NOT_ASKED
    return HookState.ANSWERED if answered else HookState.FAILED


def _faults_of(faults: Iterable[HookFault], asked: Asked) -> tuple[HookFault, ...]:
    return tuple(fault for fault in faults if fault.plugin == asked.answerer.plugin)


def _reference_alone(problem: str) -> Plugins:
    """What the province gives every enterprise, for one of which no plan is compiled."""
    reference = next(each for each in list_plugins() if each.name == REFERENCE)
    answerer = Answerer(reference.name, reference.version, reference.code_hash)
    parts = [part for part in NINE_PARTS if part in reference.parts]
    hooks = tuple(Hook(part, HookState.ANSWERED, answerer) for part in parts)
    return Plugins(
        plugins=(Plugin(answerer=answerer, hooks=hooks, faults=(), added_at=None),),
        answered=dict.fromkeys(parts, answerer),
        problem=problem,
    )
