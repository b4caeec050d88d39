"""Who answered a part of a compiled plan, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from core.domain.frozen import Answerer
from core.plugin_host import CompiledPlan
from core.plugin_host.host import REFERENCE, STUDIO
from core.sandbox import OWN_CODE
from core.services.tenants import list_plugins


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody who answered, as a chip shows it; ``code_hash`` is the SHA-256 of code or typed answers."""

    words: str
    tone: str
    icon: str
    version: str
    code_hash: str


def sources(compiled: CompiledPlan) -> Mapping[str, Source]:
    """Who answered each part of ``compiled``, and whose fault it is that a part has no answer."""
    titles = titles_of_plugins()
    failed = {
        fault.part: Source(_("插件出错"), "bad", "alert-triangle", version="", code_hash="")
        for fault in compiled.faults
        if fault.part
    }
    return {**failed, **{part: source(who, titles) for part, who in compiled.answered.items()}}


def titles_of_plugins() -> dict[str, str]:
    """What the shared plugins are called, by name."""
    return {plugin.name: plugin.title for plugin in list_plugins()}


def summary(compiled: CompiledPlan) -> str:
    """企业填报 7 部分，企业自有代码 2 部分"""
    counted = Counter(each.words for each in sources(compiled).values())
    return "，".join(_("%(who)s %(n)s 部分", who=who, n=n) for who, n in counted.most_common())


def source(who: Answerer, titles: Mapping[str, str]) -> Source:
    """``who`` as a chip shows it; ``titles`` are those of the shared plugins by name."""
    if who.plugin == STUDIO:
        look = (_("企业填报"), "info", "edit")
    elif who.plugin.startswith(OWN_CODE):
        look = (_("企业自有代码"), "plug", "puzzle")
    elif who.plugin == REFERENCE:
        look = (_("省级参考"), "mute", "template")
    else:
        look = (_("共用插件：%(title)s", title=titles.get(who.plugin, who.plugin)), "plug", "puzzle")
    return Source(*look, version=who.version, code_hash=who.code_hash)
