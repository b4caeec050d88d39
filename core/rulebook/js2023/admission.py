"""一（一）and 二（一）at a nomination: by whom, by which channel, in which quota, in time, and not barred.

These judge what stands around a dossier; what the enterprise states of itself is judged in ``pilots.py``. A
fact that is in no field of the dossier has the path "", the whole of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.due import due_words, in_time
from core.domain.enterprise import Enterprise
from core.domain.evidence import files
from core.domain.nomination import Dossier, Slot
from core.domain.pilot_cycle import OPENERS
from core.domain.places import CITIES
from core.domain.roles import Role
from core.domain.sanction import subject_of_enterprise
from core.domain.stages import Channel, NominationAct
from core.domain.uscc import normal_uscc
from core.domain.values import beijing_day, blank, or_empty
from core.domain.wording import day_words
from core.rulebook.engine import RuleChecks, Violation
from core.rulebook.given import NominationGiven
from core.rulebook.js2023.parts import WORDS, listed
from core.rulebook.quota import CLASSES, is_exempt, takes_quota

checks: RuleChecks[Dossier, NominationGiven] = RuleChecks()


@checks.rule("JS-1.1-nominated-by-city-centre")
def nominated_and_countersigned(dossier: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """由各设区市职业技能鉴定中心推荐: that of the city, countersigned by its 人社部门 (AMB-01)."""
    if dossier.channel == Channel.PROVINCE_DIRECT:
        return
    if dossier.channel != Channel.CITY:
        yield Violation("/channel", f"没有选择申报渠道。选择“{WORDS.word('channel', Channel.CITY)}”。")
        return
    nomination = given.nomination
    signed, city = nomination.nominated, or_empty(dossier.enterprise, Enterprise).city_code
    if signed and signed.role is not Role.CITY_CENTRE:
        yield Violation(
            "/channel", f"由{signed.role.zh}推荐，应由设区市职业技能鉴定中心推荐。退回后改由其推荐。"
        )
    if city and city in CITIES and city != nomination.city_code:
        yield Violation(
            "/enterprise/city_code",
            f"企业在{CITIES[city]}，推荐单位在{CITIES.get(nomination.city_code, '其他地方')}。"
            f"由{CITIES[city]}职业技能鉴定中心推荐。",
        )
    yield from _countersigned(given)


def _countersigned(given: NominationGiven) -> Iterator[Violation]:
    """The second hand: needed for admission, of the same city, and another person's unless it may be one."""
    nomination = given.nomination
    second = nomination.countersigned
    if second is None:
        if given.decides:
            yield Violation("", "设区市人力资源社会保障部门没有会签。退回设区市会签。")
        return
    if second.role is not Role.CITY_HR or second.city_code != nomination.city_code:
        yield Violation("", "会签单位不是本市人力资源社会保障部门。退回设区市重新会签。")
    first = nomination.nominated
    same = first is not None and first.person_id == second.person_id
    if same and not given.cycle.allows_both_hands(nomination.city_code):
        yield Violation("", f"推荐和会签都由{second.name}办理。换一人会签；须由一人兼任的，先报省级同意。")


@checks.rule("JS-1.1-city-quota-one")
def within_quota(dossier: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """原则上每个设区市1家: those sent in and neither withdrawn nor rejected count (AMB-02)."""
    nomination, template = given.nomination, given.template
    claims = is_exempt(template, str(dossier.quota_class or ""))
    if dossier.channel != Channel.CITY or claims:
        return  # an exempt class without proof is told so by JS-1.1-quota-exempt
    city = nomination.city_code
    used = [
        each
        for each in given.others
        if each.nomination != nomination.id and each.city_code == city and takes_quota(template, each)
    ]
    quota = given.cycle.quota(city)
    if len(used) + 1 > quota:
        holders = f"（{listed(each.enterprise for each in used)}）" if used else ""
        yield Violation(
            "/quota_class",
            f"{CITIES.get(city, '本市')}推荐名额 {quota} 家，已用 {len(used)} 家{holders}，本件超出名额。"
            "撤回已有的推荐，或向省级说明理由、申请增加名额。",
        )


@checks.rule("JS-1.1-central-g42-encouraged")
def class_is_known(dossier: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """鼓励…踊跃申报: a matter of statistics, which need to know the class; it stops nothing."""
    if dossier.quota_class not in given.template.codes(CLASSES):
        yield Violation("/quota_class", "名额类别没有选择，不计入鼓励申报的统计。选择名额类别。")


@checks.rule("JS-1.1-quota-exempt")
def class_is_proved(dossier: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """不占用设区市推荐名额: an exempt class is proved, and frees from nothing but the quota (AMB-03)."""
    quota_class = str(dossier.quota_class or "")
    if is_exempt(given.template, quota_class) and not files(dossier.quota_class_evidence):
        name = given.template.text(f"{CLASSES}/{quota_class}/name")
        other = "" if dossier.channel == "province_direct" else "，或改为设区市推荐名额"
        yield Violation(
            "/quota_class_evidence",
            f"名额类别为{name}，不占用设区市推荐名额，但没有证明。上传认定文件至少 1 份{other}。",
        )


@checks.rule("JS-2.1-merit-recommend-one")
def chosen_by_merit(dossier: Dossier, _: NominationGiven) -> Iterator[Violation]:
    """择优推荐1家试点企业: the city says why this one; who reports directly is chosen by nobody."""
    if dossier.channel == Channel.CITY and blank(dossier.selection_reason):
        yield Violation(
            "/selection_reason",
            "没有填写择优推荐理由。写明本市技能人才评价、特别是特级技师评聘试点的情况和比选结果。",
            dossier.selection_reason,
        )


@checks.rule("JS-2.1-nomination-deadline")
def reported_in_time(dossier: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """于11月10日前报省职业技能鉴定中心汇总: until 24:00 (AMB-18); the first report counts (ADR 0012)."""
    uscc = normal_uscc(str(or_empty(dossier.enterprise, Enterprise).uscc or ""))
    last = given.cycle.last_day("nomination", uscc)
    at = given.nomination.reported_at or given.now
    if in_time(at, last):
        return
    limit = f"{day_words(last)}（含当日）"
    reopened = given.cycle.reopening("nomination", uscc)
    deadline = f"已为该企业重新开放至{limit}" if reopened else f"推荐申报截止日为{limit}"
    reported = given.nomination.reported_at
    fact = (
        f"于{day_words(beijing_day(at) or given.today)}报到省级"
        if reported
        else f"今天是{day_words(given.today)}"
    )
    yield Violation("", f"{deadline}，{fact}，已逾期。向省职业技能鉴定中心说明原因，由其决定是否重新开放。")


@checks.rule("JS-2.1-central-branch-channels")
def one_channel(dossier: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """可向当地…，也可直接向省…申报: direct for central branches alone; one channel a cycle (AMB-46)."""
    allowed = given.template.words(f"/nomination/channels/{Channel.PROVINCE_DIRECT}/open_to")
    if dossier.channel == Channel.PROVINCE_DIRECT and dossier.quota_class not in allowed:
        yield Violation(
            "/channel",
            "申报渠道为直接向省职业技能鉴定中心申报，只有央企驻苏分支机构可以。"
            f"改为“{WORDS.word('channel', Channel.CITY)}”，或核对名额类别。",
        )
    nomination = given.nomination
    for each in given.others:
        if each.nomination != nomination.id and each.uscc == nomination.uscc != "" and each.state.stands:
            yield Violation(
                "/channel",
                f"该企业本年度已由{_from_where(each)}申报（{each.state.zh}）。"
                "一个年度只通过一个渠道申报一次，撤回其中一件。",
            )


def _from_where(slot: Slot) -> str:
    if slot.channel == Channel.PROVINCE_DIRECT:
        return "直接渠道"
    return CITIES.get(slot.city_code, "设区市")


@checks.rule("JS-3-t1-early-november")
def decided_in_early_november(_: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """11月上旬 确定试点企业: from the 1st to the last day of nominations, a target alone (AMB-17)."""
    last = given.cycle.last_day("nomination")
    first, report = last.replace(day=1), given.cycle.last_day("plan_report")
    if given.act is NominationAct.ADMIT and not first <= given.today <= last:
        when = "早于" if given.today < first else "晚于"
        yield Violation(
            "",
            f"在{day_words(given.today)}确定，{when}时序安排（{day_words(first)}至{day_words(last)}），不影响确定。"
            f"方案报送截止{due_words(report, given.today, given.calendar)}，"
            "抓紧指导企业编制方案。",
        )


@checks.rule("JS-5.3-no-self-run")
def in_the_provinces_cycle(_: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """不可在全省统一试点之外自行开展: a nomination belongs to the cycle that the province opened (AMB-56)."""
    cycle = given.cycle
    if given.nomination.cycle != cycle.id or cycle.opened_by not in OPENERS:
        yield Violation("", "推荐申报不属于省级启动的年度。在省级启动的年度中重新推荐，不可自行开展。")


@checks.rule("JS-5.3-sanction-five-years", needs=("enterprise.uscc",))
def not_barred(dossier: Dossier, given: NominationGiven) -> Iterator[Violation]:
    """五年内不得申请或参与: from the day of the decision to the same date, both included (AMB-43)."""
    years = given.template.integer("/sanctions/items/ban_five_years/years")
    subject = subject_of_enterprise(str(or_empty(dossier.enterprise, Enterprise).uscc))
    if ban := given.register.standing(subject, given.today, years):
        yield Violation(
            "/enterprise/uscc",
            f"该企业{day_words(ban.decided_on)}受到处理（{ban.document}），"
            f"至{day_words(ban.last_day(years))}止不得申请或参与首席技师评聘，"
            f"{day_words(ban.free_from(years))}起可以申报。",
        )
