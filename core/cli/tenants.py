"""``shouxi tenant``: the tenants of this installation, their compiled plans, and a new one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from core import paths
from core.cli.command import BLOCKED, OK, UNREADABLE, Command, Group
from core.cli.plans import format_option, print_json
from core.cli.report import show_report
from core.cli.terminal import Paper, err, out
from core.domain.plan import NINE_PARTS
from core.domain.records import plain
from core.plugin_host import CompiledPlan, LoadFailure
from core.services.tenants import check_tenant, compile_tenant, list_tenants, scaffold

OWN_CODE, NO_CODE = "有自己的代码", "仅数据"


@click.group("tenant", cls=Group, help="查看、检查和新建租户（企业）。")
def tenant() -> None:
    """The commands about tenants."""


@tenant.command("list", cls=Command)
@format_option
def list_all(form: str) -> int:
    """列出租户：代号、企业名称、有无代码、启用的共用插件。"""
    found = list_tenants()
    if form == "json":
        for each in found.tenants:
            print_json(
                {
                    "slug": each.slug,
                    "name": each.name,
                    "uscc": each.uscc,
                    "version": each.version,
                    "own_code": not each.declarative,
                    "plugins": list(each.plugins),
                }
            )
    else:
        out().table(
            [
                (each.slug, NO_CODE if each.declarative else OWN_CODE, _plugins(each.plugins), each.name)
                for each in found.tenants
            ]
        )
    notes = err()
    for failure in found.failures:
        show_failure(notes, failure)
    notes.line(f"租户 {len(found.tenants)} 个。")
    return UNREADABLE if found.failures else OK


@tenant.command("new", cls=Command)
@click.argument("slug", metavar="代号")
def new(slug: str) -> int:
    """新建租户：写出一个可以运行的文件夹。"""
    folder = scaffold(slug, paths.TENANTS)
    paper = out()
    paper.line(f"已建立 {_shown(folder)}。")
    for each in sorted(folder.iterdir()):
        paper.line(f"  {each.name}")
    paper.paragraph(
        f"先填写 tenant.toml 和 enrolment.yaml，再修改 plan.py，然后运行 shouxi tenant check {slug}。"
    )
    return OK


@tenant.command("check", cls=Command)
@click.argument("slugs", metavar="[代号]...", nargs=-1)
@format_option
def check(slugs: tuple[str, ...], form: str) -> int:
    """编译租户的方案并检查；不写代号则检查全部。

    退出码与 shouxi plan check 相同；插件出错算作阻断。
    """
    paper, notes = out(), err()
    found = None if slugs else list_tenants()
    for failure in found.failures if found else ():
        show_failure(notes, failure)
    blocked = 0
    chosen: Sequence[str] = slugs or [each.slug for each in (found.tenants if found else ())]
    for number, slug in enumerate(chosen):
        checked = check_tenant(slug)
        blocked += not checked.report.ok
        if form == "json":
            print_json(checked.report.as_json())
            continue
        if number:
            paper.line()
        show_report(paper, checked.report)
        paper.line()
        show_answerers(paper, checked.compiled)
    if found and found.failures:
        return UNREADABLE
    return BLOCKED if blocked else OK


@tenant.command("plan", cls=Command)
@click.argument("slug", metavar="代号")
def plan(slug: str) -> int:
    """输出租户编译出的方案（JSON），可以交给 shouxi plan check -。"""
    click.echo(json.dumps(plain(compile_tenant(slug).draft), ensure_ascii=False))
    return OK


def show_failure(paper: Paper, failure: LoadFailure) -> None:
    """Why something is left out; each fault of a file on a line of its own."""
    first, *faults = failure.message.splitlines()
    paper.paragraph(first, first=f"{failure.name}：")
    for fault in faults:
        paper.paragraph(fault.strip(), first="  ")


def show_answerers(paper: Paper, compiled: CompiledPlan) -> None:
    """Who answered each of the nine parts."""
    paper.line(paper.styled("各部分由谁提供", bold=True))
    paper.pairs(
        (
            (zh, f"{who.plugin} {who.version}" if (who := compiled.answered.get(part)) else "无")
            for part, zh in NINE_PARTS.items()
        ),
        margin=2,
    )


def _plugins(names: Sequence[str]) -> str:
    return "、".join(names) or "—"


def _shown(folder: Path) -> str:
    """The folder from where the reader stands, if it lies below."""
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)
