"""Which plugins exist, which a tenant has on, and how they are asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol

from core import paths
from core.domain.answers import Answer
from core.domain.cycle import Cycle
from core.domain.errors import DomainError
from core.domain.faults import FaultKind, HookFault
from core.domain.frozen import Answerer
from core.domain.plan import PlanDraft, Sections
from core.domain.values import ABSENT, stated
from core.hookspecs import HOOKS
from core.plugin_host.compiled import Asked, CompiledPlan
from core.plugin_host.remembered import Remembered
from core.plugin_host.shelf import SharedPlugin, Shelf
from core.plugin_host.sources import digest, files
from core.plugin_host.tenants import (
    LoadFailure,
    Tenant,
    installed_folders,
    read_tenant,
    tenant_folders,
)
from core.rulebook.engine import Edition
from core.rulebook.template import Template
from core.sandbox import Code, Description, Outcome, Sandbox, hook_fault
from core.sandbox.wire import Watched, pack_given

STUDIO: Final = "studio"
REFERENCE: Final = "js_reference"
KNOWN: Final = 2048
"""Typed answers that the studio is not asked for again."""


class Question:
    """What every hook of one compilation is given: as it goes to a child, and as it is given here."""

    def __init__(self, tenant: Tenant, cycle: Cycle, template: Template) -> None:
        self.tenant, self.cycle = tenant, cycle
        self._template = template

    @cached_property
    def packed(self) -> str:
        return pack_given(self.cycle, self.tenant.answers)

    @cached_property
    def watched(self) -> Watched:
        return Watched(self.packed, self._template)

    def renew(self) -> None:
        """Make the arguments anew, so that nothing one hook did to them reaches the next."""
        self.watched = Watched(self.packed, self._template)

    def about(self, part: str) -> Question:
        """The same of a tenant that has typed nothing but this part."""
        answers = {name: each for name, each in self.tenant.answers.items() if name == part}
        return Question(replace(self.tenant, answers=answers), self.cycle, self._template)


class Source(Protocol):
    """Somebody who may answer parts of one tenant's plan.

    ``broken`` is the fault of one of whom nothing is known: every part it might have answered stays empty.
    """

    @property
    def answerer(self) -> Answerer: ...
    @property
    def parts(self) -> frozenset[str]: ...
    @property
    def broken(self) -> HookFault | None: ...
    def ask(self, part: str, question: Question) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Shared:
    """A shared plugin."""

    shelf: Shelf
    plugin: SharedPlugin
    answerer: Answerer
    broken: None = None

    @property
    def parts(self) -> frozenset[str]:
        return self.plugin.parts

    def ask(self, part: str, question: Question) -> Outcome:
        if part not in self.parts:
            return None
        outcome = self.shelf.ask(self.plugin.name, part, question.watched.given)
        if question.watched.changed():
            question.renew()
            return hook_fault(FaultKind.MUTATED, self.plugin.name, part)
        return outcome


@dataclass(frozen=True, slots=True)
class Studio(Shared):
    """The plugin that gives what the enterprise typed: of each part what was typed of that part.

    So its answers are remembered, and a save of one part asks for that part alone.
    """

    known: Remembered[Outcome] = field(kw_only=True)

    def ask(self, part: str, question: Question) -> Outcome:
        key = self.plugin.code_hash, part, question.cycle, question.tenant.typed.get(part)
        return self.known.get(key, lambda: Shared.ask(self, part, question.about(part)))


@dataclass(frozen=True, slots=True)
class Own:
    """A tenant's own code, behind the fence."""

    sandbox: Sandbox
    code: Code
    edition: str
    answerer: Answerer
    description: Description

    @property
    def parts(self) -> frozenset[str]:
        return self.description.parts

    @property
    def broken(self) -> HookFault | None:
        return None if self.description.loaded else self.description.faults[0]

    def ask(self, part: str, question: Question) -> Outcome:
        for fault in self.description.faults:
            if fault.part == part:
                return fault
        if part not in self.parts:
            return None
        return self.sandbox.ask(self.code, part, question.packed, self.edition)


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A plugin that a tenant has on and that is not there."""

    answerer: Answerer
    broken: HookFault
    parts: frozenset[str] = frozenset()

    def ask(self, part: str, question: Question) -> Outcome:  # noqa: ARG002 - nobody to ask
        return None


@dataclass(slots=True)
class _Draft:
    """The answers as they come in, in the order of asking."""

    answers: dict[str, Answer[Any]] = field(default_factory=dict)
    answered: dict[str, Answerer] = field(default_factory=dict)
    faults: list[HookFault] = field(default_factory=list)


class PluginHost:
    """The plugins and tenants of one installation, and the compiling of plans.

    ``plugins`` is the package of shared plugins, ``tenants`` the folder of tenants; ``installed`` adds those
    that installed packages announce. Safe to use from several threads once made.
    """

    def __init__(
        self,
        edition: Edition,
        *,
        plugins: str = "plugins",
        tenants: Path = paths.TENANTS,
        installed: bool = True,
        sandbox: Sandbox | None = None,
    ) -> None:
        self.edition = edition
        self.sandbox = sandbox or Sandbox()
        self.shelf = Shelf()
        self.shelf.load(plugins, installed=installed)
        self._folder = tenants
        self._installed = tuple(installed_folders()) if installed else ()
        self._read: dict[str, Tenant] = {}
        self._guard = threading.Lock()
        self._typed = Remembered[Outcome](KNOWN)

    def close(self) -> None:
        """End the child processes."""
        self.sandbox.close()

    # ---- tenants ----

    def tenants(self) -> tuple[tuple[Tenant, ...], tuple[LoadFailure, ...]]:
        """The tenants by slug, read again where a file changed, and those that are left out."""
        found: dict[str, Tenant] = {}
        failures = []
        for slug, folder in self._folders():
            try:
                if slug in found:
                    raise DomainError(f"企业代号 {slug} 重复，{folder} 没有载入。改名后重试。")
                found[slug] = self._tenant(slug, folder)
            except DomainError as error:
                failures.append(LoadFailure("tenant", slug, error.message))
        return tuple(found[slug] for slug in sorted(found)), tuple(failures)

    def tenant(self, slug: str) -> Tenant:
        """The tenant called ``slug``. Raises ``DomainError``."""
        for name, folder in self._folders():
            if name == slug:
                return self._tenant(slug, folder)
        known = "、".join(sorted({name for name, _ in self._folders()})) or "没有企业"
        raise DomainError(f"没有代号为“{slug}”的企业，现有 {known}。")

    def _folders(self) -> Iterator[tuple[str, Path | None]]:
        yield from tenant_folders(self._folder)
        yield from self._installed

    def _tenant(self, slug: str, folder: Path | None) -> Tenant:
        if folder is None:
            raise DomainError(f"企业 {slug} 登记的软件包找不到。重新安装该软件包。")
        try:
            now = digest(files(folder, ".py", ".toml", ".yaml"))
        except OSError as error:
            raise DomainError(f"企业 {slug} 的文件不能读取：{error}。检查文件的权限和磁盘。") from None
        with self._guard:
            known = self._read.get(slug)
        if known is None or known.digest != now or known.folder != folder:
            known = read_tenant(slug, folder)
            with self._guard:
                self._read[slug] = known
        return known

    # ---- compiling ----

    def compile_plan(self, tenant: Tenant, cycle: Cycle) -> CompiledPlan:
        """``tenant``'s plan for ``cycle``: every hook asked once, in the order of the hook specifications."""
        cycle = self.edition.complete(cycle)
        question = Question(tenant, cycle, self.edition.template)
        sources = tuple(self._sources(tenant))
        compiled = _Draft()
        for source in sources:
            compiled.faults.extend(self._faults_of_loading(source))
        for part in HOOKS.values():
            self._ask(part, question, sources, compiled)
        return CompiledPlan(
            tenant=tenant,
            cycle=cycle,
            draft=_draft(tenant.enrolment, compiled.answers),
            asked=tuple(Asked(each.answerer, each.parts, each.broken is not None) for each in sources),
            answered=compiled.answered,
            faults=tuple(compiled.faults),
            answers=MappingProxyType(compiled.answers),
        )

    def ask_own_code(self, tenant: Tenant, part: str, cycle: Cycle) -> Outcome:
        """One question to a tenant's own code through the warm sandbox, as ``compile_plan`` asks it."""
        if tenant.code is None:
            return None
        given = pack_given(self.edition.complete(cycle), tenant.answers)
        return self.sandbox.ask(tenant.code, part, given, self.edition.id)

    def _ask(self, part: str, question: Question, sources: tuple[Source, ...], compiled: _Draft) -> None:
        for source in sources:
            if source.broken:
                return
            outcome = source.ask(part, question)
            if isinstance(outcome, HookFault):
                if outcome not in compiled.faults:
                    compiled.faults.append(outcome)
                return
            if outcome is not None:
                compiled.answers[part] = outcome
                compiled.answered[part] = source.answerer
                return

    def _faults_of_loading(self, source: Source) -> Iterator[HookFault]:
        if source.broken:
            yield source.broken
        elif isinstance(source, Own):
            yield from source.description.faults

    def _sources(self, tenant: Tenant) -> Iterator[Source]:
        """Those who are asked, in order: typed › own code › the tenant's shared plugins › the reference."""
        yield self._shared(STUDIO, tenant)
        if tenant.code:
            yield self._own(tenant, tenant.code)
        for name in dict.fromkeys((*tenant.plugins, REFERENCE)):
            if name != STUDIO:
                yield self._shared(name, tenant)

    def _shared(self, name: str, tenant: Tenant) -> Source:
        plugin = self.shelf.plugins.get(name)
        if plugin is None:
            detail = next((each.message for each in self.shelf.failures if each.name == name), None)
            detail = detail or f"没有名为 {name} 的共用插件，现有 {'、'.join(self.shelf.plugins)}"
            fault = hook_fault(FaultKind.IMPORT, name, None, detail.rstrip("。"))
            return Unavailable(Answerer(name, "", ""), fault)
        if name != STUDIO:
            return Shared(self.shelf, plugin, Answerer(name, plugin.version, plugin.code_hash))
        code_hash = digest({"code": plugin.code_hash.encode(), "typed": tenant.typed_hash.encode()})
        return Studio(self.shelf, plugin, Answerer(name, plugin.version, code_hash), known=self._typed)

    def _own(self, tenant: Tenant, code: Code) -> Own:
        return Own(
            sandbox=self.sandbox,
            code=code,
            edition=self.edition.id,
            answerer=Answerer(code.plugin, tenant.version, code.digest),
            description=self.sandbox.describe(code),
        )


def _draft(enrolment: PlanDraft, answers: Mapping[str, Answer[Any]]) -> PlanDraft:
    """The plan document: what the platform keeps, and the answers with their sections and deviations."""
    words = {part: each.section for part, each in answers.items() if stated(each.section)}
    values: dict[str, Any] = {part: each.value for part, each in answers.items()}
    return replace(
        enrolment,
        sections=Sections(**words) if words else ABSENT,
        deviations=tuple(chain.from_iterable(each.deviations or () for each in answers.values())),
        **values,
    )
