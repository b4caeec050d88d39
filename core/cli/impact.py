"""``shouxi rules impact``: which live plans an installed edition breaks, where and by which rule."""

from __future__ import annotations

import json
from typing import Any

import click

from core.cli.command import BLOCKED, OK, UNREADABLE, Command, Word
from core.cli.database import opened
from core.cli.terminal import Paper, clean, err, out
from core.domain.errors import DomainError
from core.domain.wording import place_words
from core.persistence.scope import Scope
from core.persistence.session import reading
from core.rulebook.vocabulary import vocabulary
from core.services import cycles, editions
from core.services.impact import Break, Rechecked, every

EVERYTHING = Scope(reads="*")
PASSES = "通过"


@click.command("impact", cls=Command)
@click.argument("name", metavar="EDITION")
@click.option(
    "--format",
    "form",
    type=Word(("text", "json")),
    default="text",
    help="输出格式：text（默认，只列不通过的）或 json，每份方案一行。",
)
def impact(name: str, form: str) -> int:
    """用已安装的规则版本试算在用方案，不写入任何内容。

    EDITION 是已安装的版本。试算最近年度公示中、审核中、待专家评估和已批准的各版方案，以及在编的草稿。

    退出码：0 全部仍通过；1 有方案将不通过；2 版本没有安装，或有方案无法试算。
    """
    other = editions.edition(name)
    paper, counts = out(), {"passes": 0, "breaks": 0, "faults": 0}
    with opened(), reading(EVERYTHING) as session:
        cycle = cycles.latest(session)
        if cycle is None:
            raise DomainError("还没有启动年度，没有方案可以试算。年度启动后再试算。")
        for each in every(session, cycle, other):
            counts["faults" if each.fault else "breaks" if each.breaks else "passes"] += 1
            if form == "json":
                click.echo(json.dumps(_as_json(each), ensure_ascii=False))
            elif not each.passes:
                _show(paper, each, (cycle.edition.id, other.id))
    passes, breaks, faults = counts.values()
    err().line(
        f"{cycle.label}，现行 {cycle.edition.id}，试算 {other.id}：方案 {sum(counts.values())} 份，"
        f"{passes} 份仍通过，{breaks} 份将不通过，{faults} 份无法试算。"
    )
    return UNREADABLE if faults else BLOCKED if breaks else OK


def _show(paper: Paper, found: Rechecked, editions: tuple[str, str]) -> None:
    """A plan that breaks or could not be checked, place by place."""
    paper.paragraph(paper.styled(clean(f"{found.plan.enterprise}  {standing(found)}"), bold=True))
    if found.fault:
        paper.paragraph(f"无法试算：{found.fault}", first="  ")
    for number, each in enumerate(found.breaks, 1):
        first = f"  {number}  "
        paper.paragraph(each.after.message, first=first)
        paper.pairs(
            (
                ("规则", each.rule),
                ("条款", each.after.clause),
                ("位置", place_words(found.document, each.path, vocabulary(editions[0]).word)),
                ("路径", each.path),
                (editions[0], before_words(each)),
                (editions[1], each.after.effect.zh),
            ),
            margin=len(first),
        )


def standing(found: Rechecked) -> str:
    """Which version, and where it stands: 第 2 版，审核中."""
    return f"第 {found.version.number} 版，{found.version.state.zh}" if found.version else "草稿"


def before_words(each: Break) -> str:
    """What the plan's own edition says of the place."""
    return each.now.zh if each.now else PASSES


def _as_json(found: Rechecked) -> dict[str, Any]:
    version = found.version
    return {
        "plan_id": found.document.plan_id or None,
        "enterprise": found.plan.enterprise,
        "city_code": found.plan.city_code,
        "version": version.number if version else None,
        "state": version.state.value if version else "draft",
        "ok": found.passes,
        "fault": found.fault or None,
        "breaks": [
            {
                "rule": each.rule,
                "path": each.path,
                "before": each.now.value if each.now else None,
                "after": each.after.effect.value,
                "message": each.after.message,
                "clause": each.after.clause,
            }
            for each in found.breaks
        ],
    }
