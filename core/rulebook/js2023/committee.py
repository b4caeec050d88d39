"""附件2 企业首席技师评审委员会: who sits on the committee, by the text and by its table of members."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from core.domain.plan import Committee, CommitteeMember, Organisation, PlanDraft
from core.domain.values import Flag, blank, entries, or_empty, years_after
from core.domain.wording import day_words
from core.rulebook.engine import Checks, Given, Violation
from core.rulebook.js2023.parts import WORDS, listed, written
from core.rulebook.tightening import from_up

checks = Checks()

CHAIR, VICE_CHAIR, MEMBER = "chair", "vice_chair", "member"
PERSON = "organisation.committee.members"
POSTS = {post: WORDS.word(f"{PERSON}.post", post) for post in (CHAIR, VICE_CHAIR, MEMBER)}

MEMBERS = "/organisation/committee/members"
POST_RULES = "/organisation/committee/posts"
NEEDS = ("organisation.committee.members",)


def persons(plan: PlanDraft, *posts: str) -> list[tuple[int, CommitteeMember]]:
    """The committee persons in ``posts`` with their place in the list; an unknown post is none (AMB-25)."""
    committee = or_empty(or_empty(plan.organisation, Organisation).committee, Committee)
    return [
        (place, each) for place, each in entries(committee.members, CommitteeMember) if each.post in posts
    ]


def externals(people: list[tuple[int, CommitteeMember]]) -> int:
    """How many of ``people`` are external; only a plain true says so."""
    return sum(1 for _, each in people if each.external is True)


def _posts_in_words(plan: PlanDraft, *posts: str) -> str:
    """That the words of ``posts`` stand where their codes should, "" where none does."""
    committee = or_empty(or_empty(plan.organisation, Organisation).committee, Committee)
    stated = (each.post for _, each in entries(committee.members, CommitteeMember))
    return written(
        f"{PERSON}.post", *(each for each in stated if each and each.strip() in map(POSTS.get, posts))
    )


def _called(place: int, person: CommitteeMember) -> str:
    return f"（第 {place + 1} 行，未写姓名）" if blank(person.name) else str(person.name)


def _denied(flag: Flag) -> str:
    return "不是" if flag is False else "没有注明是"


@checks.rule("JS-A2-committee-exists", needs=("organisation",))
def committee_exists(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """企业应当组建首席技师评审委员会."""
    committee = or_empty(plan.organisation, Organisation).committee
    if blank(or_empty(committee, Committee).members):
        yield Violation(
            MEMBERS if committee else "/organisation/committee",
            "评审委员会没有成员。企业应当组建首席技师评审委员会，列出主任委员、副主任委员和委员。",
        )


@checks.rule("JS-A2-chair-one", needs=NEEDS)
def one_chair(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """设主任委员1名."""
    return _exactly(plan, CHAIR, given.template.integer(f"{POST_RULES}/chair/count"))


@checks.rule("JS-A2-vice-one", needs=NEEDS)
def one_vice_chair(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """副主任委员1名."""
    return _exactly(plan, VICE_CHAIR, given.template.integer(f"{POST_RULES}/vice_chair/count"))


def _exactly(plan: PlanDraft, post: str, wanted: int) -> Iterator[Violation]:
    holders = persons(plan, post)
    zh = POSTS[post]
    if len(holders) > wanted:
        names = listed(_called(*each) for each in holders)
        place, _ = holders[wanted]
        yield Violation(
            f"{MEMBERS}/{place}/post",
            f"{zh} {len(holders)} 名（{names}），应为 {wanted} 名。保留 {wanted} 名，其余改任委员或删去。",
        )
    elif len(holders) < wanted:
        step = _posts_in_words(plan, post) or f"增补{zh} {wanted - len(holders)} 名。"
        yield Violation(MEMBERS, f"{zh} {len(holders)} 名，应为 {wanted} 名。{step}")


@checks.rule("JS-A2-members-min-5", needs=NEEDS)
def enough_members(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """委员不少于5名; chair and vice-chair do not count here."""
    members = len(persons(plan, MEMBER))
    least = given.template.integer(f"{POST_RULES}/member/count")
    if members < least:
        step = _posts_in_words(plan, MEMBER) or f"增补委员 {least - members} 名。"
        yield Violation(
            MEMBERS, f"委员 {members} 名（主任委员、副主任委员除外），至少需要 {least} 名。{step}"
        )


@checks.rule("JS-A2-external-one-third", needs=NEEDS)
def external_third(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """外聘委员应当不少于总人数的三分之一; total: chair, vice-chair and members (AMB-25)."""
    people = persons(plan, *POSTS)
    external, total = externals(people), len(people)
    over, under = given.template.share("/organisation/committee/external_share")
    short = over * total - under * external
    if short > 0:
        replaced = -(-short // under)
        more = "" if over == under else f"，或增补外聘委员 {-(-short // (under - over))} 名"
        step = _posts_in_words(plan, *POSTS) or f"将本企业委员 {replaced} 名换为外聘{more}。"
        share = "三分之一" if (over, under) == (1, 3) else f"{over}/{under}"
        yield Violation(
            MEMBERS,
            f"外聘委员 {external} 名，总人数 {total} 名，不足{share}，"
            f"至少需要 {external + replaced} 名。{step}",
        )


@checks.rule("JS-A2-chair-principal", needs=NEEDS)
def chair_is_principal(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """主任委员原则上应当由企业主要负责人担任; another leader needs a written reason (AMB-26)."""
    for place, chair in persons(plan, CHAIR):
        if chair.is_principal is not True:
            yield Violation(
                f"{MEMBERS}/{place}/is_principal",
                f"主任委员{_called(place, chair)}{_denied(chair.is_principal)}企业主要负责人。"
                "主任委员原则上由企业主要负责人担任，"
                "由领导班子其他成员担任的，在该委员的理由（reason）中写明原因。",
                chair.reason,
            )


@checks.rule("JS-A2-chair-leadership-team", needs=NEEDS)
def chair_leads(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """主任委员 领导班子成员 (成员表): a reason does not help here (AMB-26)."""
    for place, chair in persons(plan, CHAIR):
        if chair.in_leadership_team is not True:
            yield Violation(
                f"{MEMBERS}/{place}/in_leadership_team",
                f"主任委员{_called(place, chair)}{_denied(chair.in_leadership_team)}领导班子成员。"
                "主任委员应当是本企业领导班子成员，"
                "改由企业主要负责人或领导班子其他成员担任。",
            )


@checks.rule("JS-A2-vice-chair-qualification", needs=NEEDS)
def vice_chair_qualified(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """正高级职称或具有与评审职业相关的高级技师职业技能等级满5年以上: years bind only the level (AMB-27)."""
    years = given.template.integer(f"{POST_RULES}/vice_chair/skill_years_min")
    for place, vice_chair in persons(plan, VICE_CHAIR):
        if vice_chair.title_level in _enough(given, VICE_CHAIR, "title_level_min"):
            continue
        lacking = _level_lacking(vice_chair, _enough(given, VICE_CHAIR, "skill_level_min")) or _years_lacking(
            plan, vice_chair, years
        )
        if lacking:
            fact = _level_in_words(vice_chair) or f"没有正高级职称，{lacking}。"
            yield Violation(
                f"{MEMBERS}/{place}",
                f"副主任委员{_called(place, vice_chair)}{fact}"
                f"副主任委员应当有正高级职称，或与评审职业相关的高级技师等级满 {years} 年。"
                "改聘符合条件的专家，或更正其职称、等级信息。",
            )


def _level_in_words(person: CommitteeMember) -> str:
    """That a title or a skill level stands in words where its code should, "" where neither does."""
    return written(f"{PERSON}.title_level", person.title_level) + written(
        f"{PERSON}.skill_level", person.skill_level
    )


def _enough(given: Given, post: str, key: str) -> tuple[str, ...]:
    """The levels that suffice for a post: the one that the template names, and those above it."""
    return from_up(given.template.text(f"{POST_RULES}/{post}/{key}"))


def _level_lacking(person: CommitteeMember, enough: tuple[str, ...]) -> str:
    """What the person lacks of a related skill level that is ``enough``, "" when nothing."""
    if person.skill_level not in enough:
        return f"也没有{WORDS.word(f'{PERSON}.skill_level', enough[0])}及以上等级"
    return "" if person.skill_related is True else "技能等级没有注明与评审职业相关（skill_related）"


def _years_lacking(plan: PlanDraft, person: CommitteeMember, years: int) -> str:
    """What is missing of ``years`` full years on the day the committee is formed; the anniversary counts."""
    formed = or_empty(or_empty(plan.organisation, Organisation).committee, Committee).formed_on
    since = person.senior_obtained_on or person.skill_obtained_on
    if not isinstance(since, date):
        return "高级技师取得日期（senior_obtained_on）也没有写明"
    if not isinstance(formed, date):
        return "评审委员会组建日期（formed_on）没有写明，无法核对等级年限"
    full = years_after(since, years)
    return (
        "" if full <= formed else f"等级到{day_words(full)}才满 {years} 年，评审委员会{day_words(formed)}组建"
    )


@checks.rule("JS-A2-vice-authority", needs=NEEDS)
def vice_chair_has_authority(plan: PlanDraft, _: Given) -> Iterator[Violation]:
    """副主任委员需在本行业内具有较强权威性和影响力."""
    for place, vice_chair in persons(plan, VICE_CHAIR):
        if blank(vice_chair.authority_statement):
            yield Violation(
                f"{MEMBERS}/{place}/authority_statement",
                f"副主任委员{_called(place, vice_chair)}没有行业权威性说明（authority_statement）。"
                "副主任委员需在本行业内具有较强权威性和影响力，写明其行业任职、主持的标准或项目等。",
            )


@checks.rule("JS-A2-member-qualification", needs=NEEDS)
def members_qualified(plan: PlanDraft, given: Given) -> Iterator[Violation]:
    """高级职称或与评审职业相关的高级技师职业技能等级 (成员表): 副高级 is a senior title too."""
    titles, levels = (_enough(given, MEMBER, key) for key in ("title_level_min", "skill_level_min"))
    for place, member in persons(plan, MEMBER):
        lacking = member.title_level not in titles and _level_lacking(member, levels)
        if lacking:
            fact = _level_in_words(member) or f"没有高级职称，{lacking}。"
            yield Violation(
                f"{MEMBERS}/{place}",
                f"委员{_called(place, member)}{fact}"
                "委员应当有高级职称，或与评审职业相关的高级技师等级。"
                "改聘符合条件的人员，或更正其职称、等级信息。",
            )
