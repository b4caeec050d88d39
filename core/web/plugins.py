"""插件 of an enterprise: who is asked for its plan, what each of them answered, what none of them can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, render_template

from core.domain.frozen import Answerer
from core.domain.plan import NINE_PARTS
from core.domain.roles import Role, TenantKind
from core.plugin_host.host import STUDIO
from core.rulebook.terms import Effect
from core.sandbox import OWN_CODE, Limits
from core.services.plugins import Hook, HookState, Plugin, Plugins, plugins_of
from core.web import answerers, session
from core.web.access import city, everywhere, open_to, own
from core.web.forms import transaction
from core.web.texts import gettext as _
from core.web.units import unit_or_404

plugins = Blueprint("plugins", __name__, url_prefix="/units/<int:tenant_id>/plugins")

READERS = (
    *own(Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR),
    *city(Role.CITY_HR, Role.CITY_CENTRE, Role.CITY_INDUSTRY),
    *everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE),
)
"""Those who prepare the plan, and those who review it."""
FILES: Mapping[str, str] = {STUDIO: "answers.yaml", OWN_CODE: "plan.py"}
MEGABYTE = 2**20


@plugins.get("")
@open_to(*READERS)
def show(tenant_id: int) -> str:
    unit = unit_or_404(tenant_id)
    if unit.kind is not TenantKind.ENTERPRISE:
        abort(404)
    found, titles = plugins_of(transaction(), unit), answerers.titles_of_plugins()
    limits = Limits()
    return render_template(
        "plugins/show.html",
        unit=unit,
        found=found,
        cards=[_card(each, found, titles) for each in found.plugins],
        parts=[_part(part, found, titles) for part in NINE_PARTS],
        now=session.person().now,
        seconds=f"{limits.wall_seconds:g}",
        memory=limits.memory_bytes // MEGABYTE,
        output=limits.output_bytes // MEGABYTE,
        effects=Effect,
    )


@dataclass(frozen=True, slots=True)
class Used:
    """A hook in words: its name, the part it is for, what came of it and how that looks.

    ``anchor`` is where the part stands in the plan, for a hook that answered.
    """

    name: str
    part: str
    words: str
    tone: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Card:
    """A plugin as its card shows it; ``file`` is where in the folder its answers come from."""

    plugin: Plugin
    source: answerers.Source
    file: str
    used: tuple[Used, ...]
    unused: tuple[Used, ...]


def _card(plugin: Plugin, found: Plugins, titles: Mapping[str, str]) -> Card:
    hooks = [(hook.state, _used(hook, found, titles)) for hook in plugin.hooks]
    worked = (HookState.ANSWERED, HookState.FAILED)
    name = OWN_CODE if plugin.name.startswith(OWN_CODE) else plugin.name
    return Card(
        plugin=plugin,
        source=answerers.source(plugin.answerer, titles),
        file=FILES.get(name, ""),
        used=tuple(used for state, used in hooks if state in worked),
        unused=tuple(used for state, used in hooks if state not in worked),
    )


def _used(hook: Hook, found: Plugins, titles: Mapping[str, str]) -> Used:
    words, tone = _outcome(hook, found, titles)
    anchor = f"/{hook.part}" if hook.state is HookState.ANSWERED and found.report else ""
    return Used(f"plan_{hook.part}", NINE_PARTS[hook.part], words, tone, anchor)


def _outcome(hook: Hook, found: Plugins, titles: Mapping[str, str]) -> tuple[str, str]:
    if hook.state is HookState.ANSWERED:
        return _("提供方案的这一部分"), "ok"
    if hook.state is HookState.FAILED:
        return _("出错，这一部分空缺"), "bad"
    if hook.answerer is None:
        failed = any(fault.part in (hook.part, None) for fault in found.faults)
        return (_("没有问到，前面的插件出错") if failed else _("没有回答，这一部分空缺")), "mute"
    who = answerers.source(hook.answerer, titles).words
    if hook.state is HookState.NOT_ASKED:
        return _("没有问到，已由%(who)s提供", who=who), "mute"
    return _("没有回答，由%(who)s提供", who=who), "mute"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the plan and who provides it."""

    name: str
    words: str
    tone: str


def _part(part: str, found: Plugins, titles: Mapping[str, str]) -> Part:
    answerer: Answerer | None = found.answered.get(part)
    if answerer is not None:
        source = answerers.source(answerer, titles)
        return Part(NINE_PARTS[part], source.words, source.tone)
    if any(fault.part == part for fault in found.faults):
        return Part(NINE_PARTS[part], _("插件出错"), "bad")
    return Part(NINE_PARTS[part], _("还没有内容") if found.report else _("由企业编制"), "warn")
