"""推荐名额: which nominations take a place in a city's quota (一（一）, AMB-03), for rules and for pages."""

from __future__ import annotations

from typing import Final

from core.domain.nomination import Slot
from core.domain.stages import Channel
from core.rulebook.template import Template

CLASSES: Final = "/nomination/quota_classes"


def is_exempt(template: Template, quota_class: str) -> bool:
    """Whether nominations of a class stand outside the quota; an unknown class does not."""
    known = quota_class in template.codes(CLASSES)
    return known and template.flag(f"{CLASSES}/{quota_class}/exempt")


def takes_quota(template: Template, slot: Slot) -> bool:
    """Whether a nomination counts against its city's quota: without proof an exempt class does (AMB-03)."""
    exempt = is_exempt(template, slot.quota_class) and slot.class_proved
    return slot.state.stands and slot.channel == Channel.CITY and not exempt
