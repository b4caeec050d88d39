"""``shouxi plan``: check, show, diff, freeze, deviation and print of plan files; no database is needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from core.cli.command import BLOCKED, OK, UNREADABLE, Command, Group, Word
from core.cli.document import show_plan
from core.cli.report import UNNAMED, show_changes, show_departures, show_report, verdict
from core.cli.sources import Sources, one_plan
from core.cli.terminal import clean, err, out
from core.documents.deviation_report import DEVIATION_REPORT
from core.documents.work_plan import WORK_PLAN
from core.domain.diff import Change
from core.domain.errors import DomainError
from core.domain.frozen import canonical
from core.domain.records import plain
from core.rulebook.departure import Departure
from core.services.plans import (
    check_plan,
    deviation_report,
    differences,
    differences_from_reference,
    freeze_plan,
)

TEMPLATE = "template"

path_argument = click.argument("path", metavar="PATH")
plan_id_option = click.option("--plan-id", metavar="编号", help="只看这个编号的方案。")
format_option = click.option(
    "--format",
    "form",
    type=Word(("text", "json")),
    default="text",
    help="输出格式：text（默认）或 json，每份方案一行。",
)


@click.group("plan", cls=Group, help="检查、查看、比较和冻结工作方案。")
def plan() -> None:
    """The commands about plan files."""


@plan.command("check", cls=Command)
@path_argument
@plan_id_option
@format_option
def check(path: str, plan_id: str | None, form: str) -> int:
    """按省级规定检查工作方案。

    PATH 是一份方案、含 plans 的文件、存放方案的文件夹，或 -（标准输入）。

    退出码：0 可以提交；1 有阻断或缺少理由；2 文件不能读取或不是方案。多份方案取最严重的。
    """
    paper, notes = out(), err()
    sources = Sources(path, plan_id, notes)
    checked = blocked = 0
    for each, cycle in sources:
        report = check_plan(each, cycle)
        if form == "json":
            print_json(report.as_json())
            if report.assumed_year:
                notes.line(f"{report.plan_id or UNNAMED}：文件未写明年度，按 {report.cycle.year} 年检查。")
        else:
            if checked:
                paper.line()
            show_report(paper, report)
        checked += 1
        blocked += not report.ok
    if checked and (form == "json" or checked + sources.unreadable > 1):
        notes.line(_summary(checked, blocked, sources.unreadable))
    return UNREADABLE if sources.unreadable else BLOCKED if blocked else OK


def _summary(checked: int, blocked: int, unreadable: int) -> str:
    unread = f"，{unreadable} 个文件不能读取" if unreadable else ""
    return f"检查方案 {checked} 份：{checked - blocked} 份可以提交，{blocked} 份不能提交{unread}。"


@plan.command("show", cls=Command)
@path_argument
@plan_id_option
@format_option
def show(path: str, plan_id: str | None, form: str) -> int:
    """按官方用语显示工作方案的内容；json 为方案数据。"""
    paper = out()
    sources = Sources(path, plan_id, err())
    for number, (each, _) in enumerate(sources):
        if form == "json":
            print_json(plain(each))
            continue
        if number:
            paper.line()
        show_plan(paper, each)
    return UNREADABLE if sources.unreadable else OK


@plan.command("diff", cls=Command)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@format_option
def diff(before: str, after: str, form: str) -> int:
    """比较两份工作方案，或一份方案与省级参考。

    A 和 B 是只有一份方案的文件，或写成 文件#编号。

    B 写 template 时与省级参考比较：参考为先，方案为后，参考没有规定的内容不比较。
    """
    earlier = one_plan(before)
    if after == TEMPLATE:
        changes = differences_from_reference(earlier)
    else:
        changes = differences(earlier, one_plan(after))
    if form == "json":
        print_json({"changes": [_change_as_json(each) for each in changes]})
    else:
        show_changes(out(), changes)
        err().line(f"差异 {len(changes)} 处。")
    return OK


@plan.command("deviation", cls=Command)
@path_argument
@plan_id_option
@format_option
def deviation(path: str, plan_id: str | None, form: str) -> int:
    """偏离报告：与省级参考不同之处。

    每处列出省级参考、本方案、相差多少、条款和锁定级别、方案写明的理由。
    """
    paper = out()
    sources = Sources(path, plan_id, err())
    for number, (each, cycle) in enumerate(sources):
        rows = deviation_report(each, cycle)
        if form == "json":
            print_json(
                {"plan_id": each.plan_id or None, "departures": [_departure_as_json(row) for row in rows]}
            )
            continue
        if number:
            paper.line()
        paper.paragraph(paper.styled(each.plan_id or UNNAMED, bold=True) + f"  偏离省级参考 {len(rows)} 处")
        show_departures(paper, rows)
    return UNREADABLE if sources.unreadable else OK


@plan.command("freeze", cls=Command)
@path_argument
@plan_id_option
def freeze(path: str, plan_id: str | None) -> int:
    """输出冻结的方案和摘要。

    每份方案一行规范化 JSON（RFC 8785）：hash 是内容摘要，snapshot_hash 是快照摘要，document 是方案。
    """
    sources = Sources(path, plan_id, err())
    for each, cycle in sources:
        frozen = freeze_plan(each)
        line = {
            "plan_id": each.plan_id or None,
            "edition": frozen.edition,
            "rulebook": frozen.rulebook,
            "hash": frozen.content_hash,
            "snapshot_hash": frozen.snapshot_hash,
            "document": plain(each),
        }
        click.echo(canonical(line).decode())
        report = check_plan(each, cycle)
        if not report.ok:
            err().line(f"{report.plan_id or UNNAMED}：{verdict(report)}")
    return UNREADABLE if sources.unreadable else OK


@plan.command("print", cls=Command)
@click.argument("source", metavar="A")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--document",
    type=Word((WORK_PLAN.key, DEVIATION_REPORT.key)),
    default=WORK_PLAN.key,
    help="work-plan 工作方案（默认），或 deviation-report 偏离情况报告。",
)
def print_plan(source: str, file: Path, document: str) -> int:
    """把工作方案写成公文，供打印。

    A 是只有一份方案的文件，或写成 文件#编号。FILE 以 .pdf 或 .docx 结尾，已有的文件被覆盖。

    方案文件没有公示和审核的记录，每页标明草稿。
    """
    from core.services import documents  # noqa: PLC0415 - checking a plan does not wait for what prints

    write = {f".{form}": each for form, each in documents.FORMS.items()}.get(file.suffix.lower())
    if write is None:
        raise DomainError(f"{clean(str(file))}：不能写成这种文件。文件名以 .pdf 或 .docx 结尾。")
    paper = documents.OF_PLAN[document](documents.of_file(one_plan(source), None))
    try:
        file.write_bytes(write(paper))
    except OSError as error:
        raise DomainError(f"{clean(str(file))}：不能写入（{error.strerror}）。") from None
    err().line(f"{clean(str(file))}：{paper.name}")
    return OK


def print_json(data: dict[str, Any]) -> None:
    """``data`` on one line of standard output."""
    click.echo(json.dumps(data, ensure_ascii=False))


def _change_as_json(change: Change) -> dict[str, str]:
    return {
        "section": change.section,
        "path": change.path,
        "words": change.words,
        "kind": change.kind.value,
        "before": change.before,
        "after": change.after,
        "sentence": change.sentence,
    }


def _departure_as_json(row: Departure) -> dict[str, Any]:
    return {
        "section": row.section,
        "path": row.path,
        "place": row.place,
        "reference": row.reference,
        "plan": row.plan,
        "difference": row.difference,
        "direction": row.direction.value,
        "lock": row.lock.value,
        "clause": row.clause,
        "rules": list(row.rules),
        "reason": row.reason,
    }
