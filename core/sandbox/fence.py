"""The limits that a child process sets itself before it does what it is for."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from typing import Final, NoReturn

from core.sandbox.limits import Limits

if sys.platform != "win32":
    import resource

SILENT_EXIT: Final = 64
KEPT_VARIABLES: Final = frozenset({"SYSTEMROOT", "TZ"})


def prepare(limits: Limits) -> None:
    """Set up the process: no environment, no terminal, no core file, no more memory than allowed."""
    for name in set(os.environ) - KEPT_VARIABLES:
        del os.environ[name]
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    leave: Callable[[int], NoReturn] = os._exit
    # The pool takes no notice of a child that ends with status 0.
    os._exit = lambda status: leave(status or SILENT_EXIT)
    if sys.platform != "win32":
        _limit(resource.RLIMIT_AS, limits.memory_bytes)
        _limit(resource.RLIMIT_CORE, 0)


def renew_cpu(limits: Limits) -> None:
    """CPU time for this request: what was used so far and the allowance; a thread left behind counts."""
    if sys.platform != "win32":
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + 1 + limits.cpu_seconds)


def _limit(what: int, soft: int) -> None:
    if sys.platform != "win32":
        _, hard = resource.getrlimit(what)
        with contextlib.suppress(ValueError, OSError):  # a system that knows the limit and will not set it
            resource.setrlimit(what, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
