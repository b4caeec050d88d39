"""The ``shouxi`` command, but for ``serve``, which ``core.app`` adds: only there does everything meet."""

import click

from core.cli.command import Late, run

__all__ = ["run", "shouxi"]

MODULES = {
    "audit": "core.cli.audit",
    "calendar": "core.cli.calendar",
    "plan": "core.cli.plans",
    "rules": "core.cli.rules",
    "tenant": "core.cli.tenants",
}


class Commands(Late):
    """Checking a plan loads no plugin host."""

    modules = MODULES


@click.group(
    "shouxi",
    cls=Commands,
    help="首席技师评聘平台的命令：检查方案，查看规则，推算工作日，管理租户，验证操作记录，启动网站。",
)
def shouxi() -> None:
    """Everything an operator or an enterprise does on the command line."""
