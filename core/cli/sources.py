"""Plans from a file, a folder, standard input, or ``FILE#ID``; what cannot be read is told and counted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from core.cli.terminal import Paper, clean
from core.domain.cycle import Cycle
from core.domain.errors import DomainError, NotAPlan, UnreadableDocument
from core.domain.plan import PlanDraft
from core.plandoc.files import STDIN, PlanFile, paths_in, read_plan_file
from core.services.plans import select, unknown_plan

MOST_FAULTS = 50  # of one file; the rest is counted


class Sources:
    """The plans at ``path``, read file by file; ``unreadable`` counts the files that gave none."""

    def __init__(self, path: str, plan_id: str | None, notes: Paper) -> None:
        self._path = path
        self._plan_id = plan_id
        self._notes = notes
        self._seen: list[str] = []
        self.unreadable = 0

    def __iter__(self) -> Iterator[tuple[PlanDraft, Cycle | None]]:
        """Each plan with the cycle its file states. Raises ``DomainError`` when no plan has the wanted id."""
        found = False
        for path in self._paths():
            plan_file = self._read(path)
            for plan in plan_file.plans if plan_file else ():
                if self._plan_id in (None, plan.plan_id):
                    found = True
                    yield plan, plan_file.cycle if plan_file else None
                elif plan.plan_id:
                    self._seen.append(plan.plan_id)
        if not found and not self.unreadable and self._plan_id is not None:
            raise unknown_plan(self._plan_id, self._seen)

    def _paths(self) -> tuple[str, ...]:
        try:
            return paths_in(self._path)
        except UnreadableDocument as error:
            self._tell(self._path, error.message)
            return ()

    def _read(self, path: str) -> PlanFile | None:
        if path == STDIN and sys.stdin.isatty():
            self._notes.line("从标准输入读取方案，以 Ctrl-D 结束。")
        try:
            return read_plan_file(path)
        except UnreadableDocument as error:
            self._tell(path, error.message)
        except NotAPlan as error:
            faults = error.faults
            if len(faults) == 1:
                self._tell(path, str(faults[0]))
                return None
            self._tell(path, error.message)
            for fault in faults[:MOST_FAULTS]:
                self._notes.line(f"  {clean(str(fault))}")
            if len(faults) > MOST_FAULTS:
                self._notes.line(f"  ……另有 {len(faults) - MOST_FAULTS} 处，改正以上各处后再查。")
        return None

    def _tell(self, path: str, problem: str) -> None:
        self.unreadable += 1
        name = "标准输入" if path == STDIN else path or "shouxi"
        self._notes.line(f"{self._notes.styled(clean(name), 'bad')}：{clean(problem)}")


def one_plan(source: str) -> PlanDraft:
    """The plan at ``FILE`` or ``FILE#ID``. Raises ``DomainError`` that begins with the file's name."""
    path, plan_id = source, None
    if "#" in source and not _exists(source):
        path, _, plan_id = source.rpartition("#")
    try:
        plans = select(read_plan_file(path), plan_id)
    except NotAPlan as error:
        first = error.faults[0]
        more = f"共 {len(error.faults)} 处，用 shouxi plan check 查看全部。" if len(error.faults) > 1 else ""
        raise DomainError(f"{clean(path)}：{first}{more}") from None
    except DomainError as error:
        raise DomainError(f"{clean(path)}：{error.message}") from None
    if len(plans) > 1:
        known = "、".join(str(each.plan_id) for each in plans)
        raise DomainError(
            f"{clean(path)}：有 {len(plans)} 份方案（{known}）。用 {clean(path)}#编号 指定一份。"
        )
    return plans[0]


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:  # a name that is too long
        return False
