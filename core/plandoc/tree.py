"""A document as plain data that knows its lines, built from YAML events without recursion."""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

from core.domain.errors import UnreadableDocument

LIMIT_DEPTH: Final = 32
LIMIT_NODES: Final = 200_000  # keys and values together; 2 MB of real plans have some 130,000
LIMIT_KEY: Final = 100  # characters; even as escapes they fit into the 1,024 that YAML has for a key

WIDE_SPACES: Final = ("\u00a0", "\u3000")
WIDE_ITEM: Final = re.compile(r"[\u00a0\u3000]\s*- ")  # meant as a list, read as a text
NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


class Plain(str):
    """A scalar written without quotes (a number, a date, true, a word): the schema may give it a type."""

    __slots__ = ()


Node: TypeAlias = "dict[str, Node] | list[Node] | str | None"
Spot: TypeAlias = "tuple[int, dict[str, Spot]]"  # the line of a value, and the spots of what it holds
NOTHING_INSIDE: Final[dict[str, Spot]] = {}


class Lines:
    """Where things stand in a file. What is in a mapping has the line of its key.

    Kept as a tree of spots: 200,000 paths written out under long keys would take hundreds of megabytes.
    """

    def __init__(self, root: Spot) -> None:
        self._root = root

    def nearest(self, path: str) -> int:
        """The line, from 1, at a JSON pointer (RFC 6901), or at its nearest parent that the document has."""
        line, inside = self._root
        for step in path.split("/")[1:]:
            spot = inside.get(step.replace("~1", "/").replace("~0", "~"))
            if spot is None:
                break
            line, inside = spot
        return line


@dataclass(frozen=True, slots=True)
class Tree:
    """A document: mappings, lists, ``str`` (quoted), ``Plain`` (unquoted) and None; and its lines."""

    root: Node
    lines: Lines

    def line_of(self, path: str) -> int:
        """``lines.nearest(path)``."""
        return self.lines.nearest(path)


def forbidden(character: str, line: int, path: str | None = None) -> UnreadableDocument:
    """The fault for a character that ``FORBIDDEN`` found."""
    code = f"U+{ord(character):04X}"
    return UnreadableDocument(f"含有控制字符或无效字符 {code}。请删去，或重新键入这一处的文字。", line, path)


def wide_indent(text: str, line: int, path: str | None = None) -> UnreadableDocument:
    """The fault for a line whose text begins with a space that YAML does not take for indentation."""
    what = "不间断空格（U+00A0），多由 Word 带入" if text[0] == "\u00a0" else "全角空格（U+3000）"
    return UnreadableDocument(f"行首有{what}。改用普通空格。", line, path)


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is still open; ``key`` waits for its value."""

    node: dict[str, Node] | list[Node]
    spots: dict[str, Spot]
    key: str | None = None
    key_line: int = 0

    @property
    def wants_key(self) -> bool:
        return isinstance(self.node, dict) and self.key is None

    def put(self, value: Node, line: int, inside: dict[str, Spot]) -> None:
        if isinstance(self.node, list):
            self.spots[str(len(self.node))] = (line, inside)
            self.node.append(value)
        elif self.key is not None:
            self.spots[self.key] = (self.key_line, inside)
            self.node[self.key] = value
            self.key = None


class Builder:
    """Takes the events of a file one by one and refuses at the first that plan files may not use."""

    def __init__(self) -> None:
        self._documents: list[Node] = []
        self._stack = [_Frame(self._documents, {})]  # our own, so that depth is ours to limit
        self._count = 0

    def take(self, event: yaml.Event) -> None:
        """Add one event; raises ``UnreadableDocument``."""
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.ScalarEvent):
            self._admit(event, line)
            self._scalar(event.value, line, plain=not event.style)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._admit(event, line)
            self._open({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise self._reference(f"别名 *{event.anchor}", line)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._document(event, line)

    def tree(self) -> Tree:
        """The document, after the last event."""
        if not self._documents:
            raise _empty()
        return Tree(self._documents[0], Lines(self._stack[0].spots["0"]))

    def _document(self, event: yaml.DocumentStartEvent, line: int) -> None:
        if self._documents:
            raise UnreadableDocument(
                "从这里开始了第二份文档（“---”），而一个文件只能有一份。"
                "多份方案请写在 plans 列表里，或分成几个文件。",
                line,
            )
        if event.tags:
            raise UnreadableDocument("使用了 %TAG 指令。方案文件不支持标签，请删去这一行。", line)

    def _admit(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        if event.anchor is not None:
            raise self._reference(f"锚点 &{event.anchor}", line)
        if event.tag is not None:
            tag = _short(event.tag.replace("tag:yaml.org,2002:", "!!"))
            raise self._fault(f"使用了标签 {tag}。方案文件不支持标签，请删去；如果是文字，请加引号。", line)
        self._count += 1
        if self._count > LIMIT_NODES:
            raise self._fault(
                f"内容过多，项目和内容合计超过 {LIMIT_NODES} 个。请确认选对了文件，或拆成几个文件分别检查。",
                line,
            )

    def _scalar(self, text: str, line: int, *, plain: bool) -> None:
        frame = self._stack[-1]
        if found := FORBIDDEN.search(text):
            raise forbidden(found[0], line, self._path())
        if frame.wants_key:
            self._key(text, line, plain=plain)
        elif not plain:
            frame.put(text, line, NOTHING_INSIDE)
        elif WIDE_ITEM.match(text):
            raise wide_indent(text, line, self._path())
        elif text not in NULLS:
            frame.put(Plain(text), line, NOTHING_INSIDE)
        elif text or len(self._stack) > 1:
            frame.put(None, line, NOTHING_INSIDE)
        else:
            raise _empty()

    def _key(self, text: str, line: int, *, plain: bool) -> None:
        frame = self._stack[-1]
        if plain and text.startswith(WIDE_SPACES):
            raise wide_indent(text, line, self._path())
        if plain and text in NULLS:
            raise self._fault("项目名为空（没有写，或写成了 null、~）。请写明项目名。", line)
        if len(text) > LIMIT_KEY:
            raise self._fault(
                f"项目名超过 {LIMIT_KEY} 个字符。请检查是否漏了引号或冒号，或缩短项目名。", line
            )
        if text in frame.spots:
            first, _ = frame.spots[text]
            raise self._fault(
                f"项目 {_short(text)} 重复，第 {first} 行已经写过。请合并或删去其中一处。", line
            )
        frame.key, frame.key_line = text, line

    def _open(self, node: dict[str, Node] | list[Node], line: int) -> None:
        frame = self._stack[-1]
        if frame.wants_key:
            raise self._fault(
                "项目名写成了列表或一组项目。项目名只能是文字；如果是以括号开头的文字，请加引号。", line
            )
        if len(self._stack) > LIMIT_DEPTH:
            raise self._fault(f"嵌套超过 {LIMIT_DEPTH} 层。方案没有这么深的结构，请检查括号和缩进。", line)
        spots: dict[str, Spot] = {}
        frame.put(node, line, spots)
        self._stack.append(_Frame(node, spots))

    def _reference(self, what: str, line: int) -> UnreadableDocument:
        return self._fault(
            f"使用了{_short(what)}。方案文件不支持锚点和别名，请把内容完整写出；如果是文字，请加引号。", line
        )

    def _fault(self, problem: str, line: int) -> UnreadableDocument:
        return UnreadableDocument(problem, line, self._path())

    def _path(self) -> str:
        """The JSON pointer of the value that is expected; of the mapping, while it expects a key."""
        if len(self._stack) == 1:
            return ""
        _, *parents, last = self._stack
        steps = [next(reversed(parent.spots)) for parent in parents]  # what is open was put there last
        step = str(len(last.node)) if isinstance(last.node, list) else last.key
        return "".join(f"/{_escape(step)}" for step in [*steps, step] if step is not None)


def _empty() -> UnreadableDocument:
    return UnreadableDocument("文件里没有内容（空文件，或只有空白和注释）。请确认选对了文件并已保存。")


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
