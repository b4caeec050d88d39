"""年度启动: what the province must settle when it opens a cycle (前言, 一（一）, 五（一）, 五（三）)."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.cycle_opening import CycleOpening
from core.domain.enterprise import Cluster
from core.domain.pilot_cycle import OPENERS, CityQuota, CycleMode
from core.domain.places import CITIES
from core.domain.records import pointer
from core.domain.values import blank, entries
from core.rulebook.engine import RuleChecks, Violation
from core.rulebook.given import OpeningGiven
from core.rulebook.js2023.parts import WORDS, listed
from core.rulebook.terms import Effect

checks: RuleChecks[CycleOpening, OpeningGiven] = RuleChecks()

BASIS = "/document/legal_basis"
PROVINCIAL = "provincial"


@checks.rule("JS-0-legal-basis")
def legal_basis(opening: CycleOpening, given: OpeningGiven) -> Iterator[Violation]:
    """根据…制定如下方案: a cycle names the edition whose legal basis its notices print."""
    titled = [given.template.text(f"{BASIS}/{code}/title") for code in given.template.codes(BASIS)]
    if opening.edition != given.edition or not all(titled):
        yield Violation("/edition", "年度没有写明所依据的方案。选择规则版本。")


@checks.rule("JS-1.1-cluster-preferred")
def cluster_lists(opening: CycleOpening, given: OpeningGiven) -> Iterator[Violation]:
    """国家和省16个先进制造业集群: 16 is the number of the provincial list (AMB-05)."""
    wanted = given.template.integer("/nomination/cluster_preference/provincial_clusters")
    found = sum(each.level == PROVINCIAL for _, each in entries(opening.clusters, Cluster))
    if found != wanted:
        yield Violation(
            "/clusters",
            f"省级先进制造业集群 {found} 个，方案为 {wanted} 个。补全名单，或写明集群数目的理由。",
            opening.clusters_reason,
        )


@checks.rule("JS-1.1-city-quota-one")
def city_quotas(opening: CycleOpening, given: OpeningGiven) -> Iterator[Violation]:
    """原则上每个设区市1家: another number is the province's to give, with its reason (AMB-02)."""
    usual = given.template.integer("/nomination/quota/per_city")
    for place, each in entries(opening.quotas, CityQuota):
        if each.quota != usual:
            city = CITIES.get(each.city_code or "", "设区市")
            yield Violation(
                pointer("quotas", place, "quota"),
                f"{city}推荐名额 {each.quota} 家，原则上每个设区市 {usual} 家。写明理由，或改为 {usual} 家。",
                each.reason,
                Effect.NEEDS_REASON,
            )


@checks.rule("JS-5.1-apex-level")
def apex_level(_: CycleOpening, given: OpeningGiven) -> Iterator[Violation]:
    """首席技师是“新八级工”职业技能等级架构最高等级: the edition's level is the last of all."""
    rank, ranks = (given.template.integer(f"/document/level/{name}") for name in ("rank", "ranks"))
    if rank != ranks:
        yield Violation("/edition", f"规则版本中首席技师为第 {rank} 级，共 {ranks} 级，应为最高等级。")


@checks.rule("JS-5.3-annual-frequency")
def once_a_year(opening: CycleOpening, given: OpeningGiven) -> Iterator[Violation]:
    """首席技师评聘工作原则上每年一次: a second cycle of a year needs its reason (AMB-56)."""
    usual = given.template.integer("/workflow/frequency")
    there = [each for each in given.cycles if each.year == opening.year]
    if len(there) >= usual:
        yield Violation(
            "/year",
            f"{opening.year} 年已启动 {len(there)} 次（{listed(each.id for each in there)}），"
            f"原则上每年 {usual} 次。写明再次启动的理由。",
            opening.second_reason,
        )


@checks.rule("JS-5.3-no-self-run")
def opened_by_province(opening: CycleOpening, _: OpeningGiven) -> Iterator[Violation]:
    """各地、各试点企业不可在全省统一试点之外自行开展: only the province opens a cycle (AMB-56)."""
    if opening.opened_by not in OPENERS:
        by = "没有写明" if blank(opening.opened_by) else WORDS.word("opened_by", str(opening.opened_by))
        yield Violation(
            "/opened_by",
            f"启动单位{'' if blank(opening.opened_by) else '为'}{by}。"
            "年度评聘由省人力资源社会保障厅启动，各地、各企业不可自行开展。",
        )


@checks.rule("JS-5.3-gradual-rollout")
def mode_is_stated(opening: CycleOpening, _: OpeningGiven) -> Iterator[Violation]:
    """待试点工作取得经验…逐步全面推开: a cycle is a pilot or open to all, and says which."""
    if opening.mode not in tuple(CycleMode):
        yield Violation("/mode", "没有写明开展方式。选择试点或全面推开。")
