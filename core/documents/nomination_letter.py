"""推荐函, or 申报函 where a central branch reports directly (二（一）): who is nominated, on what grounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.documents.paper import (
    Block,
    Cell,
    Document,
    Heading,
    Paper,
    Signed,
    Table,
    Text,
    paragraphs,
    row,
    table,
)
from core.documents.paper import dated_words as day_or_room
from core.documents.told import NOTHING
from core.domain.dossier_words import part_words
from core.domain.nomination import DossierPart, PilotNomination, evidence_of
from core.domain.places import city_name
from core.domain.roles import Role
from core.domain.stages import NominationState
from core.domain.values import beijing_day, blank
from core.domain.wording import Word
from core.rulebook.engine import Edition
from core.rulebook.vocabulary import vocabulary

NOMINATION_LETTER: Final = Document("letter", "推荐函")
DRAFTS: Final = frozenset({NominationState.DRAFT, NominationState.RETURNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class OfNomination:
    """A nomination with its ``year`` and the name of the ``unit`` that nominates."""

    nomination: PilotNomination
    edition: Edition
    year: int
    unit: str

    @property
    def kind(self) -> str:
        return "申报函" if self.nomination.is_direct else "推荐函"

    @property
    def draft(self) -> bool:
        return self.nomination.state in DRAFTS

    @property
    def day(self) -> date | None:
        """The day it was signed; None while it is a draft."""
        signed = self.nomination.nominated
        return beijing_day(signed.at) if signed and not self.draft else None


def nomination_letter(of: OfNomination) -> Paper:
    """The letter to the provincial centre."""
    name = f"{of.year}年度企业首席技师评聘试点企业{of.kind}"
    return Paper(
        document=NOMINATION_LETTER,
        name=f"{of.nomination.name}{name}{'（草稿）' if of.draft else ''}",
        title=f"{of.unit}\n关于{of.kind[:2]}{of.nomination.name}\n为{of.year}年度企业首席技师评聘试点企业的函",
        issuer=of.unit,
        dated=of.day or date(of.year, 1, 1),
        draft=of.draft,
        blocks=tuple(_blocks(of)),
    )


def _blocks(of: OfNomination) -> Iterator[Block]:
    nomination, word = of.nomination, vocabulary(of.edition.id).word
    yield Text(f"{Role.PROVINCE_CENTRE.zh}：", indented=False)
    yield Text(
        f"根据《{of.edition.title}》，{'现申报' if nomination.is_direct else '经择优比选，现推荐'}"
        f"{nomination.name}为{of.year}年度企业首席技师评聘试点企业。有关情况如下。"
    )
    for part in DossierPart:
        yield Heading(part.zh)
        yield from _part(nomination, part, word)
    yield Text("请予核实。")
    yield Signed((of.unit,), of.day, tuple(_annexes(nomination)))
    if not nomination.is_direct:
        yield Table("", (4, 13), (_countersigned(of),), heads=0)


def _part(nomination: PilotNomination, part: DossierPart, word: Word) -> Iterator[Block]:
    """What a part says; the reason for choosing the enterprise as paragraphs of its own."""
    dossier = nomination.dossier
    said = list(part_words(dossier, part, word))
    if not said:
        yield Text(NOTHING.replace("方案", "材料"))
        return
    reason = dossier.selection_reason if part is DossierPart.QUOTA else None
    yield table("", (4, 13), ("项目", "内容"), (row(*each) for each in said if each[1] != reason))
    if not blank(reason):
        yield from paragraphs(str(reason))


def _annexes(nomination: PilotNomination) -> Iterator[str]:
    """The evidence, by what it proves."""
    for part in DossierPart:
        titles = [str(each.title or each.file) for each in evidence_of(nomination.dossier, part)]
        if titles:
            yield f"{part.zh}证明材料：{'；'.join(titles)}"


def _countersigned(of: OfNomination) -> tuple[Cell, Cell]:
    """The box of the city's authority; what was returned is countersigned anew."""
    signature = None if of.draft else of.nomination.countersigned
    said = f"会签：{signature.name}" if signature else ""
    day = beijing_day(signature.at) if signature else None
    body = city_name(of.nomination.city_code) + Role.CITY_HR.zh.removeprefix("设区市")
    return Cell(f"{body}会签", centred=True), Cell(said, signed=("单位（盖章）", day_or_room(day)))
