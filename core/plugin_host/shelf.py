"""Shared plugins: loaded one by one, kept in one manager, asked one at a time.

pluggy's subset callers deny: a plugin registered later is heard by callers made before. They are therefore
cached by the set of plugins that may answer, and the cache is emptied at every registration.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from core.domain.faults import FaultKind
from core.hookspecs import HookArguments, Refusal, RefusedPlugin, implementations, new_manager
from core.plugin_host.sources import digest, files
from core.plugin_host.tenants import LoadFailure
from core.sandbox import Limits, Outcome, checked, hook_fault
from core.sandbox.faults import raised_detail
from core.sandbox.wire import BadAnswer, answer_text, read_reply

GROUP: Final = "shouxi.plugins"
KNOWN: Final = 2048
"""Answers that are not read again: of nine a save of one part changes one."""


@dataclass(frozen=True, slots=True)
class SharedPlugin:
    """A reviewed plugin that any tenant may have on; ``title`` is the first line of its docstring."""

    name: str
    title: str
    version: str
    code_hash: str
    parts: frozenset[str]


class Shelf:
    """The shared plugins of this process."""

    def __init__(self, output_bytes: int = Limits().output_bytes) -> None:
        self._manager = new_manager()
        self._modules: dict[str, ModuleType] = {}
        self._callers: dict[tuple[str, frozenset[str]], Callable[..., Any]] = {}
        self._output_bytes = output_bytes
        self.plugins: dict[str, SharedPlugin] = {}
        self.failures: list[LoadFailure] = []

    def load(self, package: str, *, installed: bool = True) -> None:
        """Load the plugins below ``package`` and, if asked, those that installed packages announce."""
        for name, load in _found(package, installed):
            try:
                module = load()
            except (Exception, SystemExit) as error:  # noqa: BLE001 - one plugin must not take the others down
                self._fail(name, f"插件 {name} 不能载入：{raised_detail(error, ())}。修正后重新启动。")
            else:
                self.register(name, module)

    def register(self, name: str, module: ModuleType) -> None:
        """Put one plugin on the shelf; what is wrong with it is kept in ``failures`` and it is left out."""
        if name in self.plugins:
            self._fail(name, f"插件 {name} 与已载入的插件同名，没有载入。改名后重新启动。")
            return
        found = list(implementations(module))
        wrong = [each.detail for each in found if isinstance(each, Refusal)]
        version = getattr(module, "__version__", None)
        if not isinstance(version, str):
            wrong.append("没有写明版本。在模块中写明 __version__。")
        if not wrong:
            wrong = self._enlist(name, module)
        if wrong:
            self._fail(name, f"插件 {name} 没有载入：{''.join(wrong)}")
            return
        self._modules[name] = module
        hooks = [each[0] for each in found if not isinstance(each, Refusal)]
        self.plugins[name] = SharedPlugin(
            name=name,
            title=(module.__doc__ or name).strip().splitlines()[0],
            version=str(version),
            code_hash=digest(_code(module)),
            parts=frozenset(hook.removeprefix("plan_") for hook in hooks),
        )

    def ask(self, name: str, part: str, given: HookArguments) -> Outcome:
        """What the plugin ``name`` answers for ``part``, checked as a tenant's answer is."""
        try:
            answer = self._caller(f"plan_{part}", frozenset({name}))(**given.by_name())
            if answer is None or answer is given.answers.get(part):
                return answer  # what was typed has been read as an answer already
            return self._checked(answer, name, part)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises costs its part alone
            files = (str(self._modules[name].__file__),)
            return hook_fault(FaultKind.RAISED, name, part, raised_detail(error, files))

    def _checked(self, answer: object, name: str, part: str) -> Outcome:
        try:
            return _read(answer_text(answer), self._output_bytes, name, part)
        except BadAnswer as error:
            return hook_fault(FaultKind.SHAPE, name, part, str(error))

    def _caller(self, hook: str, answering: frozenset[str]) -> Callable[..., Any]:
        caller = self._callers.get((hook, answering))
        if caller is None:
            silent = [module for name, module in self._modules.items() if name not in answering]
            caller = self._callers[hook, answering] = self._manager.subset_hook_caller(hook, silent)
        return caller

    def _enlist(self, name: str, module: ModuleType) -> list[str]:
        """Register with pluggy; its complaint, if it has one."""
        try:
            self._manager.register(module, name)
            self._manager.check_pending()
        except (RefusedPlugin, ValueError) as error:
            if self._manager.get_plugin(name) is module:
                self._manager.unregister(module)
            return [str(error)]
        finally:
            self._callers.clear()
        return []

    def _fail(self, name: str, message: str) -> None:
        self.failures.append(LoadFailure("plugin", name, message))


def _found(package: str, installed: bool) -> Iterator[tuple[str, Callable[[], ModuleType]]]:
    """Each plugin's name and what imports it."""
    for each in pkgutil.iter_modules(importlib.import_module(package).__path__):
        yield each.name, partial(importlib.import_module, f"{package}.{each.name}")
    if installed:
        for entry in entry_points(group=GROUP):
            yield entry.name, entry.load


def _code(module: ModuleType) -> dict[str, bytes]:
    """The Python files of a plugin: of its folder, or the one file it is."""
    file = Path(str(module.__file__))
    if hasattr(module, "__path__"):
        return dict(files(file.parent, ".py"))
    return {file.name: file.read_bytes()}


@lru_cache(maxsize=KNOWN)
def _read(text: str, limit: int, name: str, part: str) -> Outcome:
    """What an answer says. Raises BadAnswer."""
    return checked(read_reply(text, limit), name, part)
