"""Freezing a plan: the canonical form, the two hashes, and thawing (architecture §1.4, PF-plan-hash).

``content_hash`` covers what is publicised, reviewed, approved and executed: the edition, the section
texts, the nine parts, extra sections and deviations. It never covers who makes the plan, when it was sent
or its annotations. ``snapshot_hash`` adds the rulebook version and who answered each part.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from core.domain.plan import NINE_PARTS, PlanDraft
from core.domain.records import build, plain

CONTENT_KEYS = ("sections", *NINE_PARTS, "extra_sections", "deviations")


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answered a part: plugin name, its version and the SHA-256 of its code."""

    plugin: str
    version: str
    code_hash: str


@dataclass(frozen=True, slots=True)
class FrozenPlan:
    """A plan that can no longer change: its canonical JSON and what it is known by."""

    edition: str
    rulebook: str
    document: bytes
    answerers: Mapping[str, Answerer]
    content_hash: str
    snapshot_hash: str


def canonical(data: Any) -> bytes:
    """RFC 8785 JSON of plain data."""
    return rfc8785.dumps(data)


def digest(data: Any) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of plain data."""
    return hashlib.sha256(canonical(data)).hexdigest()


def content_hash(plan: PlanDraft, edition: str) -> str:
    """The hash that people see and documents print."""
    document = plain(plan)
    return digest({"edition": edition} | {key: document[key] for key in CONTENT_KEYS if key in document})


def freeze(
    plan: PlanDraft, *, edition: str, rulebook: str, answerers: Mapping[str, Answerer] | None = None
) -> FrozenPlan:
    """``plan`` as it will be approved and run. ``answerers`` by part; empty for a plan read from a file."""
    content = content_hash(plan, edition)
    answered = {
        part: {"plugin": who.plugin, "version": who.version, "code_hash": who.code_hash}
        for part, who in (answerers or {}).items()
    }
    return FrozenPlan(
        edition=edition,
        rulebook=rulebook,
        document=canonical(plain(plan)),
        answerers=dict(answerers or {}),
        content_hash=content,
        snapshot_hash=digest({"content_hash": content, "rulebook": rulebook, "answered": answered}),
    )


def thaw(document: bytes) -> PlanDraft:
    """The plan that was frozen as ``document``, built straight from our own canonical JSON."""
    return build(PlanDraft, json.loads(document))
