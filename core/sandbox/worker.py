"""One warm child process, which answers one question at a time."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import Any, Final

from pebble import ProcessExpired, ProcessPool

from core.domain.faults import FaultKind
from core.sandbox import child, fence
from core.sandbox.limits import Limits

START_SECONDS: Final = 30.0
"""How long a process may take to start; not counted against what it does."""


@cache
def _context() -> multiprocessing.context.BaseContext:
    """A fork server that has imported what a child needs; a fresh interpreter where there is none."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([child.__name__, "core.rulebook.js2023"])
    return context


class Lost(Exception):
    """The child gave no reply."""

    def __init__(self, kind: FaultKind, detail: str) -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail


class Worker:
    """A child process in which ``serve`` answers, a function of a module; it is given the limits last.

    A child that is stopped is replaced before the next question.
    """

    def __init__(self, serve: Callable[..., Any], limits: Limits) -> None:
        self._serve = serve
        self._limits = limits
        self._pool = self._start()
        self.busy = threading.Lock()
        self.users = 0

    def call(self, *request: object) -> Any:
        """The child's reply. Raises ``Lost``; the caller holds ``busy``."""
        try:
            return self._call(request)
        except (BrokenProcessPool, RuntimeError):
            self.renew()  # it died between two questions, of a thread left behind: this one was not asked yet
        try:
            return self._call(request)
        except (BrokenProcessPool, RuntimeError) as error:
            raise Lost(FaultKind.HOST, str(error)[:200]) from None

    def renew(self) -> None:
        """Replace the child, and with it whatever the code left in it."""
        self.close()
        self._pool = self._start()

    def close(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _start(self) -> ProcessPool:
        return ProcessPool(
            max_workers=1, initializer=fence.prepare, initargs=(self._limits,), context=_context()
        )

    def _call(self, request: tuple[object, ...]) -> Any:
        wall = self._limits.wall_seconds
        asked = self._pool.schedule(self._serve, args=(*request, self._limits), timeout=wall)
        try:
            return asked.result(wall + START_SECONDS)
        except TimeoutError:
            raise Lost(FaultKind.TIMEOUT, f"上限 {wall:g} 秒") from None
        except ProcessExpired as expired:
            raise self._expired(expired.exitcode) from None

    def _expired(self, status: int) -> Lost:
        if status == -getattr(signal, "SIGXCPU", 0):
            return Lost(FaultKind.TIMEOUT, f"CPU 上限 {self._limits.cpu_seconds} 秒")
        if status == fence.SILENT_EXIT:
            status = 0
        return Lost(FaultKind.EXITED, f"进程结束，状态 {status}")
