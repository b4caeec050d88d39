"""The fence around a tenant's own code: it answers in a child process and only JSON comes back.

It keeps faults in: raising, exiting, looping, allocating, flooding, wrong types and changed arguments each
cost the part being asked and nothing else. It is no jail: whoever deploys a tenant's code has read it, and
files, network and other processes are confined by the operator (``docs/security.md``).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

from core.domain.answers import Answer
from core.domain.errors import NotAPlan
from core.domain.faults import FaultKind, HookFault
from core.plandoc.schemas import load_answer
from core.sandbox import child
from core.sandbox.faults import OWN_CODE, hook_fault, shape_detail
from core.sandbox.limits import Limits
from core.sandbox.wire import BadAnswer, dump, pack_given, read_reply
from core.sandbox.worker import Lost, Worker

KEPT_WORKERS: Final = 4

SPOILS_THE_CHILD: Final = frozenset({FaultKind.MEMORY, FaultKind.MUTATED})
"""Faults that leave something behind in the process: it is replaced."""

Outcome: TypeAlias = Answer[Any] | HookFault | None
"""What asking gives: an answer, a fault, or None for "not mine"."""


@dataclass(frozen=True, slots=True)
class Code:
    """A tenant's own code: its name among plugins, the file to import, what tells two states of it apart."""

    plugin: str
    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Description:
    """The parts that a tenant's code answers, and the faults found while loading it.

    Code that is not ``loaded`` has one fault, without a part; what it would have answered nobody knows.
    """

    parts: frozenset[str]
    faults: tuple[HookFault, ...]
    loaded: bool = True


class Sandbox:
    """Warm child processes, one for each of the codes asked last. Safe to use from several threads."""

    def __init__(self, limits: Limits | None = None, keep: int = KEPT_WORKERS) -> None:
        self._limits = limits or Limits()
        self._keep = keep
        self._workers: OrderedDict[Code, Worker] = OrderedDict()
        self._guard = threading.Lock()

    def describe(self, code: Code) -> Description:
        """Import the code in its child and list what it answers."""
        reply = self._call(code, None, {"hook": None})
        if isinstance(reply, HookFault):
            return Description(frozenset(), (reply,), loaded=False)
        refused = (
            hook_fault(FaultKind(kind), code.plugin, part, detail) for part, kind, detail in reply["refused"]
        )
        return Description(frozenset(hook.removeprefix("plan_") for hook in reply["hooks"]), tuple(refused))

    def ask(self, code: Code, part: str, given: str, edition: str) -> Outcome:
        """The code's answer for ``part``, checked by its schema; ``given`` is what ``pack_given`` packed."""
        request = {"hook": f"plan_{part}", "edition": edition, "given": given}
        reply = self._call(code, part, request)
        if isinstance(reply, HookFault):
            return reply
        return None if reply["answer"] is None else checked(reply["answer"], code.plugin, part)

    def close(self) -> None:
        """End all children."""
        with self._guard:
            while self._workers:
                self._workers.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(self, code: Code, part: str | None, request: dict[str, Any]) -> Any:
        """The reply as data, or the fault that came instead."""
        with self._worker(code) as worker:
            try:
                reply = read_reply(worker.call(dump(request), code.path), self._limits.output_bytes)
            except Lost as lost:
                return hook_fault(lost.kind, code.plugin, part, lost.detail)
            except BadAnswer as error:
                return hook_fault(FaultKind.SHAPE, code.plugin, part, str(error))
            if "fault" not in reply:
                return reply
            kind, detail = reply["fault"]
            if kind in SPOILS_THE_CHILD:
                worker.renew()
            return hook_fault(FaultKind(kind), code.plugin, part, detail)

    @contextmanager
    def _worker(self, code: Code) -> Iterator[Worker]:
        """The child of ``code``, ours alone while we ask."""
        with self._guard:
            worker = self._workers.pop(code, None) or Worker(child.serve, self._limits)
            self._workers[code] = worker
            worker.users += 1
            self._retire()
        try:
            with worker.busy:
                yield worker
        finally:
            with self._guard:
                worker.users -= 1

    def _retire(self) -> None:
        """Close the children that were not asked for longest; one in use stays."""
        for code, worker in list(self._workers.items())[: -self._keep]:
            if not worker.users:
                del self._workers[code]
                worker.close()


def checked(data: object, plugin: str, part: str) -> Answer[Any] | HookFault:
    """The answer in plain ``data``, or the fault of its shape."""
    try:
        return load_answer(part, data)
    except NotAPlan as error:
        return hook_fault(FaultKind.SHAPE, plugin, part, shape_detail(error))


__all__ = [
    "OWN_CODE",
    "Code",
    "Description",
    "Limits",
    "Outcome",
    "Sandbox",
    "checked",
    "hook_fault",
    "pack_given",
]
