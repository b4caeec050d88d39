"""The clauses of an edition as a tree: each rule with its locks and the province's values, by section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from core.domain.plan import PlanDraft
from core.domain.plan_rules import CHECKED, DEPARTED, Met
from core.domain.records import specs
from core.rulebook.catalogue import RuleText
from core.rulebook.engine import Edition
from core.rulebook.template import Leaf, Lock
from core.rulebook.tightening import called
from core.services.editions import edition
from core.web.template import TECHNICAL
from core.web.templatewords import TemplateWords

Counts = Mapping[Met, int]


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the province that a rule is about."""

    label: str
    lock: Lock
    words: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule, or without one the part of a plan in which it departs where no rule is named."""

    key: str
    title: str
    rule: RuleText | None
    values: tuple[Value, ...]

    @property
    def locks(self) -> tuple[Lock, ...]:
        return tuple(dict.fromkeys(each.lock for each in self.values))

    @property
    def words(self) -> str:
        """Everything a reader may look for."""
        rule = self.rule
        return "\n".join((self.title, self.key, *((rule.clause, rule.words) if rule else ()))).lower()


@dataclass(frozen=True, slots=True)
class Row:
    """A clause with in how many plans it was met; ``shown`` is False where the words leave it out."""

    clause: Clause
    counts: Counts
    shown: bool

    @property
    def departed(self) -> tuple[tuple[Met, int], ...]:
        return tuple((each, self.counts[each]) for each in DEPARTED if each in self.counts)

    @property
    def checked(self) -> tuple[tuple[Met, int], ...]:
        return tuple((each, self.counts[each]) for each in CHECKED if each in self.counts)

    @property
    def waived(self) -> int:
        return self.counts.get(Met.WAIVED, 0)


@dataclass(frozen=True, slots=True)
class Group:
    """A section of the text with its clauses."""

    heading: str
    rows: tuple[Row, ...]

    @property
    def count(self) -> int:
        return sum(row.shown for row in self.rows)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader looks for: words, a lock, a way in which a clause was met; "" for all."""

    words: str
    lock: str
    met: str

    def admits(self, clause: Clause, counts: Counts) -> bool:
        """Whether the lists let a clause through."""
        return self.lock in ("", *clause.locks) and (not self.met or self.met in counts)

    def query(self, *, without: str = "") -> dict[str, str]:
        choices = {"q": self.words, "lock": self.lock, "met": self.met}
        return {name: choice for name, choice in choices.items() if choice and name != without}


def tree(of: Edition, counted: Mapping[str, Counts], wanted: Wanted) -> tuple[Group, ...]:
    """The clauses that the lists let through, by section in the order of the text."""
    asked = wanted.words.lower().split()
    rows: dict[str, list[Row]] = {}
    for each in (*clauses(of.id).values(), *_parts(of, counted)):
        counts = counted.get(each.key, {})
        if wanted.admits(each, counts):
            section = each.rule.section if each.rule else ""
            rows.setdefault(section, []).append(Row(each, counts, all(word in each.words for word in asked)))
    headings = {**of.catalogue.sections, "": ""}
    return tuple(
        Group(_heading(name, headings[name]), tuple(rows[name])) for name in headings if name in rows
    )


@cache
def clauses(edition_id: str) -> Mapping[str, Clause]:
    """The rules of an installed edition by id, in the order of the text."""
    of = edition(edition_id)
    words = TemplateWords(of)
    values: dict[str, list[Value]] = {}
    for leaf in of.template.leaves.values():
        if _is_value(leaf):
            for rule in leaf.rules:
                name = called(of.template, leaf)
                values.setdefault(rule, []).append(Value(name, leaf.lock, words.value(leaf)))
    return {
        name: Clause(name, rule.title, rule, tuple(dict.fromkeys(values.get(name, ()))))
        for name, rule in of.catalogue.rules.items()
    }


def clause(of: Edition, key: str) -> Clause | None:
    """A rule of an edition, or a part of the plan, by its key."""
    found = clauses(of.id).get(key)
    if found is None and key in specs(PlanDraft):
        found = Clause(key, specs(PlanDraft)[key].zh, None, ())
    return found


def _parts(of: Edition, counted: Mapping[str, Counts]) -> Iterator[Clause]:
    """What was departed from where no rule is named."""
    for key in counted:
        if key not in of.catalogue.rules and (found := clause(of, key)) is not None:
            yield found


def _is_value(leaf: Leaf) -> bool:
    """Whether a leaf holds a value beside the official words, which the rule quotes."""
    steps = leaf.path.split("/")
    return leaf.value != leaf.quote and steps[-1] not in TECHNICAL and "bands" not in steps


def _heading(section: str, heading: str) -> str:
    return heading if heading.startswith(section) else f"{section} {heading}"
