"""操作记录 in words: what was done, by whom under which hat, which fields changed from what to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from flask_babel import get_locale

from core import policy
from core.audit.actions import Action, name_of
from core.audit.chain import Event
from core.domain.cycle import Deadlines
from core.domain.guidance import GuidanceKind
from core.domain.pilot_cycle import CycleMode
from core.domain.places import CITIES
from core.domain.records import specs
from core.domain.roles import KIND_NAMES, Actor, Role
from core.domain.sanction import SanctionKind
from core.domain.stages import NominationState, PlanState
from core.rulebook.vocabulary import vocabulary
from core.services import plan_comments
from core.services.accounts.password_links import BEARER
from core.services.editions import CURRENT
from core.services.nominations.kept import PURPOSES
from core.services.reviews.assessing import OUTCOMES
from core.services.reviews.kept import SUBJECT as PLAN_VERSION
from core.web import moments
from core.web.texts import gettext as _
from core.web.texts import lazy_gettext

WORDS_OF: Final = vocabulary(CURRENT.id)

TONES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Action.FIELD_READ: "info",
        Action.FILE_READ: "info",
        Action.SESSION_END: "mute",
        Action.SESSION_END_ALL: "mute",
        Action.SESSION_SWITCH_HAT: "mute",
        Action.GRANT_REVOKE: "bad",
        Action.INVITATION_REVOKE: "bad",
        Action.PERSON_DISABLE: "bad",
        Action.TOTP_RESET: "warn",
        Action.PASSWORD_CHANGE: "warn",
        Action.PASSWORD_LINK_ISSUE: "warn",
        Action.PASSWORD_RESET: "warn",
        Action.TOTP_ENROL: "warn",
        Action.RECOVERY_CODES_RENEW: "warn",
        Action.CLOCK_SHIFT: "plug",
        Action.QUOTA_RAISE: "warn",
        Action.DEADLINE_REOPEN: "warn",
        Action.BOTH_HANDS_ALLOW: "warn",
        Action.SANCTION_ENTER: "bad",
        Action.NOMINATION_RETURN: "warn",
        Action.NOMINATION_REJECT: "bad",
        Action.NOMINATION_WITHDRAW: "mute",
        Action.FILE_REMOVE: "bad",
        Action.GUIDANCE_WITHDRAW: "bad",
        Action.PLAN_RESET: "warn",
        Action.PLAN_AMEND: "warn",
        Action.PLAN_WITHDRAW: "mute",
        Action.PLAN_RETURN: "warn",
        Action.PLAN_REJECT: "bad",
        Action.PLAN_WAIVE: "warn",
        Action.PLAN_RECUSE: "warn",
        Action.CITY_REQUIREMENT_WITHDRAW: "bad",
    }
)
"""How an act looks; what is not here adds something (``ok``)."""

SUBJECTS: Final = MappingProxyType(
    {
        "tenant": lazy_gettext("单位"),
        "person": lazy_gettext("人员"),
        "grant": lazy_gettext("角色"),
        "invitation": lazy_gettext("邀请"),
        "clock": lazy_gettext("演示时钟"),
        "cycle": lazy_gettext("年度"),
        "calendar": lazy_gettext("工作日历"),
        "sanction": lazy_gettext("处理决定"),
        "nomination": lazy_gettext("推荐申报"),
        "attachment": lazy_gettext("附件"),
        "plugin": lazy_gettext("插件"),
        "plan": lazy_gettext("工作方案"),
        "plan_comment": lazy_gettext("公示意见"),
        "guidance_entry": lazy_gettext("指导服务记录"),
        "guidance_file": lazy_gettext("参考资料"),
        "plan_version": lazy_gettext("工作方案版本"),
        "city_requirement": lazy_gettext("设区市具体要求"),
    }
)

FIELDS: Final = MappingProxyType(
    {
        "kind": lazy_gettext("类别"),
        "name": lazy_gettext("名称"),
        "short_name": lazy_gettext("简称"),
        "city_code": lazy_gettext("设区市"),
        "uscc": lazy_gettext("统一社会信用代码"),
        "slug": lazy_gettext("企业代号"),
        "login_name": lazy_gettext("登录名"),
        "phone": lazy_gettext("手机号"),
        "record": lazy_gettext("操作记录"),
        "person_id": lazy_gettext("人员编号"),
        "role": lazy_gettext("角色"),
        "valid_from": lazy_gettext("有效期起"),
        "valid_to": lazy_gettext("有效期至"),
        "expires_at": lazy_gettext("链接有效期至"),
        "used_by": lazy_gettext("接受人编号"),
        "revoked": lazy_gettext("撤销"),
        "sessions_ended": lazy_gettext("退出的登录"),
        "now": lazy_gettext("时间"),
        "code": lazy_gettext("年度编号"),
        "year": lazy_gettext("年度"),
        "edition": lazy_gettext("规则版本"),
        "mode": lazy_gettext("开展方式"),
        "clusters": lazy_gettext("先进制造业集群（个）"),
        "plan_experts": lazy_gettext("方案评估专家"),
        **{f"deadlines.{name}": spec.zh for name, spec in specs(Deadlines).items()},
        **{f"quota.{code}": f"{city}推荐名额（家）" for code, city in CITIES.items()},
        "holidays": lazy_gettext("放假（天）"),
        "workdays": lazy_gettext("调休上班（天）"),
        "source": lazy_gettext("依据"),
        "as_of": lazy_gettext("起用"),
        "sanction_kind": lazy_gettext("处理对象"),
        "decided_on": lazy_gettext("决定日期"),
        "barred_until": lazy_gettext("限制期至"),
        "state": lazy_gettext("状态"),
        "cycle": lazy_gettext("年度"),
        "cycle_id": lazy_gettext("年度序号"),
        "nomination_tenant_id": lazy_gettext("推荐单位编号"),
        "nomination_id": lazy_gettext("推荐申报编号"),
        "channel": lazy_gettext("申报渠道"),
        "quota_class": lazy_gettext("名额类别"),
        "enterprise": lazy_gettext("企业"),
        "purpose": lazy_gettext("证明事项"),
        "digest": lazy_gettext("文件摘要"),
        "position": lazy_gettext("次序"),
        "guidance_kind": lazy_gettext("服务类别"),
        "given_on": lazy_gettext("服务日期"),
        "given_by_unit": lazy_gettext("服务单位"),
        "summary": lazy_gettext("内容"),
        "taken_over": lazy_gettext("沿用已填内容"),
        "amends": lazy_gettext("修订的版本"),
        "plan_state": lazy_gettext("状态"),
        "version_number": lazy_gettext("版本"),
        "content_hash": lazy_gettext("方案摘要"),
        "snapshot_hash": lazy_gettext("版本摘要"),
        "starts_on": lazy_gettext("公示开始"),
        "ends_on": lazy_gettext("公示结束"),
        "channels": lazy_gettext("公示渠道"),
        "coverage_statement": lazy_gettext("覆盖全体职工的说明"),
        "staff_number": lazy_gettext("工号"),
        "comment_digest": lazy_gettext("意见摘要"),
        "comments": lazy_gettext("公示意见（条）"),
        "employed": lazy_gettext("本企业职工"),
        "answer": lazy_gettext("答复"),
        "section": lazy_gettext("方案章节"),
        "verdict": lazy_gettext("审核结论"),
        "rule": lazy_gettext("规则编号"),
        "unlocked": lazy_gettext("可以修改的部分"),
        "seal": lazy_gettext("批准时的摘要"),
        "superseded": lazy_gettext("代替的版本"),
        "expert": lazy_gettext("专家"),
        "outcome": lazy_gettext("评估结论"),
        "attachment": lazy_gettext("附件编号"),
        "settings": lazy_gettext("加严的规定"),
    }
)


MOMENTS: Final = frozenset({"valid_from", "valid_to", "expires_at", "now"})

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "role": {role.value: role.zh for role in Role},
        "kind": {kind.value: name for kind, name in KIND_NAMES.items()},
        "city_code": CITIES,
        "mode": {mode.value: mode.zh for mode in CycleMode},
        "sanction_kind": {kind.value: kind.zh for kind in SanctionKind},
        "state": {state.value: state.zh for state in NominationState},
        "plan_state": {state.value: state.zh for state in PlanState},
        "channel": {code: WORDS_OF.word("channel", code) for code in WORDS_OF.codes("channel")},
        "quota_class": {code: WORDS_OF.word("quota_class", code) for code in WORDS_OF.codes("quota_class")},
        "purpose": {purpose: title for purpose, (_part, title) in PURPOSES.items()},
        "guidance_kind": {kind.value: kind.zh for kind in GuidanceKind},
        "verdict": {
            "agree": "同意",
            "return": "拟退回",
            "confirmed": "已核对",
            "accepted": "采纳理由",
            "refused": "不采纳理由",
        },
        "outcome": OUTCOMES,
    }
)
"""What recorded codes are called."""

WITHOUT_A_ROLE: Final = MappingProxyType(
    {
        "platform": lazy_gettext("平台"),
        BEARER: lazy_gettext("凭重设密码链接"),
        plan_comments.BEARER: lazy_gettext("凭公示地址"),
    }
)
"""Hats of who acts without a role."""


def actions() -> Mapping[str, str]:
    """What acts are called, in the reader's language."""
    return _actions(str(get_locale()))


@cache
def _actions(_locale: str) -> Mapping[str, str]:
    return MappingProxyType({each.value: _(each.zh) for each in Action})


@dataclass(frozen=True, slots=True)
class Change:
    """One field in words; empty for nothing there. ``read`` when it was looked at, not changed."""

    label: str
    before: str
    after: str
    read: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as its reader sees it."""

    event: Event
    action: str
    tone: str
    hat: str
    changes: tuple[Change, ...]

    @property
    def subject(self) -> str:
        return str(SUBJECTS.get(self.event.subject_type, self.event.subject_type))

    @property
    def reason(self) -> str:
        return self.event.reason or ""


def entry(event: Event, reader: Actor) -> Entry:
    """``event`` in words, with the values that ``reader`` may see."""
    changes = event.changes.items()
    return Entry(
        event=event,
        action=_(name_of(event.action)),
        tone=TONES.get(event.action, "ok"),
        hat=_hat(event.hat),
        changes=tuple(
            _change(event, reader, name, *pair)
            for name, pair in changes
            if tuple(pair) != (None, None) or event.action == Action.FIELD_READ
        ),
    )


def _hat(hat: str) -> str:
    """“city_hr@12” as the role's name."""
    role = hat.partition("@")[0]
    return str(WORDS["role"].get(role) or WITHOUT_A_ROLE.get(role, role))


def _change(event: Event, reader: Actor, name: str, before: Any, after: Any) -> Change:
    label = str(FIELDS.get(name, name))
    if event.action == Action.FIELD_READ:
        return Change(label, "", "", read=True)
    if not policy.shown_in_record(reader, event.tenant_id, event.subject_type, event.subject_id, name):
        return Change(label, "", _("（不显示）"))
    kind = "plan_state" if name == "state" and event.subject_type == PLAN_VERSION else name
    return Change(label, _words(kind, before), _words(kind, after))


def _words(name: str, value: Any) -> str:
    """A recorded value as it is said."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    text = str(value)
    if name in MOMENTS:
        return _moment(text, moments.until if name == "valid_to" else moments.moment)
    return str(WORDS.get(name, {}).get(text, text))


def _moment(text: str, said: Callable[[datetime], str]) -> str:
    try:
        return said(datetime.fromisoformat(text))
    except ValueError:
        return text
