"""Reads the provincial template of an edition: every number, word and list of the text, each with its clause.

The file's format is told at the head of ``template.yaml``. Reading it is strict: every leaf has a lock and a
clause, and an error names the path. Paths are JSON pointers by key; where a plan document has the same key
they are the plan's paths, with the codes of list items in place of their indices.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.rulebook.datafile import read_data

Scalar = str | bool | int | Decimal
Value = Scalar | tuple[Scalar, ...]


class Lock(StrEnum):
    """What a city or an enterprise may do with a provincial value."""

    LOCKED = "locked"
    BOUNDED = "bounded"
    DEFAULT = "default"
    FREE = "free"

    @property
    def zh(self) -> str:
        """The word shown on screen and in print."""
        return _LOCK_ZH[self]


_LOCK_ZH = {Lock.LOCKED: "锁定", Lock.BOUNDED: "限幅", Lock.DEFAULT: "参考值", Lock.FREE: "自定"}


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the template. ``lock``, ``clause`` and ``rules`` are its own or its nearest ancestor's."""

    path: str
    lock: Lock
    clause: str
    rules: tuple[str, ...]
    label: str
    quote: str
    en: str


@dataclass(frozen=True, slots=True)
class Leaf(Node):
    """A value of the template; ``minimum`` and ``maximum`` are the bounds of a bounded number, inclusive."""

    value: Value
    unit: str
    minimum: int | Decimal | None
    maximum: int | Decimal | None


@dataclass(frozen=True, slots=True)
class Template:
    """The template by path, in the order of the file.

    ``leaves`` hold the values, ``groups`` the nodes above them. ``coded`` are the groups whose keys are codes
    of list items; ``children`` gives the keys (or indices) below each group.
    """

    leaves: Mapping[str, Leaf]
    groups: Mapping[str, Node]
    children: Mapping[str, tuple[str, ...]]
    coded: frozenset[str]

    def leaf(self, path: str) -> Leaf:
        """The leaf at ``path``; ``KeyError`` naming the path when there is none."""
        try:
            return self.leaves[path]
        except KeyError:
            raise KeyError(f"{path}: no such leaf in the template") from None

    def text(self, path: str) -> str:
        """The text at ``path``."""
        value = self.leaf(path).value
        if not isinstance(value, str):
            raise TypeError(f"{path}: not a text")
        return value

    def flag(self, path: str) -> bool:
        """The true or false at ``path``."""
        value = self.leaf(path).value
        if not isinstance(value, bool):
            raise TypeError(f"{path}: neither true nor false")
        return value

    def integer(self, path: str) -> int:
        """The whole number at ``path``."""
        value = self.leaf(path).value
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{path}: not a whole number")
        return value

    def number(self, path: str) -> Decimal:
        """The number at ``path``, exact."""
        value = self.leaf(path).value
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise TypeError(f"{path}: not a number")
        return Decimal(value)

    def share(self, path: str) -> tuple[int, int]:
        """The fraction at ``path`` as numerator and denominator."""
        match self.leaf(path).value:
            case (int(numerator), int(denominator)) if denominator > 0:
                return numerator, denominator
            case _:
                raise TypeError(f"{path}: not a share")

    def words(self, path: str) -> tuple[str, ...]:
        """The list of texts at ``path``."""
        value = self.leaf(path).value
        if not isinstance(value, tuple):
            raise TypeError(f"{path}: not a list of texts")
        words = tuple(word for word in value if isinstance(word, str))
        if len(words) < len(value):
            raise TypeError(f"{path}: not a list of texts")
        return words

    def codes(self, path: str) -> tuple[str, ...]:
        """The keys below the group at ``path``, in order: the codes of its list items, its parts."""
        try:
            return self.children[path]
        except KeyError:
            raise KeyError(f"{path}: no such group in the template") from None

    def tree(self, path: str) -> Any:
        """The data at ``path`` without annotations, as a plan document would hold it.

        A coded group becomes a list of mappings with ``code`` first, a list of mappings stays one, any other
        group is a mapping; numbers are ``int`` or ``Decimal``. ``tree("/rubric")`` is a valid ``rubric``.
        """
        if path in self.leaves:
            value = self.leaves[path].value
            return list(value) if isinstance(value, tuple) else value
        if path not in self.groups:
            raise KeyError(f"{path}: not in the template")
        below = {key: self.tree(f"{path}/{key}") for key in self.children[path]}
        if path in self.coded:
            return [{"code": code, **item} for code, item in below.items()]
        if below and all(key.isdigit() for key in below):
            return list(below.values())
        return below

    def lock_of(self, path: str) -> Node | None:
        """The template's word on a place of a plan: its leaf, else the nearest node above; None outside it.

        List items are named by code (``/rubric/modules/achievement/weight``). An item the template does not
        have, or an index where it has codes, answers with the group around it.
        """
        while path:
            node = self.leaves.get(path) or self.groups.get(path)
            if node is not None:
                return node
            path = path.rpartition("/")[0]
        return None


def load_template(path: Path) -> Template:
    """Read ``template.yaml``. Raises ``ValueError`` naming the path that is wrong."""
    document = read_data(path)
    labels = document.pop("$labels", {})
    if not isinstance(labels, dict):
        raise ValueError("/$labels: not a mapping")
    reader = _Reader(labels)
    for key, content in document.items():
        reader.read(f"/{key}", content, None)
    return Template(
        leaves=MappingProxyType(reader.leaves),
        groups=MappingProxyType(reader.groups),
        children=MappingProxyType(reader.children),
        coded=frozenset(reader.coded),
    )


_ANNOTATIONS = frozenset(
    "$lock $clause $rule $quote $label $unit $en $value $min $max $coded".split()  # noqa: SIM905 - one word each
)


class _Reader:
    """Walks the file once, handing annotations down."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = labels
        self.leaves: dict[str, Leaf] = {}
        self.groups: dict[str, Node] = {}
        self.children: dict[str, tuple[str, ...]] = {}
        self.coded: set[str] = set()

    def read(self, path: str, content: object, above: Node | None) -> None:
        """Take in the node at ``path`` and everything below it."""
        notes: Mapping[str, object] = {}
        if isinstance(content, dict):
            notes = {key: value for key, value in content.items() if key.startswith("$")}
            content = {key: value for key, value in content.items() if not key.startswith("$")}
        if unknown := sorted(notes.keys() - _ANNOTATIONS):
            raise ValueError(f"{path}: unknown {', '.join(unknown)}")
        node = self._node(path, notes, above)
        children = dict(_children(content))
        if not children:
            self.leaves[path] = _leaf(node, content, notes)
            return
        if misplaced := sorted(notes.keys() & {"$value", "$min", "$max", "$unit"}):
            raise ValueError(f"{path}: {', '.join(misplaced)} beside keys of its own")
        self.groups[path] = node
        self.children[path] = tuple(children)
        if notes.get("$coded") is True:
            self.coded.add(path)
        for key, child in children.items():
            if path in self.coded and not isinstance(child, dict):
                raise ValueError(f"{path}/{key}: a coded item is a mapping")
            self.read(f"{path}/{key}", child, node)

    def _node(self, path: str, notes: Mapping[str, object], above: Node | None) -> Node:
        key = path.rpartition("/")[2]
        if above is None:
            if "$lock" not in notes or "$clause" not in notes:
                raise ValueError(f"{path}: states no $lock or no $clause")
            above = Node(path, Lock.LOCKED, "", (), "", "", "")
        return replace(
            above,
            path=path,
            lock=_lock(path, notes.get("$lock", above.lock)),
            clause=_text(path, notes, "$clause", above.clause),
            rules=_rules(path, notes.get("$rule", above.rules)),
            label=_text(path, notes, "$label", self.labels.get(key, "")),
            quote=_text(path, notes, "$quote", ""),
            en=_text(path, notes, "$en", ""),
        )


def _children(content: object) -> Iterator[tuple[str, object]]:
    """The nodes below a mapping by key, or below a list of mappings by index."""
    if isinstance(content, dict):
        yield from content.items()
    elif isinstance(content, list) and any(isinstance(each, dict) for each in content):
        yield from ((str(index), each) for index, each in enumerate(content))


def _leaf(node: Node, content: object, notes: Mapping[str, object]) -> Leaf:
    """A leaf: its $value; else its one bound; else its official words; else the bare content."""
    minimum, maximum = _number(node.path, notes, "$min"), _number(node.path, notes, "$max")
    if not isinstance(content, dict):
        value = content
    elif "$value" in notes:
        value = notes["$value"]
    else:
        value = next((each for each in (minimum, maximum, node.quote or None) if each is not None), None)
    return Leaf(
        path=node.path,
        lock=node.lock,
        clause=node.clause,
        rules=node.rules,
        label=node.label,
        quote=node.quote,
        en=node.en,
        value=_value(node.path, value),
        unit=_text(node.path, notes, "$unit", ""),
        minimum=minimum,
        maximum=maximum,
    )


def _value(path: str, value: object) -> Value:
    if isinstance(value, list):
        scalars = tuple(each for each in value if isinstance(each, Scalar))
        if len(scalars) == len(value):
            return scalars
    elif isinstance(value, Scalar):
        return value
    raise ValueError(f"{path}: neither a value nor a list of values")


def _text(path: str, notes: Mapping[str, object], key: str, default: str) -> str:
    value = notes.get(key, default)
    if not isinstance(value, str):
        raise ValueError(f"{path}: {key} is not a text")
    return value


def _number(path: str, notes: Mapping[str, object], key: str) -> int | Decimal | None:
    value = notes.get(key)
    if value is None or (isinstance(value, int | Decimal) and not isinstance(value, bool)):
        return value
    raise ValueError(f"{path}: {key} is not a number")


def _lock(path: str, value: object) -> Lock:
    try:
        return Lock(str(value))
    except ValueError:
        raise ValueError(f"{path}: unknown lock {value!r}") from None


def _rules(path: str, value: object) -> tuple[str, ...]:
    rules = (value,) if isinstance(value, str) else value
    if isinstance(rules, list | tuple) and all(isinstance(rule, str) for rule in rules):
        return tuple(rules)
    raise ValueError(f"{path}: $rule is neither a text nor a list of texts")
