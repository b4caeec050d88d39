"""操作记录: the chain of a unit, verified on demand, with filters and one record opened (design 14)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from tempfile import TemporaryFile
from typing import IO

from flask import Blueprint, abort, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue

from core.audit.actions import Action
from core.audit.checkpoint import Signer
from core.domain.values import BEIJING
from core.persistence.queries.audit import Filters
from core.services import audit as service
from core.services.audit import Verdict
from core.web import recordwords, session
from core.web.access import open_to
from core.web.forms import Form, Line, Needed, again, transaction
from core.web.texts import gettext as _
from core.web.texts import lazy_gettext
from core.web.units import AUDITORS, unit_or_404

audit = Blueprint("audit", __name__, url_prefix="/units/<int:tenant_id>/record")

SIGNER = "audit signer"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked to see; "" for everything."""

    action: str
    subject: str
    since: str
    until: str

    @classmethod
    def read(cls) -> Wanted:
        asked = request.args
        return cls(
            action=asked.get("action", "") if asked.get("action") in set(Action) else "",
            subject=asked.get("subject", "") if asked.get("subject") in recordwords.SUBJECTS else "",
            since=_day(asked.get("since", "")),
            until=_day(asked.get("until", "")),
        )

    def query(self, *, without: str = "") -> dict[str, str]:
        """The query that asks for this again, or for this without one choice."""
        choices = {"action": self.action, "subject": self.subject, "since": self.since, "until": self.until}
        return {name: choice for name, choice in choices.items() if choice and name != without}

    def filters(self) -> Filters:
        """``until`` includes its day."""
        return Filters(
            action=self.action or None,
            subject_type=self.subject or None,
            since=_midnight(self.since, 0),
            until=_midnight(self.until, 1),
        )


class Export(Form):
    reason = Line(validators=[Needed(lazy_gettext("未填写事由。填写导出的事由后再导出。"))])


@audit.get("")
@open_to(*AUDITORS)
def index(tenant_id: int) -> str:
    return _page(tenant_id, None)


@audit.get("/verify")
@open_to(*AUDITORS)
def verify(tenant_id: int) -> str:
    signer: Signer = current_app.extensions[SIGNER]
    return _page(tenant_id, service.verify(transaction(), tenant_id, signer.public_key))


@audit.get("/export")
@open_to(*AUDITORS)
def export_form(tenant_id: int) -> str:
    return render_template("audit/export.html", unit=unit_or_404(tenant_id), form=Export(formdata=None))


@audit.post("/export")
@open_to(*AUDITORS)
def export(tenant_id: int) -> ResponseReturnValue:
    """The whole record of the unit, as ``shouxi audit export`` writes it."""
    entries, now = Export(), session.person().now.astimezone(BEIJING)
    if not entries.validate():
        return again("audit/export.html", unit=unit_or_404(tenant_id), form=entries)
    lines = service.export_for(
        transaction(), actor=session.actor(), tenant_id=tenant_id, reason=str(entries.reason.data)
    )
    return send_file(
        _written(lines),
        mimetype="application/x-ndjson",
        as_attachment=True,
        download_name=f"record-{tenant_id}-{now:%Y%m%d-%H%M%S}.jsonl",
    )


def _written(lines: Iterable[str]) -> IO[bytes]:
    """A file that is nowhere, with these lines: sent after the transaction, which reads them, is over."""
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        file.writelines(f"{line}\n".encode() for line in lines)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _page(tenant_id: int, verdict: Verdict | None) -> str:
    unit, wanted, reader = unit_or_404(tenant_id), Wanted.read(), session.actor()
    before, seq = request.args.get("before", type=int), request.args.get("open", type=int)
    found = service.events(transaction(), tenant_id, filters=wanted.filters(), before=before)
    opened = None
    if seq is not None:
        one = next((each for each in found.events if each.seq == seq), None)
        one = one or next(
            iter(service.events(transaction(), tenant_id, before=seq + 1, limit=1).events), None
        )
        if one is None or one.seq != seq:
            abort(404)
        opened = recordwords.entry(one, reader)
    return render_template(
        "audit/index.html",
        unit=unit,
        wanted=wanted,
        entries=[recordwords.entry(each, reader) for each in found.events],
        more=found.before,
        before=before,
        end=found.end,
        opened=opened,
        verdict=verdict,
        actions=[("", _("全部")), *recordwords.actions().items()],
        subjects=[("", _("全部")), *recordwords.SUBJECTS.items()],
        labels={"action": _("动作"), "subject": _("对象"), "since": _("从"), "until": _("至")},
        names={**recordwords.actions(), **recordwords.SUBJECTS},
    )


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _midnight(day: str, later: int) -> datetime | None:
    if not day:
        return None
    return datetime.combine(date.fromisoformat(day) + timedelta(days=later), time(), BEIJING)
