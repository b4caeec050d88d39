"""What the editor of one part shows besides its fields, by part."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from flask import request

from core.domain.bands import Stretch, stretches
from core.domain.plan import Band, Committee, CommitteeMember, Occupation, Organisation
from core.domain.records import pointer
from core.domain.values import entries, or_empty
from core.domain.votes import Ballot, Needed
from core.domain.wording import number_words
from core.plandoc.typed import at
from core.rulebook.occupation_catalogue import occupation_catalogue
from core.rulebook.template import Template
from core.web.official import Piece, marked, places_named
from core.web.studio.controls import Drawer
from core.web.studio.places import vocabulary_place
from core.web.studio.shared import StudioPage
from core.web.studio.timeline import CLAUSES, Timeline

MOST_FOUND: Final = 12
VOTERS: Final = frozenset({"chair", "vice_chair", "member"})
BAND_TEXT: Final = re.compile("/rubric/.*/bands/[^/]+/text")
POSTS: Final = "/organisation/committee/posts"
DIRECT, PERFORMANCE = "/value/direct", "/value/performance"


@dataclass(frozen=True, slots=True)
class Weight:
    """A module of the rubric in the bar of weights; ``reference`` is the province's, None for its own."""

    path: str
    name: str
    weight: Decimal
    reference: Decimal | None
    items_total: Decimal

    @property
    def beside(self) -> str:
        """比参考高 5 分"""
        if self.reference is None:
            return "省级参考没有这个模块"
        gap = self.weight - self.reference
        if not gap:
            return "与参考一致"
        return f"比参考{'高' if gap > 0 else '低'} {number_words(abs(gap))} 分"


@dataclass(frozen=True, slots=True)
class Scale:
    """The scores of an item or part as its bands divide them; ``faults`` are holes, overlaps and excess."""

    stretches: tuple[Stretch, ...]

    @property
    def faults(self) -> list[str]:
        return [each.words for each in self.stretches if each.faulty]

    @property
    def words(self) -> str:
        """9～10 / 5～8 / 0～4"""
        return " / ".join(each.words.removesuffix(" 分") for each in self.stretches if not each.faulty)


class RubricView:
    """The rubric of a part's answer with what can be reckoned from it."""

    def __init__(self, page: StudioPage, fields: Drawer) -> None:
        self._fields = fields
        self._template = page.draft.checked.edition.template
        self._step = _number(at(fields.data, "/value/score_step")) or Decimal(1)

    @property
    def weights(self) -> list[Weight]:
        return [self._weight(path) for path in self._fields.items("/value/modules")]

    @property
    def total(self) -> Decimal:
        return sum((each.weight for each in self.weights), Decimal(0))

    @property
    def items(self) -> list[str]:
        """The places of the items of all modules."""
        of = self._fields.items
        return [item for module in of("/value/modules") for item in of(f"{module}/items")]

    def reference(self, path: str) -> str:
        """The province's maximum for an item, "" for one of the plan's own."""
        module = at(self._fields.data, path.rpartition("/items/")[0] + "/code")
        item = at(self._fields.data, path + "/code")
        leaf = self._template.leaves.get(pointer("rubric", "modules", str(module), "items", str(item), "max"))
        return number_words(leaf.value) if leaf and isinstance(leaf.value, (int, Decimal)) else ""

    def scale(self, path: str) -> Scale | None:
        """The scale of an item or part with bands; None for one without."""
        bands, top = at(self._fields.data, path + "/bands"), _number(at(self._fields.data, path + "/max"))
        if not bands or top is None or self._step <= 0:
            return None
        read = tuple(Band(min=_number(_of(each, "min")), max=_number(_of(each, "max"))) for each in bands)
        return Scale(stretches(read, top, self._step))

    def slips(self, path: str) -> list[Piece]:
        """The words in the reference's texts of an item that look like slips (AMB-50), each once."""
        places = [path, *self._fields.items(path + "/parts")]
        bands = [band for each in places for band in self._fields.items(each + "/bands")]
        texts = [at(self._fields.data, band + "/text") for band in bands]
        pieces = (each for text in texts if text in self._verbatim for each in marked(text) if each.suggested)
        return list({each.words: each for each in pieces}.values())

    @cached_property
    def _verbatim(self) -> frozenset[str]:
        """The texts of the province's bands."""
        leaves = self._template.leaves.items()
        return frozenset(str(leaf.value) for path, leaf in leaves if BAND_TEXT.fullmatch(path))

    def faults(self, path: str) -> list[str]:
        """What is wrong with the scales of an item and of its parts."""
        paths = [path, *self._fields.items(path + "/parts")]
        return [fault for each in paths if (scale := self.scale(each)) for fault in scale.faults]

    def _weight(self, path: str) -> Weight:
        module = at(self._fields.data, path) or {}
        leaf = self._template.leaves.get(pointer("rubric", "modules", str(module.get("code")), "weight"))
        items = (_number(_of(each, "max")) or Decimal(0) for each in module.get("items") or ())
        return Weight(
            path=path,
            name=str(module.get("name") or module.get("code") or "未写名称"),
            weight=_number(module.get("weight")) or Decimal(0),
            reference=Decimal(leaf.value) if leaf and isinstance(leaf.value, (int, Decimal)) else None,
            items_total=sum(items, Decimal(0)),
        )


@dataclass(frozen=True, slots=True)
class Demand:
    """What the member table asks of a post of the committee; ``now`` are those whom the plan names for it."""

    post: str
    least: int
    exact: bool
    unit: str
    now: int
    required: tuple[str, ...]

    @property
    def met(self) -> bool:
        return self.now == self.least if self.exact else self.now >= self.least


@dataclass(frozen=True, slots=True)
class Votes:
    """“k of n” of one route for each attendance and recusal."""

    title: str
    members: int
    quorum: int
    rows: list[list[Needed]]
    sample: Needed | None
    share: tuple[int, int]


def views_of(page: StudioPage, fields: Drawer) -> Mapping[str, Any]:
    """What the template of the part at hand needs besides its fields."""
    return VIEWS[page.part](page, fields) if page.part in VIEWS else {}


def _occupations(_: StudioPage, fields: Drawer) -> Mapping[str, Any]:
    words = request.args.get("q", "").strip()[:40]
    taken = {each.get("code") for each in at(fields.data, "/value") or () if each}
    found = [each for each in occupation_catalogue() if each.is_like(words) and each.code not in taken]
    return {"q": words, "known": found[:MOST_FOUND], "more": max(0, len(found) - MOST_FOUND)}


def _conditions(page: StudioPage, fields: Drawer) -> Mapping[str, Any]:
    place = vocabulary_place("conditions", "/value/paths")
    there = at(fields.data, "/value/paths") or {}
    codes = page.words.codes(place)
    plan = page.draft.checked.plan
    occupations = [
        (str(each.code), str(each.name or each.code))
        for _place, each in entries(plan.occupations, Occupation)
        if each.code
    ]
    return {
        "path_words": {code: page.words.word(place, code) for code in (*codes, *there)},
        "missing": [code for code in codes if code not in there],
        "occupations": occupations,
    }


def _methods(page: StudioPage, fields: Drawer) -> Mapping[str, Any]:
    organisation = or_empty(page.draft.checked.plan.organisation, Organisation)
    members = or_empty(organisation.committee, Committee).members
    voters = sum(1 for _place, each in entries(members, CommitteeMember) if each.post in VOTERS)
    template = page.draft.checked.edition.template
    quorum = template.share("/voting/quorum")
    fewest = sum(template.integer(f"{POSTS}/{post}/count") for post in sorted(VOTERS))
    return {
        "voters": voters,
        "fewest": fewest,
        "votes": [
            each
            for path, title in ((PERFORMANCE, "业绩评审"), (DIRECT, "直接评定"))
            if (each := _votes(fields, path, title, voters or fewest, quorum))
        ],
        "routes": at(fields.data, "/value/routes") or [],
    }


def _votes(fields: Drawer, path: str, title: str, members: int, quorum: tuple[int, int]) -> Votes | None:
    share = at(fields.data, f"{path}/vote_fraction")
    if not isinstance(share, list) or len(share) != 2 or not all(isinstance(n, int) and n > 0 for n in share):
        return None
    pair, kind = (share[0], share[1]), str(at(fields.data, f"{path}/vote_base") or "")
    ballot = Ballot(pair, kind, members, quorum)
    rows = list(ballot.table())
    sample = rows[0][1] if rows else None
    return Votes(title, members, ballot.enough, rows, sample, pair)


def _schedule(page: StudioPage, _: Drawer) -> Mapping[str, Any]:
    way = request.args.get("way", "")
    preview = int(way) if way.isdecimal() and len(way) < 3 else None
    return {"timeline": Timeline.of(page, page.now.date(), preview), "clauses": CLAUSES}


def _organisation(page: StudioPage, fields: Drawer) -> Mapping[str, Any]:
    template = page.draft.checked.edition.template
    members = [each or {} for each in at(fields.data, "/value/committee/members") or ()]
    voting = [each for each in members if each.get("post") in VOTERS]
    external = [each for each in voting if each.get("external") is True]
    outside = "/organisation/committee/external_share"
    share = template.share(outside)
    return {
        "n": len(voting),
        "external": len(external),
        "share": share,
        "said_of_share": template.leaf(outside).quote,
        "enough": share[1] * len(external) >= share[0] * len(voting),
        "heads": [_head(each) for each in voting],
        "demands": _demands(template, [each.get("post") for each in voting]),
        "tables": places_named(template.text("/organisation/committee/title")),
        "document": page.report.document,
    }


def _demands(template: Template, posts: Sequence[Any]) -> list[Demand]:
    """附件2·成员表, post by post."""
    return [
        Demand(
            post=template.text(f"{POSTS}/{post}/post"),
            least=template.integer(f"{POSTS}/{post}/count"),
            exact=(count := template.leaf(f"{POSTS}/{post}/count")).minimum is None,
            unit=count.unit,
            now=posts.count(post),
            required=tuple(
                template.text(f"{POSTS}/{post}/{name}") for name in ("requirement", "qualification")
            ),
        )
        for post in template.codes(POSTS)
        if post in VOTERS
    ]


def _head(member: Mapping[str, Any]) -> tuple[str, str]:
    return ("ext", "外") if member.get("external") is True else ("", "内")


def _rubric(page: StudioPage, fields: Drawer) -> Mapping[str, Any]:
    return {"view": RubricView(page, fields)}


def _number(value: Any) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _of(record: Any, name: str) -> Any:
    return record.get(name) if isinstance(record, Mapping) else None


VIEWS: Final[Mapping[str, Callable[[StudioPage, Drawer], Mapping[str, Any]]]] = MappingProxyType(
    {
        "occupations": _occupations,
        "conditions": _conditions,
        "methods": _methods,
        "schedule": _schedule,
        "organisation": _organisation,
        "rubric": _rubric,
    }
)
