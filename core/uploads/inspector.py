"""Uploads are examined in a child process, with limits of its own: a decoder that crashes, loops or swallows
memory takes its child with it and refuses that one file.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Final, Self

from core.domain.faults import FaultKind
from core.sandbox.fence import renew_cpu
from core.sandbox.limits import Limits as Allowance
from core.sandbox.worker import Lost, Worker
from core.uploads.answers import LIMITS, Answer, Limits, Reason, Refused

ALLOWANCE: Final = Allowance(wall_seconds=30.0, cpu_seconds=20, memory_bytes=1536 * 2**20)
"""What the examination of one file may use."""
WAITING: Final = 60.0
"""Seconds that a file waits for those before it."""

RESAVE: Final = "用原来的软件另存一份后重新上传。"
TOO_MUCH_MEMORY: Final = Refused(
    Reason.BOMB, f"检查文件需要的内存超过上限，没有保存。缩小图片或分成几个文件，{RESAVE}"
)
TOO_LONG: Final = Refused(
    Reason.UNCHECKED, f"文件在 {ALLOWANCE.wall_seconds:g} 秒内没有检查完，没有保存。{RESAVE}"
)
CRASHED: Final = Refused(Reason.UNCHECKED, f"文件不能安全打开，检查中断，没有保存。{RESAVE}")
BUSY: Final = Refused(Reason.UNCHECKED, "正在检查较多的文件，这个文件没有保存。几分钟后重新上传。")


class Inspector:
    """One warm child process that examines files, one after another. Safe to use from several threads."""

    def __init__(self, limits: Limits = LIMITS, allowance: Allowance = ALLOWANCE) -> None:
        self._limits = limits
        self._allowance = allowance
        self._worker: Worker | None = None
        self._guard = threading.Lock()

    def examine(self, name: str, data: bytes) -> Answer:
        """As ``examine.examine``; whatever becomes of the child, there is an answer."""
        if len(data) > self._limits.file_bytes:
            data = data[: self._limits.file_bytes + 1]  # refused for its size: no more need go to the child
        worker = self._started()
        if not worker.busy.acquire(timeout=WAITING):
            return BUSY
        try:
            answer: Answer = worker.call(name, data, self._limits)
        except Lost as lost:
            return TOO_LONG if lost.kind is FaultKind.TIMEOUT else CRASHED
        else:
            if answer == TOO_MUCH_MEMORY:
                worker.renew()  # what is left of it may not be enough for the next one
            return answer
        finally:
            worker.busy.release()

    def close(self) -> None:
        """End the child process."""
        with self._guard:
            if self._worker:
                self._worker.close()
                self._worker = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _started(self) -> Worker:
        with self._guard:
            if self._worker is None:
                self._worker = Worker(answered, self._allowance)
            return self._worker


def answered(name: str, data: bytes, limits: Limits, allowance: Allowance) -> Answer:
    """What the child answers with. Decoders are loaded there and nowhere else."""
    from core.uploads.examine import examine  # noqa: PLC0415 - as above

    renew_cpu(allowance)
    try:
        return examine(name, data, limits)
    except MemoryError:
        return TOO_MUCH_MEMORY
    except Exception:  # noqa: BLE001 - a file that a check stumbles over is not kept
        return CRASHED
