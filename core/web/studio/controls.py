"""One field of the studio as a template draws it: label, control, choices, fault, what the rules say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from core.domain.records import FieldSpec
from core.domain.values import blank
from core.plandoc.typed import SECTION, at, overlap
from core.rulebook.engine import Finding
from core.rulebook.vocabulary import Vocabulary
from core.web.studio.places import FALSE, TRUE, shown, spec_at, vocabulary_place

SECTION_PATH: Final = f"/{SECTION}"
LONG: Final = frozenset(
    {
        *("text", "reason", "deviation_reason", "procedure", "support", "appraisal", "what"),
        *("enterprise_publicity_reason", "authority_statement"),
    }
)
"""Names of texts that take several lines."""
SHARES: Final = (("2/3", "三分之二"), ("3/4", "四分之三"), ("4/5", "五分之四"), ("1/1", "全部"))
FLAGS: Final = ((TRUE, "是"), (FALSE, "否"))
PLAIN_LOOKS: Final[Mapping[type, tuple[str, tuple[tuple[str, str], ...]]]] = MappingProxyType(
    {bool: ("choice", FLAGS), date: ("day", ()), int: ("number", ()), Decimal: ("number", ())}
)


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Control:
    """``look`` is line, long, number, day, choice, ticks or lines; ``error`` why it was not kept."""

    path: str
    label: str
    unit: str
    look: str
    value: str
    options: tuple[Option, ...]
    error: str
    findings: tuple[Finding, ...]

    @property
    def about(self) -> str:
        """The ids of what is said of it, for ``aria-describedby``."""
        return f"{self.path}-said" if self.error or self.findings else ""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said at a place: why what was typed there was not kept, and what the rules say."""

    path: str
    error: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """Makes the controls of a part. ``typed`` is what was typed and not kept, ``errors`` why, by place.

    ``changed`` are the places that the save which is answered has changed.
    """

    part: str
    data: Mapping[str, Any]
    words: Vocabulary
    typed: Mapping[str, object]
    errors: Mapping[str, str]
    findings: Mapping[str, Sequence[Finding]]
    changed: Sequence[str] = ()

    def control(self, path: str, choices: Sequence[tuple[str, str]] | None = None) -> Control:
        """The control of a place; ``choices`` are (code, words) where the vocabulary has none."""
        spec = spec_at(self.part, path)
        look, known = self._look(spec, path, choices)
        return Control(
            path=path,
            label=spec.zh,
            unit=spec.unit,
            look=look,
            value=self.text(path),
            options=self._options(look, path, known),
            error=self.errors.get(path, ""),
            findings=tuple(self.findings.get(path, ())),
        )

    def text(self, path: str) -> str:
        """What the field of a place shows."""
        typed = self.typed.get(path)
        if isinstance(typed, str):
            return typed
        return shown(at(self.data, path) if typed is None else typed)

    def items(self, path: str) -> list[str]:
        """The places of what a list or a mapping holds."""
        value = at(self.data, path)
        if isinstance(value, Mapping):
            return [f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}" for key in value]
        return [f"{path}/{place}" for place in range(len(value))] if isinstance(value, list) else []

    def touched(self, path: str) -> bool:
        """Whether the save changed something at a place, above or below it."""
        return any(overlap(path, each) for each in self.changed)

    @property
    def spoken(self) -> list[Said]:
        """The places of which something is said."""
        places = dict.fromkeys((*self.errors, *self.findings))
        return [Said(each, self.errors.get(each, ""), tuple(self.findings.get(each, ()))) for each in places]

    def lacks(self, path: str) -> bool:
        return blank(self.text(path))

    def _look(
        self, spec: FieldSpec, path: str, choices: Sequence[tuple[str, str]] | None
    ) -> tuple[str, Sequence[tuple[str, str]]]:
        kind, place = spec.kind, vocabulary_place(self.part, path)
        known = choices or [(code, self.words.word(place, code)) for code in self.words.codes(place)]
        if kind.base is tuple and kind.item is not None:
            if kind.item.base is Decimal:
                return "choice", SHARES
            return ("ticks", known) if known else ("lines", ())
        if kind.base in PLAIN_LOOKS:
            return PLAIN_LOOKS[kind.base]
        if known:
            return "choice", known
        long = spec.name in LONG or kind.base is object or path == SECTION_PATH
        return ("long" if long else "line"), ()

    def _options(self, look: str, path: str, known: Sequence[tuple[str, str]]) -> tuple[Option, ...]:
        """The choices, and what is chosen though nobody offers it."""
        if look not in ("choice", "ticks"):
            return ()
        chosen = self._chosen(look, path)
        unknown = [(code, code) for code in chosen if code and code not in dict(known)]
        return tuple(Option(code, words, code in chosen) for code, words in (*known, *unknown))

    def _chosen(self, look: str, path: str) -> list[str]:
        if look == "choice":
            return [self.text(path)]
        typed = self.typed.get(path)
        value = typed if isinstance(typed, list) else at(self.data, path)
        return [shown(each) for each in value or ()]
