"""Pages of the handbook generated from the rule catalogue, so that they are never stale.

``docs/rules.md`` has all rules, ``docs/by-hand.md`` those that no code checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.rulebook.catalogue import Reading, RuleText
from core.rulebook.engine import Edition
from core.rulebook.terms import Force

COMMAND = "shouxi rules table --write docs/rules.md"
DOCS_COMMAND = "python3 dev.py docs"
UNCHECKED = "尚未自动检查"


def rules_page(edition: Edition) -> str:
    """All rules of ``edition`` in the order of the text, as Markdown that ends with a line break."""
    return "\n".join(_page(edition)) + "\n"


def by_hand_page(edition: Edition) -> str:
    """The rules that no code checks, under the first stage of the work at which each applies, as Markdown."""
    return "\n".join(_by_hand(edition)) + "\n"


def effect_words(rule: RuleText) -> str:
    """What a violation does: 阻断, or “阻断（方案检查：提醒）” where a plan is judged more mildly."""
    mild = f"（方案检查：{rule.plan_effect.zh}）" if rule.plan_effect is not rule.effect else ""
    return rule.effect.zh + mild


def occasion_words(edition: Edition, rule: RuleText) -> str:
    """On which occasions code judges a rule: 方案检查、推荐申报检查."""
    return "、".join(each.zh for each in edition.judged().get(rule.id, ())) or UNCHECKED


def _page(edition: Edition) -> Iterator[str]:
    catalogue, unchecked = edition.catalogue, edition.unchecked()
    total = len(catalogue.rules)
    ours = sum(each.force is Force.PLATFORM for each in catalogue.rules.values())
    yield f"<!-- 由 {COMMAND} 生成，不要手工修改。 -->"
    yield ""
    yield f"# 规则目录（{edition.id}）"
    yield ""
    yield f"{edition.title}。规则版本 {edition.version}。"
    yield ""
    yield (
        f"共 {total} 条：官方文本 {total - ours} 条，平台规则 {ours} 条（编号以 PF- 开头）。"
        f"自动检查 {total - len(unchecked)} 条（{_by_occasion(edition)}，同一条可以在多处检查）；"
        f"其余 {len(unchecked)} 条尚未自动检查，不视为已经通过。"
    )
    yield ""
    yield "“口径”是对文本不明确之处的理解，编号以 AMB- 开头。"
    for section, heading in catalogue.sections.items():
        found = [each for each in catalogue.rules.values() if each.section == section]
        if found:
            yield ""
            yield f"## {heading if heading.startswith(section) else f'{section} {heading}'}"
        for rule in found:
            checked = occasion_words(edition, rule)
            yield from _entry(rule, catalogue.readings_of(rule.id), checked, catalogue.stages)


def _by_hand(edition: Edition) -> Iterator[str]:
    catalogue, unchecked = edition.catalogue, edition.unchecked()
    yield f"<!-- 由 {DOCS_COMMAND} 生成，不要手工修改。 -->"
    yield ""
    yield "# 人工核对的规定"
    yield ""
    yield (
        f"{len(catalogue.rules)} 条规则中，下列 {len(unchecked)} 条平台不自动检查，也不显示为通过。"
        "由办理该环节的单位对照材料核对，责任不因使用平台而改变。"
        "其中有的由办理流程保证，如两部门会同审核、公示和审核的是同一方案，因为没有检查结果，也列在这里。"
        "工作方案审核时，涉及方案的各条列在审核清单的“人工核对”中。"
    )
    for stage, name in catalogue.stages.items():
        found = [rule for rule in unchecked.values() if rule.stages[0] == stage]
        if found:
            yield ""
            yield f"## {name}"
            yield ""
            for rule in found:
                yield f"- **{rule.title}**（[§ {rule.clause}](rule:{rule.id})，{rule.force.zh}）{rule.words}"


def _by_occasion(edition: Edition) -> str:
    return "，".join(f"{each.zh} {len(checks)} 条" for each, checks in edition.checks_on().items())


def _entry(
    rule: RuleText, readings: tuple[Reading, ...], checked: str, stages: Mapping[str, str]
) -> Iterator[str]:
    yield ""
    yield f"### {rule.id}"
    yield ""
    yield f"**{rule.title}** · {rule.clause} · {rule.force.zh} · 未满足时：{effect_words(rule)} · {checked}"
    yield ""
    yield f"> {rule.words}"
    yield ""
    yield f"环节：{'、'.join(stages[each] for each in rule.stages)}。"
    if rule.basis:
        yield ""
        yield f"依据：{rule.basis}。"
    for reading in readings:
        yield ""
        yield f"口径 {reading.id}（{reading.title}）：{reading.zh}"
