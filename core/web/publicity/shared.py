"""What the pages of a notice share: the plan and its version, the strip of days, the address and its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

import segno
from flask import Blueprint, abort, url_for
from markupsafe import Markup

from core.domain.calendar import ONE_DAY, WorkCalendar
from core.domain.due import WEEKDAYS, due_words
from core.domain.roles import Role
from core.services import publicity as service
from core.services.drafts import kept as plans
from core.services.drafts.kept import KeptPlan, VersionHead
from core.services.plan_comments import Counts
from core.services.publicity import Notice
from core.web import session, workdays
from core.web.access import own
from core.web.forms import transaction
from core.web.texts import gettext as _

publicity = Blueprint("publicity", __name__)

ONE: Final = "/units/<int:tenant_id>/plans/<int:plan_id>/notice"
MAKERS: Final = own(Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_HR)
STAFF_RULE, DAYS_RULE, HASH_RULE = "JS-2.2-plan-publicised-staff", "PF-plan-publicity-days", "PF-plan-hash"
REPORT_RULE: Final = "JS-2.3-plan-report-deadline"
STRIP: Final = 14
"""Days of a notice that are drawn one by one; a longer one has its first and last days."""


@dataclass(frozen=True, slots=True)
class DayOfNotice:
    """A day in the strip; ``look`` is off, wd, today or "" for one to come."""

    weekday: str
    day: str
    note: str
    look: str


@dataclass(frozen=True)
class NoticePage:
    """A notice as its pages show it."""

    notice: Notice
    calendar: WorkCalendar

    @cached_property
    def workdays(self) -> int:
        """How many working days it lasts, the first not counted (AMB-20)."""
        return self.calendar.count(self.notice.starts_on, self.notice.ends_on)

    @property
    def left(self) -> str:
        """还有 3 个工作日（11月6日 周五）"""
        return due_words(self.notice.ends_on, self.notice.today, self.calendar)

    @property
    def state(self) -> tuple[str, str, str]:
        """Tone, words and icon of where it stands."""
        if self.notice.withdrawn_at is not None:
            return "mute", _("已撤下"), "x"
        if not self.notice.ended:
            return "info", _("公示中"), "speakerphone"
        return "ok", _("公示已结束"), "check"

    def strip(self) -> tuple[DayOfNotice, ...]:
        """Its days, one by one."""
        notice, found, number = self.notice, [], 0
        day = notice.starts_on
        while day <= notice.ends_on:
            counted = day > notice.starts_on and self.calendar.is_workday(day)
            number += counted
            found.append(self._day(day, number if counted else 0))
            day += ONE_DAY
        return tuple(found if len(found) <= STRIP else (*found[: STRIP - 3], *found[-3:]))

    def _day(self, day: date, number: int) -> DayOfNotice:
        today = day == self.notice.today and self.notice.withdrawn_at is None
        if today:
            note = _("今天")
        elif day == self.notice.starts_on:
            note = _("发布")
        else:
            note = _("第 %(n)s 日", n=number) if number else _("不计")
        past = "wd" if number and day < self.notice.today else ""
        look = "today" if today else past if number else "off"
        weekday = _("周%(day)s", day=WEEKDAYS[day.weekday()])
        return DayOfNotice(weekday, f"{day.month:02}-{day.day:02}", note, look)


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done with a version, by whom, when; ``role`` is that of a body outside the enterprise."""

    what: str
    name: str
    at: datetime
    role: str = ""


@dataclass(frozen=True)
class OwnPage:
    """The notice of a plan as the enterprise sees it; ``found`` is that of the last version, if any."""

    plan: KeptPlan
    found: NoticePage | None
    counts: Counts | None = None

    @property
    def last(self) -> VersionHead | None:
        return self.plan.last

    @property
    def begins(self) -> bool:
        """Whether another notice may begin now, once the plan has no finding."""
        return not self.plan.closed_because

    @property
    def stands(self) -> bool:
        """Whether a notice stands that may be taken down, or sent in once it is over."""
        return self.last is not None and self.last.state.value == "publicised"

    @property
    def deadline(self) -> date:
        return self.plan.opened.cycle.last_day("plan_report", self.plan.uscc)

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """办理记录 of the last version, the first deed first."""
        last, notice = self.last, self.found and self.found.notice
        if last is None or not notice:
            return ()
        found = [Deed(_("公示"), notice.published_name, notice.published_at)]
        if notice.withdrawn_at:
            found.append(Deed(_("撤下公示"), notice.withdrawn_name or "", notice.withdrawn_at))
        if last.submitted_at:
            found.append(Deed(_("报送"), last.submitted_name or "", last.submitted_at))
        if last.decided_at:
            role = last.decided_role.zh if last.decided_role else ""
            found.append(Deed(_(last.state.zh), last.decided_name or "", last.decided_at, _(role)))
        return tuple(found)

    @property
    def link(self) -> str:
        """The address that staff open."""
        notice = self.found and self.found.notice
        if not notice:
            return ""
        token = service.token_of(notice, session.rules().keys)
        return url_for("publicity.show", token=token, _external=True)

    @property
    def qr(self) -> Markup:
        """The address as a code to be scanned."""
        drawn = segno.make(self.link, error="m").svg_inline(
            omitsize=True, light="#fff", title=_("公示页面二维码")
        )
        return Markup(drawn)  # noqa: S704 - drawn by us

    def url(self, endpoint: str = "publicity.watch", **values: Any) -> str:
        return url_for(endpoint, tenant_id=self.plan.tenant_id, plan_id=self.plan.id, **values)


def plan_or_404(tenant_id: int, plan_id: int) -> KeptPlan:
    """The plan in the address, in scope."""
    found = plans.of(transaction(), tenant_id=tenant_id, plan_id=plan_id)
    if found is None:
        abort(404)
    return found


def own_page(plan: KeptPlan) -> OwnPage:
    """The plan with the notice of its last version."""
    notice = (
        service.of_version(transaction(), tenant_id=plan.tenant_id, version_id=plan.last.id)
        if plan.last
        else None
    )
    return OwnPage(plan, None if notice is None else NoticePage(notice, workdays.calendar()))
