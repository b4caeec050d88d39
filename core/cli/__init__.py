"""The ``shouxi`` command, but for ``serve``, which ``core.app`` adds: only there does everything meet."""

from importlib import import_module

import click

from core.cli.command import Group, run

__all__ = ["run", "shouxi"]

MODULES = {
    "audit": "core.cli.audit",
    "calendar": "core.cli.calendar",
    "plan": "core.cli.plans",
    "rules": "core.cli.rules",
    "tenant": "core.cli.tenants",
}


class Commands(Group):
    """Loads the module of a command when it is asked for: checking a plan loads no plugin host."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*MODULES, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(MODULES[cmd_name]), cmd_name)
        return command


@click.group(
    "shouxi",
    cls=Commands,
    help="首席技师评聘平台的命令：检查方案，查看规则，推算工作日，管理租户，验证操作记录，启动网站。",
)
def shouxi() -> None:
    """Everything an operator or an enterprise does on the command line."""
