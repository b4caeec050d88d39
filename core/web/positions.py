"""The list of enterprises with their stages (环节): each row as the strings that it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from flask import url_for

from core.domain.cycle_stages import CycleStage
from core.domain.places import CITIES
from core.domain.stages import Channel
from core.web.texts import gettext as _

TONES: Final[Mapping[CycleStage, str]] = MappingProxyType(
    {
        **dict.fromkeys(CycleStage, "info"),
        **dict.fromkeys((CycleStage.RETURNED, CycleStage.PLAN_RETURNED), "warn"),
        **dict.fromkeys((CycleStage.REJECTED, CycleStage.PLAN_REJECTED), "bad"),
        **dict.fromkeys((CycleStage.DRAFT, CycleStage.WITHDRAWN), "mute"),
        CycleStage.PLAN_APPROVED: "ok",
    }
)


class PositionRow(NamedTuple):
    """An enterprise: where its name leads, what is said of it; ``plan`` is the address of its plan or ""."""

    url: str
    enterprise: str
    uscc: str
    city: str
    direct: bool
    tone: str
    stage: str
    plan: str
    late: bool
    due: str
    matters: str


@dataclass(frozen=True, slots=True)
class Shown:
    """How rows are shown: the last day of a deadline for an enterprise, the words for a day, what opens."""

    last: Callable[[str, str], date]
    due: Callable[[date], str]
    units: bool
    reviews: bool

    def row(self, of: Any) -> PositionRow:
        """A row of ``core.services.cockpit.positions``."""
        stage = CycleStage(of.stage)
        read = self.reviews and of.version_id
        return PositionRow(
            self._url(of),
            of.enterprise or _("（未填写名称）"),
            of.uscc or _("未填写代码"),
            CITIES[of.city_code],
            of.channel == Channel.PROVINCE_DIRECT,
            TONES[stage],
            _(stage.zh),
            url_for("reviews.show", tenant_id=of.enterprise_id, version_id=of.version_id) if read else "",
            of.late,
            self.due(self.last(of.due, of.uscc)) if of.due else "—",
            "；".join(_matters(of)) or "—",
        )

    def _url(self, of: Any) -> str:
        if of.enterprise_id and self.units:
            return url_for("units.show", tenant_id=of.enterprise_id)
        return url_for("nominations.show", tenant_id=of.tenant_id, nomination_id=of.nomination_id)


def _matters(of: Any) -> Iterator[str]:
    """What was returned, reasoned and waived."""
    if of.returns:
        yield _("退回 %(n)s 次", n=of.returns)
    if of.accepted:
        yield _("理由被接受 %(n)s 条", n=of.accepted)
    if of.refused:
        yield _("理由不被接受 %(n)s 条", n=of.refused)
    if of.waivers:
        yield _("豁免 %(n)s 项", n=of.waivers)
