"""插件: who is asked for the parts of an enterprise's plan, in which order, and how each of them does.

The plan is compiled and checked as the enterprise's folder is now (``core.services.checked``). An enterprise
without a folder has the provincial reference alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
from core.services.tenants import TenantReport, list_plugins, list_tenants

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
    added = {each.name: each.added_at for each in queries.of(session, tenant_id=unit.id)}
    return those_asked(checked, added)


def those_asked(checked: TenantReport, added: Mapping[str, datetime]) -> Plugins:
    """Those who were asked for a checked plan; ``added`` says when shared plugins were put on."""
    compiled = checked.compiled
    return Plugins(
        plugins=tuple(
            Plugin(
                answerer=each.answerer,
                hooks=tuple(_hooks(compiled, at)),
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


def _hooks(compiled: CompiledPlan, at: int) -> Iterator[Hook]:
    """What came of the hooks of the one who is asked as number ``at``, in the order of the plan's parts."""
    asked = compiled.asked[at]
    parts = asked.parts | {fault.part for fault in _faults_of(compiled.faults, asked)}
    for part in NINE_PARTS:
        if part not in parts:
            continue
        answerer, end = compiled.answered.get(part), _end(compiled, part)
        if at == end:
            state = HookState.FAILED if answerer is None else HookState.ANSWERED
        else:
            state = HookState.SILENT if at < end else HookState.NOT_ASKED
        yield Hook(part, state, answerer)


def _end(compiled: CompiledPlan, part: str) -> int:
    """The number of the one with whom the asking for a part ended; past the last when nobody answered."""
    failed = {fault.plugin for fault in compiled.faults if fault.part == part}
    for at, each in enumerate(compiled.asked):
        if each.answerer == compiled.answered.get(part) or each.broken or each.answerer.plugin in failed:
            return at
    return len(compiled.asked)


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
