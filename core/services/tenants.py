"""The tenants of this installation: list them, compile and check one, start a new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from core import paths
from core.domain.cycle import Cycle
from core.domain.enterprise import Enterprise, Nomination, PlanPublicity
from core.domain.errors import DomainError
from core.domain.frozen import FrozenPlan, freeze
from core.domain.plan import PlanDraft
from core.domain.records import position, specs
from core.plugin_host import CompiledPlan, LoadFailure, PluginHost, SharedPlugin, Tenant, is_slug
from core.rulebook.engine import Edition
from core.services.editions import CURRENT
from core.services.plans import Report, check_plan

PROVINCE: Final = "province_hr"


@dataclass(frozen=True, slots=True)
class Tenants:
    """Who is there: the tenants by slug, and the plugins and tenants that are left out, with the reason."""

    tenants: tuple[Tenant, ...]
    failures: tuple[LoadFailure, ...]


@dataclass(frozen=True, slots=True)
class TenantReport:
    """A tenant's compiled plan and its check; the findings include the faults of its plugins."""

    compiled: CompiledPlan
    report: Report


@cache
def installation() -> PluginHost:
    """The plugins and tenants of this tree, loaded once in a process."""
    return PluginHost(CURRENT)


def list_tenants(host: PluginHost | None = None) -> Tenants:
    """The tenants as their folders are now."""
    host = host or installation()
    tenants, failures = host.tenants()
    return Tenants(tenants, (*host.shelf.failures, *failures))


def folder_of(uscc: str, host: PluginHost | None = None) -> Tenant | None:
    """The folder that is bound to an enterprise by its number, if it has one."""
    return next((each for each in list_tenants(host).tenants if each.uscc == uscc), None)


def list_plugins(host: PluginHost | None = None) -> tuple[SharedPlugin, ...]:
    """The shared plugins that are loaded, by name."""
    plugins = (host or installation()).shelf.plugins
    return tuple(plugins[name] for name in sorted(plugins))


def compile_tenant(slug: str, cycle: Cycle | None = None, host: PluginHost | None = None) -> CompiledPlan:
    """The plan of the tenant ``slug``. Raises ``DomainError`` when there is none or its folder is broken."""
    host = host or installation()
    return host.compile_plan(host.tenant(slug), cycle or latest_cycle(host.edition))


def check_tenant(
    slug: str,
    cycle: Cycle | None = None,
    host: PluginHost | None = None,
    edition: Edition | None = None,
) -> TenantReport:
    """The plan of the tenant ``slug`` with its findings by ``edition``. Raises as ``compile_tenant``."""
    host = host or installation()
    compiled = compile_tenant(slug, cycle, host)
    report = check_plan(compiled.draft, compiled.cycle, edition or host.edition)
    found = sorted(
        (*compiled.findings(), *report.findings), key=lambda each: (position(PlanDraft, each.path), each.rule)
    )
    return TenantReport(compiled, replace(report, findings=tuple(found)))


def freeze_tenant(compiled: CompiledPlan, edition: Edition = CURRENT) -> FrozenPlan:
    """A compiled plan in the form that is approved and run, with who answered each part.

    Raises ``DomainError`` while a plugin's fault leaves a part empty.
    """
    if compiled.faults:
        raise DomainError(f"方案有 {len(compiled.faults)} 处插件错误，不能定稿。{compiled.faults[0].message}")
    return freeze(compiled.draft, edition=edition.id, rulebook=edition.version, answerers=compiled.answered)


def latest_cycle(edition: Edition = CURRENT) -> Cycle:
    """The cycle of the last year for which the edition has an official calendar, with its deadlines."""
    year = max(edition.calendar.years)
    return edition.complete(Cycle(id=str(year), year=year, created_by=PROVINCE))


def scaffold(slug: str, folder: Path = paths.TENANTS) -> Path:
    """Start the tenant ``slug`` below ``folder`` and return its folder.

    The package works as it is: the province's reference answers until the enterprise does. Raises
    ``DomainError`` for a name that cannot be used or is taken.
    """
    if not is_slug(slug):
        raise DomainError(
            f"“{slug}”不能用作企业代号。用 2 至 40 个小写字母、数字和下划线，以字母开头，如 nantong_canglan。"
        )
    target = folder / slug
    try:
        target.mkdir(parents=True)
        for name, text in _files(slug):
            (target / name).write_text(text, "utf-8")
    except FileExistsError:
        raise DomainError(f"{target} 已经存在，没有改动。换一个代号，或直接修改其中的文件。") from None
    except OSError as error:
        raise DomainError(f"不能写入 {target}：{error.strerror}。检查文件夹的权限和磁盘空间。") from None
    return target


def _files(slug: str) -> Iterator[tuple[str, str]]:
    yield "__init__.py", ""
    yield "tenant.toml", MANIFEST
    yield "plan.py", CODE
    yield "enrolment.yaml", "\n".join(_enrolment(slug)) + "\n"


def _enrolment(slug: str) -> Iterator[str]:
    """Every key of the blocks that hooks do not answer, empty, with its official term."""
    yield "# 企业基本情况、推荐申报、方案公示和报送。逐项填写，井号之后是说明；没有的留空。"
    yield f"plan_id: {slug}  # 方案编号"
    for name, record in (
        ("enterprise", Enterprise),
        ("nomination", Nomination),
        ("publicity", PlanPublicity),
    ):
        yield f"{name}:  # {specs(PlanDraft)[name].zh}"
        for key, spec in specs(record).items():
            yield f"  {key}:  # {spec.zh}{f'（{spec.unit}）' if spec.unit else ''}"
    yield f"submitted_at:  # {specs(PlanDraft)['submitted_at'].zh}"


MANIFEST: Final = """\
# 企业名称、统一社会信用代码、本文件夹的版本，以及启用的共用插件（按询问的先后）。
name = ""
uscc = ""
version = "0.1"
plugins = []
"""

CODE: Final = '''\
"""本企业自己提供的方案内容。

每个带 @hookimpl 的函数回答方案的一个部分，返回 Answer；返回 None 或不写，由共用插件和省级参考回答。
九个钩子的写法见 docs/hooks.md。不需要编程的部分写在同一文件夹的 answers.yaml 里，填报的优先。
"""

from core.sdk import Answer, Rubric, Template, hookimpl, reference_rubric


@hookimpl
def plan_rubric(template: Template) -> Answer[Rubric]:
    """评分标准：从附件3 的评分表出发，按本企业实际调整模块、评分细项和档位。"""
    rubric = reference_rubric(template)
    # 例如调整模块配分：rubric = reweighed(rubric, achievement=45, interview=25, overall=30)
    return Answer(rubric)
'''
