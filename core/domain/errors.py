"""The one family of errors that the interface shows: what is wrong, why, and what to do next, in Chinese."""

from collections.abc import Iterable
from dataclasses import dataclass


class DomainError(Exception):
    """Something that was asked for cannot be done; ``message`` is a Chinese text that a person can act on.

    ``rule`` is the rule that closes a step of the procedure, where one does.
    """

    def __init__(self, message: str, rule: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.rule = rule


class UnreadableDocument(DomainError):
    """A file that gives no tree: its encoding, size or syntax, or something that plan files may not use.

    ``problem`` is the message without its place. ``line`` and ``column`` count from 1, ``path`` is a pointer.
    """

    def __init__(
        self, problem: str, line: int | None = None, path: str | None = None, column: int | None = None
    ) -> None:
        super().__init__(_place(path, line, column) + problem)
        self.problem = problem
        self.line = line
        self.path = path
        self.column = column


@dataclass(frozen=True, slots=True)
class ShapeFault:
    """One place without the shape or type of a plan: JSON pointer, Chinese text, line from 1 if known."""

    path: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        return _place(self.path, self.line) + self.message


class NotAPlan(DomainError):
    """A readable document that is not a plan; ``faults`` are all there are, in the order they were given."""

    def __init__(self, faults: Iterable[ShapeFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"这不是一份工作方案：有 {len(self.faults)} 处格式不符。请逐处修改后重新检查。")


def _place(path: str | None, line: int | None, column: int | None = None) -> str:
    """“第 3 行第 5 列（/rubric/modules）：”, or as much of it as is known; an endless path is cut."""
    where = "" if line is None else f"第 {line} 行"
    where += "" if column is None else f"第 {column} 列"
    if path:
        shown = path if len(path) <= 120 else path[:120] + "…"
        where += f"（{shown}）" if where else shown
    return f"{where}：" if where else ""
