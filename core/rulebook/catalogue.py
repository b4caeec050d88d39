"""Reads the rule catalogue of an edition: what every rule says, before any of it is executable.

The catalogue is data (``catalogue.yaml`` beside the edition's modules). Reading it is strict: an unknown key,
a missing field, a stage, reading or clause nobody knows is a ``ValueError`` that names the rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from core.rulebook.datafile import read_data
from core.rulebook.terms import Effect, Force


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading (口径): how an unclear place of the text is understood.

    ``zh`` is the decision as shown on screen; ``about`` and ``decision`` are the English originals; ``param``
    names the setting that carries the decision, "" when there is none.
    """

    id: str
    title: str
    zh: str
    about: str
    decision: str
    param: str


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rule as the catalogue states it; fields a rule does not have are "" or ().

    A rule of the text has a verbatim ``quote`` (white space removed); a platform rule has a ``statement``
    and a ``basis`` instead. ``waivable_by`` holds the role identifiers of the authorities that may waive it.
    ``plan_effect`` is the effect on a plan document, where it differs from that of the step the rule governs.
    """

    id: str
    title: str
    section: str
    clause: str
    quote: str
    statement: str
    en: str
    force: Force
    marker: str
    actors: tuple[str, ...]
    stages: tuple[str, ...]
    data: tuple[str, ...]
    predicate: str
    boundary: str
    waiver: str
    waivable_by: tuple[str, ...]
    effect: Effect
    plan_effect: Effect
    readings: tuple[str, ...]
    derived: bool
    basis: str

    @property
    def words(self) -> str:
        """The Chinese wording of the rule: the official sentence, or the platform's statement."""
        return self.quote or self.statement


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All rules of an edition in the order of the text, with the tables they refer to.

    ``stages`` maps a stage code to its Chinese name, in the order of the work; ``sections`` maps a section of
    the text (一（一）, 附件2, 平台) to its heading, in the order of the text.
    """

    edition: str
    rules: Mapping[str, RuleText]
    readings: Mapping[str, Reading]
    stages: Mapping[str, str]
    sections: Mapping[str, str]

    def readings_of(self, rule_id: str) -> tuple[Reading, ...]:
        """The readings a rule rests on, in the order it names them."""
        return tuple(self.readings[reading_id] for reading_id in self.rules[rule_id].readings)


class _Shape:
    """The keys an entry must have and those it may have, each as one string of words."""

    def __init__(self, required: str, optional: str = "") -> None:
        self.required = frozenset(required.split())
        self.optional = frozenset(optional.split())


_TEXT_RULE = _Shape(
    required="id title clause quote en force actors stages data predicate waiver effect",
    optional="marker boundary waivable_by plan_effect readings derived",
)
_PLATFORM_RULE = _Shape(
    required="id title clause statement en force basis stages effect", optional="readings"
)
_READING = _Shape(required="id title zh about decision", optional="param")
_FILE = _Shape(required="edition stages sections rules readings")


def load_catalogue(path: Path) -> Catalogue:
    """Read ``catalogue.yaml``. Raises ``ValueError`` naming the entry that is wrong."""
    document = read_data(path)
    _check_keys(path.name, document, _FILE)
    stages = _names(path.name, document["stages"])
    sections = _names(path.name, document["sections"])
    readings = [_reading(entry) for entry in _entries(path.name, document, "readings")]
    rules = [_rule(entry, sections) for entry in _entries(path.name, document, "rules")]
    catalogue = Catalogue(
        edition=_text(path.name, document, "edition"),
        rules=MappingProxyType({rule.id: rule for rule in rules}),
        readings=MappingProxyType({reading.id: reading for reading in readings}),
        stages=stages,
        sections=sections,
    )
    _check_references(catalogue)
    return catalogue


def _rule(entry: Mapping[str, object], sections: Mapping[str, str]) -> RuleText:
    name = str(entry.get("id"))
    _check_keys(name, entry, _PLATFORM_RULE if entry.get("force") == Force.PLATFORM else _TEXT_RULE)
    clause = _text(name, entry, "clause")
    return RuleText(
        id=_text(name, entry, "id"),
        title=_text(name, entry, "title"),
        section=_section(name, clause, sections),
        clause=clause,
        quote=_text(name, entry, "quote"),
        statement=_text(name, entry, "statement"),
        en=_text(name, entry, "en"),
        force=_force(name, entry),
        marker=_text(name, entry, "marker"),
        actors=_words(name, entry, "actors"),
        stages=_words(name, entry, "stages"),
        data=_words(name, entry, "data"),
        predicate=_text(name, entry, "predicate"),
        boundary=_text(name, entry, "boundary"),
        waiver=_text(name, entry, "waiver"),
        waivable_by=_words(name, entry, "waivable_by"),
        effect=_effect(name, entry["effect"]),
        plan_effect=_effect(name, entry.get("plan_effect", entry["effect"])),
        readings=_words(name, entry, "readings"),
        derived=_flag(name, entry, "derived"),
        basis=_text(name, entry, "basis"),
    )


def _reading(entry: Mapping[str, object]) -> Reading:
    name = str(entry.get("id"))
    _check_keys(name, entry, _READING)
    fields = ("id", "title", "zh", "about", "decision", "param")
    return Reading(**{field: _text(name, entry, field) for field in fields})


def _check_references(catalogue: Catalogue) -> None:
    for rule in catalogue.rules.values():
        for stage in rule.stages:
            if stage not in catalogue.stages:
                raise ValueError(f"{rule.id}: unknown stage {stage!r}")
        for reading in rule.readings:
            if reading not in catalogue.readings:
                raise ValueError(f"{rule.id}: unknown reading {reading!r}")


def _section(name: str, clause: str, sections: Mapping[str, str]) -> str:
    for section in sections:
        if clause.startswith(section):
            return section
    raise ValueError(f"{name}: clause {clause!r} begins with no section of the text")


def _check_keys(name: str, entry: Mapping[str, object], shape: _Shape) -> None:
    if missing := sorted(shape.required - entry.keys()):
        raise ValueError(f"{name}: missing {', '.join(missing)}")
    if unknown := sorted(entry.keys() - shape.required - shape.optional):
        raise ValueError(f"{name}: unknown {', '.join(unknown)}")


def _entries(name: str, document: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    entries = document[key]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError(f"{name}: {key} is not a list of mappings")
    ids = [entry.get("id") for entry in entries]
    if repeated := {str(each) for each in ids if ids.count(each) > 1}:
        raise ValueError(f"{name}: {key} repeats {', '.join(sorted(repeated))}")
    return entries


def _names(name: str, value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or {type(each) for pair in value.items() for each in pair} != {str}:
        raise ValueError(f"{name}: stages and sections map text to text")
    return MappingProxyType(value)


def _text(name: str, entry: Mapping[str, object], key: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str) or (key in entry and not value.strip()):
        raise ValueError(f"{name}: {key} is not a text")
    return value


def _words(name: str, entry: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ValueError(f"{name}: {key} is not a list of texts")
    return tuple(value)


def _flag(name: str, entry: Mapping[str, object], key: str) -> bool:
    value = entry.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(f"{name}: {key} is not true or false")
    return value


def _force(name: str, entry: Mapping[str, object]) -> Force:
    try:
        return Force(str(entry["force"]))
    except ValueError:
        raise ValueError(f"{name}: unknown force {entry['force']!r}") from None


def _effect(name: str, word: object) -> Effect:
    try:
        return Effect(str(word))
    except ValueError:
        raise ValueError(f"{name}: unknown effect {word!r}") from None
