"""``shouxi rules``: the rule catalogue on the terminal and as the handbook's page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar

import click

from core.cli.command import OK, Command, Late, Word
from core.cli.report import basis
from core.cli.terminal import err, out
from core.domain.errors import DomainError
from core.rulebook.catalogue import RuleText
from core.rulebook.handbook import effect_words, occasion_words, rules_page
from core.rulebook.terms import Effect, Force
from core.services.editions import CURRENT

STAGES: Mapping[str, str] = CURRENT.catalogue.stages
SECTIONS: Mapping[str, str] = CURRENT.catalogue.sections
RUN, NOT_RUN = "✓", "-"

format_option = click.option(
    "--format", "form", type=Word(("text", "json")), default="text", help="输出格式：text（默认）或 json。"
)


class Rules(Late):
    """The catalogue needs no database, the plans do."""

    modules: ClassVar[Mapping[str, str]] = {"impact": "core.cli.impact"}


@click.group("rules", cls=Rules, help="查看规则目录：官方文本的每一条规定和平台规则；试算规则版本的影响。")
def rules() -> None:
    """The commands about the rule catalogue."""


@rules.command("list", cls=Command)
@click.option("--stage", type=Word(STAGES), metavar="环节", help="只列这个环节的规则。")
@click.option("--section", type=Word(SECTIONS), metavar="条款", help="只列这一部分的规则，如 附件2。")
@click.option(
    "--force",
    type=Word({each.value: each.zh for each in Force}),
    metavar="效力",
    help="只列这种效力的规则，如 应当。",
)
@click.option(
    "--effect",
    type=Word({each.value: each.zh for each in Effect}),
    metavar="后果",
    help="只列未满足时有这种后果的规则，如 阻断。",
)
@click.option("--checked/--unchecked", default=None, help="只列自动检查的，或尚未自动检查的。")
@format_option
def list_rules(
    *,
    stage: str | None,
    section: str | None,
    force: str | None,
    effect: str | None,
    checked: bool | None,
    form: str,
) -> int:
    """按条款次序列出规则。"""
    unchecked = CURRENT.unchecked()
    found = [
        rule
        for rule in CURRENT.catalogue.rules.values()
        if stage in (None, *rule.stages)
        and section in (None, rule.section)
        and force in (None, rule.force)
        and effect in (None, rule.effect)
        and checked in (None, rule.id not in unchecked)
    ]
    if form == "json":
        for rule in found:
            click.echo(json.dumps(_as_json(rule), ensure_ascii=False))
    else:
        out().table(
            [(_mark(rule), rule.id, rule.force.zh, rule.effect.zh, rule.clause, rule.title) for rule in found]
        )
        run = sum(each.id not in unchecked for each in found)
        err().line(f"规则 {len(found)} 条：{RUN} 自动检查 {run}，{NOT_RUN} 尚未自动检查 {len(found) - run}。")
    return OK


@rules.command("show", cls=Command)
@click.argument("rule_id", metavar="ID")
@format_option
def show(rule_id: str, form: str) -> int:
    """显示一条规则：原文、效力、后果、环节和口径。"""
    rule = CURRENT.catalogue.rules.get(rule_id)
    if rule is None:
        near = get_close_matches(rule_id, CURRENT.catalogue.rules, n=3)
        raise DomainError(
            f"没有规则“{rule_id}”。"
            + (f"是否应为 {'、'.join(near)}？" if near else "用 shouxi rules list 查看全部规则。")
        )
    if form == "json":
        click.echo(json.dumps(_as_json(rule), ensure_ascii=False))
        return OK
    paper = out()
    paper.paragraph(paper.styled(rule.id, bold=True) + f"  {rule.title}")
    readings = CURRENT.catalogue.readings_of(rule.id)
    paper.pairs(
        (
            *basis(rule.clause, rule.force, rule.words),
            ("依据", rule.basis),
            ("未满足时", effect_words(rule)),
            ("环节", "、".join(STAGES[each] for each in rule.stages)),
            ("自动检查", occasion_words(CURRENT, rule)),
            *((f"口径 {each.id}", f"{each.title}：{each.zh}") for each in readings),
        )
    )
    return OK


@rules.command("table", cls=Command)
@click.option("--write", "path", metavar="文件", help="写入这个文件，而不是输出到屏幕。")
def table(path: str | None) -> int:
    """生成手册中的规则目录（docs/rules.md）。"""
    page = rules_page(CURRENT)
    if path is None:
        click.echo(page, nl=False)
        return OK
    try:
        Path(path).write_text(page, "utf-8")
    except OSError as error:
        raise DomainError(f"{path}：不能写入（{error.strerror}）。检查文件夹和权限。") from None
    err().line(f"已写入 {path}。")
    return OK


def _mark(rule: RuleText) -> str:
    return NOT_RUN if rule.id in CURRENT.unchecked() else RUN


def _as_json(rule: RuleText) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": rule.title,
        "clause": rule.clause,
        "section": rule.section,
        "force": rule.force.value,
        "effect": rule.effect.value,
        "plan_effect": rule.plan_effect.value,
        "quote": rule.words,
        "stages": list(rule.stages),
        "checked": rule.id not in CURRENT.unchecked(),
        "checked_at": list(CURRENT.judged().get(rule.id, ())),
        "readings": [
            {"id": each.id, "title": each.title, "text": each.zh}
            for each in CURRENT.catalogue.readings_of(rule.id)
        ],
    }
