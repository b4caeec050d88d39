"""The ``shouxi`` command, but for ``serve``, which ``core.app`` adds: only there does everything meet."""

import click

from core.cli.command import Group, run
from core.cli.plans import plan
from core.cli.rules import rules

__all__ = ["run", "shouxi"]


@click.group("shouxi", cls=Group, help="首席技师评聘平台的命令：检查方案，查看规则，管理租户。")
def shouxi() -> None:
    """Everything that can be done without a browser."""


shouxi.add_command(plan)
shouxi.add_command(rules)
