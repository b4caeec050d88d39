"""评审委员会成员表 as annex 2 prints it, and the panels of experts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from core.documents.paper import Block, Cell, Heading, Note, Row, row, table
from core.documents.told import NOTHING, Told
from core.domain.plan import Committee, CommitteeMember, Organisation, Panel, PanelMember, Staff
from core.domain.values import entries, or_empty

MEMBERS: Final = "organisation.committee.members"
STAFF: Final = "工作人员"
POSTS: Final = ("chair", "vice_chair", "member")


def committee_table(organisation: Organisation, told: Told) -> Iterator[Block]:
    """The members by post, who is external, and the staff, who neither score nor vote."""
    committee = or_empty(organisation.committee, Committee)
    members = [each for _, each in entries(committee.members, CommitteeMember)]
    if not members:
        yield Note(NOTHING)
        return
    heads = ("评审委员会\n职务", "姓名", "工作单位、职务", "职称、职业技能等级", "来源", "人数")
    staff = [each for _, each in entries(committee.staff, Staff)]
    yield table("", (4, 4, 6, 8, 4, 2), heads, (*_members(members, told), *_staff(staff, told)))
    external = sum(each.external is True and each.post in POSTS for each in members)
    counted = sum(each.post in POSTS for each in members)
    yield Note(f"注：共 {counted} 名，其中外聘 {external} 名。工作人员不参加评分和表决。")
    for each in members:
        if said := told.fields(each, MEMBERS, "authority_statement", "reason", between="；"):
            yield Note(f"{told.fields(each, MEMBERS, 'post', 'name', between='')}：{said}")


def _members(members: Sequence[CommitteeMember], told: Told) -> Iterator[Row]:
    for post, group in groupby(members, lambda each: each.post or ""):
        people = list(group)
        for place, each in enumerate(people):
            cells = (
                Cell(str(each.name or ""), centred=True),
                Cell(told.fields(each, MEMBERS, "employer", "duty")),
                Cell(_rank(each, told)),
                Cell("外聘" if each.external is True else "企业内部", centred=True),
            )
            if place:
                yield cells
                continue
            title = told.word(f"{MEMBERS}.post", post)
            count = Cell(str(len(people)), rows=len(people), centred=True)
            yield Cell(title, rows=len(people), centred=True), *cells, count


def _rank(each: CommitteeMember, told: Told) -> str:
    title = told.fields(each, MEMBERS, "title_level", "title")
    skill = told.fields(each, MEMBERS, "skill_level", "skill_occupation")
    obtained = told.field(each, "skill_obtained_on", MEMBERS)
    return "\n".join(filter(None, (title, skill, f"{obtained}取得" if obtained else "")))


def _staff(staff: Sequence[Staff], told: Told) -> Iterator[Row]:
    if staff:
        people = "；".join(
            told.fields(each, "organisation.committee.staff", "name", "duty") for each in staff
        )
        yield Cell(STAFF, centred=True), Cell(people, columns=4), Cell(str(len(staff)), centred=True)


def panels(organisation: Organisation, told: Told) -> Iterator[Block]:
    """The panels of experts with the modules they score (二（四）)."""
    place = "organisation.panels.members"
    for _, panel in entries(organisation.panels, Panel):
        serves = told.field(panel, "serves", "organisation.panels")
        people = [each for _, each in entries(panel.members, PanelMember)]
        kinds = [each.kind for each in people]
        yield Heading(f"专家组（{serves}）" if serves else "专家组", 2)
        yield table(
            f"企业专家 {kinds.count('enterprise')} 人、行业专家 {kinds.count('industry')} 人",
            (3, 3, 8),
            ("姓名", "专家类别", "工作单位"),
            (row(*told.each(each, place, "name", "kind", "employer")) for each in people),
        )
