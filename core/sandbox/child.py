"""What runs in the child process: one tenant's ``plan.py``, asked over JSON.

A fresh plugin manager holds this module's hooks and nothing else. Limits and a clean environment are set
(``fence``) before the module is imported. Only the JSON of an answer or of a fault leaves the process.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from functools import cache, lru_cache
from types import ModuleType
from typing import Any

from core.domain.faults import FaultKind
from core.hookspecs import PluginManager, Refusal, RefusedPlugin, implementations, new_manager
from core.plandoc.tree import FORBIDDEN
from core.sandbox.faults import raised_detail
from core.sandbox.fence import renew_cpu
from core.sandbox.limits import Limits
from core.sandbox.wire import BadAnswer, Watched, answer_text, dump


def serve(request: str, path: str, limits: Limits) -> str:
    """The reply to one request, both JSON; whatever the tenant's code does, the reply says it."""
    renew_cpu(limits)
    try:
        asked = json.loads(request)
        reply = _describe(path) if asked["hook"] is None else _ask(asked, path)
    except MemoryError:
        reply = _fault(FaultKind.MEMORY, f"上限 {limits.memory_bytes // 2**20} MB")
    except SystemExit as error:
        reply = _fault(FaultKind.EXITED, f"SystemExit {error.code!s:.80}")
    except BadAnswer as error:
        reply = _fault(FaultKind.SHAPE, str(error))
    except BaseException as error:  # noqa: BLE001 - whatever a tenant's code raises is its answer
        reply = _fault(FaultKind.RAISED, raised_detail(error, {path}))
    if len(reply.encode("utf-8", "replace")) > limits.output_bytes:
        return _fault(FaultKind.FLOOD, f"上限 {limits.output_bytes} 字节")
    return reply


def _describe(path: str) -> str:
    try:
        _, hooks, refusals = _loaded(path)
    except (MemoryError, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - an import runs the tenant's code
        return _fault(FaultKind.IMPORT, raised_detail(error, {path}))
    refused = [[each.part, each.kind, each.detail] for each in refusals]
    return dump({"hooks": hooks, "refused": refused})


def _ask(asked: dict[str, Any], path: str) -> str:
    manager, _, _ = _loaded(path)
    watched = _watched(asked["given"], asked["edition"])
    try:
        answer = getattr(manager.hook, asked["hook"])(**watched.given.by_name())
    except BaseException:
        if watched.changed():
            return _fault(FaultKind.MUTATED, "")
        raise
    if watched.changed():
        return _fault(FaultKind.MUTATED, "")
    return f'{{"answer":{"null" if answer is None else answer_text(answer)}}}'


@cache
def _loaded(path: str) -> tuple[PluginManager, list[str], list[Refusal]]:
    """The tenant's hooks in their own manager, each registered by itself: a wrong one harms no other."""
    manager, hooks, refusals = new_manager(), [], []
    for found in implementations(_module(path)):
        if isinstance(found, Refusal):
            refusals.append(found)
            continue
        hook, function = found
        alone = ModuleType(hook)
        setattr(alone, hook, function)
        try:
            manager.register(alone)
            manager.check_pending()
        except RefusedPlugin as error:
            manager.unregister(alone)
            refusals.append(Refusal(hook, hook.removeprefix("plan_"), FaultKind.HOOK, str(error)))
        else:
            hooks.append(hook)
    return manager, hooks, refusals


def _module(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("tenant_code", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses and pickling look a class's module up by name
    spec.loader.exec_module(module)
    return module


@lru_cache(maxsize=1)
def _watched(packed: str, edition: str) -> Watched:
    """The arguments, shared by the questions of a compilation: a child that changes them is replaced."""
    return Watched(packed, importlib.import_module(f"core.rulebook.{edition}").EDITION.template)


def _fault(kind: FaultKind, detail: str) -> str:
    return dump({"fault": [kind, FORBIDDEN.sub("", detail)]})
