"""The provincial template: each value with its lock, clause and official words; the sheets of annex 3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from core.rulebook.engine import Edition
from core.rulebook.reference import reference_plan
from core.rulebook.template import Leaf, Lock, Node, Template
from core.services.editions import CURRENT
from core.web.access import Audience, open_to
from core.web.kept import kept
from core.web.plandocument import PlanDocument
from core.web.templatewords import TemplateWords

template = Blueprint("template", __name__, url_prefix="/template")

SHEETS = "/rubric/modules"
"""Shown as score sheets, not as rows."""

TECHNICAL = frozenset({"type", "parts", "required_if", "max_length", "derive_check", "regex", "regex_chief"})
"""Keys that tell programs how to read a field."""


@template.get("")
@open_to(Audience.PUBLIC)
@kept
def index() -> str:
    wanted = request.args.get("lock", "")
    words = request.args.get("q", "").strip()
    lock = wanted if wanted in set(Lock) else ""
    return render_template(
        "template/index.html",
        words=words,
        lock=lock,
        locks=[("", _("全部锁定级别")), *((each.value, each.zh) for each in Lock)],
        locks_by_code={each.value: each for each in Lock},
        chapters=[
            chapter
            for each in chapters()
            if (chapter := each.sifted(words, lock)).blocks or not (words or lock)
        ],
        sheets=PlanDocument(reference_plan(CURRENT.template), CURRENT),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A value, or a list item with its values in one line; ``words`` may repeat the official words."""

    node: Node
    label: str
    words: str
    notes: tuple[tuple[str, str], ...] = ()
    shown: bool = True

    @property
    def quote(self) -> str:
        """The official words, "" when the value itself is they."""
        return "" if self.node.quote == self.words else self.node.quote

    @property
    def is_quote(self) -> bool:
        return bool(self.words) and self.node.quote == self.words

    def says(self, words: list[str]) -> bool:
        notes = " ".join(f"{label}：{value}" for label, value in self.notes)
        texts = (self.label, self.node.clause, self.node.lock.zh, self.words, self.quote, notes)
        told = "\n".join(texts).lower()
        return all(word in told for word in words)


@dataclass(frozen=True, slots=True)
class Block:
    """A group of the template with the values directly below it; ``label`` is its way from the chapter."""

    node: Node
    label: str
    rows: tuple[Row, ...]

    @property
    def count(self) -> int:
        return sum(row.shown for row in self.rows)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A top-level group of the template."""

    node: Node
    blocks: tuple[Block, ...]

    @property
    def key(self) -> str:
        return self.node.path.removeprefix("/")

    @property
    def count(self) -> int:
        return sum(block.count for block in self.blocks)

    def sifted(self, words: str, lock: str) -> Chapter:
        """This chapter with the rows of one lock; rows that lack the words stay, but are not shown."""
        asked = words.lower().split()
        blocks = (
            Block(
                block.node,
                block.label,
                tuple(
                    Row(row.node, row.label, row.words, row.notes, row.says(asked))
                    for row in block.rows
                    if lock in ("", row.node.lock)
                ),
            )
            for block in self.blocks
        )
        return Chapter(self.node, tuple(block for block in blocks if block.rows))


@cache
def chapters() -> tuple[Chapter, ...]:
    """The template of the current edition, chapter by chapter."""
    return tuple(_Chapters(CURRENT).read())


class _Chapters:
    def __init__(self, edition: Edition) -> None:
        self._template: Template = edition.template
        self._words = TemplateWords(edition)

    def read(self) -> Iterator[Chapter]:
        for path, node in self._template.groups.items():
            if path.count("/") == 1:
                yield Chapter(node, tuple(self._blocks(path, "")))

    def _blocks(self, path: str, label: str) -> Iterator[Block]:
        """The block of the group at ``path`` and those of the groups below it that are no single row."""
        below = [f"{path}/{key}" for key in self._template.codes(path) if path + "/" + key != SHEETS]
        rows = [row for each in below if (row := self._row(each)) is not None]
        if rows:
            yield Block(self._template.groups[path], label, tuple(rows))
        for each in below:
            if each in self._template.groups and self._row(each) is None:
                inner = self._label(self._template.groups[each])
                yield from self._blocks(each, f"{label} · {inner}" if label else inner)

    def _row(self, path: str) -> Row | None:
        """The node at ``path`` as one row; None for a group that needs a block of its own."""
        leaf = self._template.leaves.get(path)
        if leaf is not None:
            technical = path.rpartition("/")[2] in TECHNICAL
            return (
                None
                if technical
                else Row(leaf, leaf.label or path.rpartition("/")[2], self._words.value(leaf))
            )
        node = self._template.groups[path]
        leaves = [self._template.leaves.get(f"{path}/{key}") for key in self._template.codes(path)]
        if path.rpartition("/")[0] not in self._template.coded or not _is_one_row(node, leaves):
            return None
        told = [each for each in leaves if each is not None and each.path.rpartition("/")[2] not in TECHNICAL]
        name = self._name(path)
        notes = tuple((each.label, self._words.value(each)) for each in told if each is not name)
        return Row(node, node.label or (self._words.value(name) if name else ""), "", notes)

    def _label(self, node: Node) -> str:
        name = self._name(node.path)
        return node.label or (self._words.value(name) if name else node.path.rpartition("/")[2])

    def _name(self, path: str) -> Leaf | None:
        """What the item at ``path`` is called by."""
        keys = (
            f"{path}/{key}" for key in ("name", "label", "title", "official", "meaning", "period", "trigger")
        )
        return next((self._template.leaves[key] for key in keys if key in self._template.leaves), None)


def _is_one_row(node: Node, leaves: list[Leaf | None]) -> bool:
    """Whether all values of a list item have its lock and its rules and so need no rows of their own."""
    return all(
        each is not None and each.lock == node.lock and _within(each.rules, node.rules) for each in leaves
    )


def _within(rules: tuple[str, ...], outer: tuple[str, ...]) -> bool:
    return set(rules) <= set(outer)
