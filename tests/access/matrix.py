"""The matrix as data: what ``matrix.yaml`` says, read strictly.

A line is a route with what its address names; who is not listed is refused. Nothing here asks the code whom a
route is open to: the file is kept by hand and is what the code is judged by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from core.domain.roles import Reach, Role, TenantKind

FILE: Final = Path(__file__).with_name("matrix.yaml")
ALL: Final = 1000
READING: Final = frozenset({"GET"})
EVERYBODY, SIGNED_IN = "everybody", "signed_in"
ANONYMOUS, WITHOUT_A_HAT = "anonymous", "without_a_hat"
ENTRY: Final = re.compile(r"(?P<role>\w+)@(?P<reach>own|city|all)(?: of (?P<kinds>[\w, ]+))?")


@dataclass(frozen=True, slots=True)
class Entry:
    """Wearers of ``role``, for tenants of ``kinds`` as far as ``reach``."""

    role: Role
    reach: Reach
    kinds: frozenset[TenantKind]

    @classmethod
    def read(cls, text: str) -> Entry:
        found = ENTRY.fullmatch(text)
        if found is None:
            raise ValueError(f"not an audience: {text}")
        kinds = found["kinds"].split(", ") if found["kinds"] else list(TenantKind)
        return cls(Role(found["role"]), Reach(found["reach"]), frozenset(map(TenantKind, kinds)))


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom something is open to: everybody, whoever has signed in, or the wearers of hats."""

    words: frozenset[str]
    entries: tuple[Entry, ...]

    @classmethod
    def read(cls, listed: list[Any]) -> Audience:
        texts = list(_flat(listed))
        words = frozenset(texts) & {EVERYBODY, SIGNED_IN}
        return cls(words, tuple(Entry.read(text) for text in texts if text not in words))


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``named`` gives the parts of the address other than the tenant's id.

    ``audience`` gets ``status``, which may differ by how they have signed in. ``let_in`` are those who get
    past the door: some of them are told 404 only then. ``reveals`` are kinds of text that the page shows of
    the tenant in the address. ``body`` does the act, on what ``acts_on`` names if that is not what ``named``
    does; ``unrecorded`` says why it leaves no event, by how those who do it have signed in.
    """

    verb: str
    path: str
    audience: Audience
    let_in: Audience
    status: Mapping[str, int]
    named: Mapping[str, Any] = field(default_factory=dict)
    reveals: frozenset[str] = frozenset()
    body: Mapping[str, Any] | None = None
    acts_on: Mapping[str, Any] = field(default_factory=dict)
    unrecorded: Mapping[str, str] = field(default_factory=dict)
    demo: bool = False

    @property
    def route(self) -> tuple[str, str]:
        return self.verb, self.path

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that it names."""
        return frozenset(entry.role for entry in self.audience.entries + self.let_in.entries)

    @property
    def tenants(self) -> int:
        """About how many tenants it is tried: all, one for an address that is a key to it, none."""
        if "<int:tenant_id>" in self.path:
            return ALL
        return 1 if "<token>" in self.path else 0

    def __str__(self) -> str:
        named = ",".join(f"{name}={value}" for name, value in self.named.items())
        return f"{self.verb} {self.path} {named}".strip()


@dataclass(frozen=True, slots=True)
class Text:
    """A kind of text of a tenant: who may see it, and the route that shows it to them, if one does."""

    seen_by: Audience
    shown_by: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """All lines, and the kinds of text by name."""

    lines: tuple[Line, ...]
    texts: Mapping[str, Text]

    def first(self, route: str) -> Line:
        """The first line of a route."""
        return next(line for line in self.lines if f"{line.verb} {line.path}" == route)


def read() -> Matrix:
    """The matrix in ``FILE``. Raises ValueError or KeyError for a line that says something unknown."""
    tree = yaml.safe_load(FILE.read_text("utf-8"))
    return Matrix(
        lines=tuple(_line(route, said) for route, said in _said(tree["routes"])),
        texts={
            kind: Text(Audience.read(said["seen_by"]), said.get("shown_by", ""))
            for kind, said in tree["texts"].items()
        },
    )


def _said(routes: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Each route with each of the things said of it: one, or a list for several addresses."""
    return [
        (route, said)
        for route, lines in routes.items()
        for said in (lines if isinstance(lines, list) else [lines])
    ]


def _line(route: str, said: Mapping[str, Any]) -> Line:
    verb, _, path = route.partition(" ")
    known = {"open_to", "let_in", "status", "with", "reveals", "body", "acts_on", "unrecorded", "demo"}
    if unknown := said.keys() - known:
        raise ValueError(f"{route}: unknown {', '.join(unknown)}")
    return Line(
        verb=verb,
        path=path,
        audience=Audience.read(said["open_to"]),
        let_in=Audience.read(said.get("let_in", said["open_to"])),
        status=_status(said.get("status", 200 if verb in READING else 422)),
        named=said.get("with", {}),
        reveals=frozenset(said.get("reveals", ())),
        body=said.get("body"),
        acts_on=said.get("acts_on", {}),
        unrecorded=_reasons(said.get("unrecorded", {})),
        demo=said.get("demo", False),
    )


def _status(said: Any) -> Mapping[str, int]:
    """The status by who asks: those with a hat (``signed_in``), others where the line tells them apart."""
    statuses: Mapping[str, int] = said if isinstance(said, dict) else {SIGNED_IN: said}
    usual = statuses[SIGNED_IN]
    return {word: statuses.get(word, usual) for word in (SIGNED_IN, WITHOUT_A_HAT, ANONYMOUS)}


def _reasons(said: Any) -> Mapping[str, str]:
    """The reasons by who acts; one reason is for everybody."""
    return said if isinstance(said, dict) else dict.fromkeys((SIGNED_IN, WITHOUT_A_HAT, ANONYMOUS), said)


def _flat(listed: list[Any]) -> list[str]:
    """The texts of a list with lists in it (YAML has no way to join two)."""
    return [text for each in listed for text in (_flat(each) if isinstance(each, list) else [each])]
