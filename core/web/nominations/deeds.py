"""What can be done with a nomination, in words: buttons, whose turn it is, what comes of a step."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from core.domain.nomination import Signature
from core.domain.roles import Actor, Role
from core.domain.stages import Channel, NominationAct, NominationState, acts
from core.domain.values import BEIJING
from core.services.nominations.kept import Kept
from core.web.texts import lazy_gettext

TONES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        NominationState.DRAFT: ("mute", ""),
        NominationState.SUBMITTED: ("info", ""),
        NominationState.REPORTED: ("info", ""),
        NominationState.RETURNED: ("warn", "arrow-back-up"),
        NominationState.ADMITTED: ("ok", "check"),
        NominationState.REJECTED: ("bad", "circle-x"),
        NominationState.WITHDRAWN: ("mute", ""),
    }
)
"""How a state looks: tone and icon."""

FORWARD: Final = (NominationAct.SUBMIT, NominationAct.COUNTERSIGN, NominationAct.ADMIT)
"""The acts that the rules judge."""

ARRIVED: Final = frozenset({NominationState.REPORTED, NominationState.ADMITTED, NominationState.REJECTED})

ENDPOINTS: Final[Mapping[NominationAct, str]] = MappingProxyType(
    {
        NominationAct.SUBMIT: "nominations.submit_form",
        NominationAct.COUNTERSIGN: "nominations.countersign_form",
        NominationAct.RETURN: "nominations.send_back_form",
        NominationAct.ADMIT: "nominations.admit_form",
        NominationAct.REJECT: "nominations.reject_form",
        NominationAct.WITHDRAW: "nominations.withdraw_form",
    }
)

WORDS: Final[Mapping[NominationAct, str]] = MappingProxyType(
    {
        NominationAct.COUNTERSIGN: "会签",
        NominationAct.RETURN: "退回补正",
        NominationAct.ADMIT: "确定为试点企业",
        NominationAct.REJECT: "不予确定",
    }
)
"""The words of the button of an act; those of sending in and taking back are the page's (``views``)."""

VERBS: Final[Mapping[NominationAct, str]] = MappingProxyType(
    {
        NominationAct.COUNTERSIGN: "会签",
        NominationAct.RETURN: "退回",
        NominationAct.ADMIT: "确定",
        NominationAct.REJECT: "决定不予确定",
        NominationAct.WITHDRAW: "撤回",
    }
)
"""An act within a sentence."""

ICONS: Final[Mapping[NominationAct, str]] = MappingProxyType(
    {
        NominationAct.SUBMIT: "send",
        NominationAct.COUNTERSIGN: "writing",
        NominationAct.RETURN: "arrow-back-up",
        NominationAct.ADMIT: "rubber-stamp",
        NominationAct.REJECT: "ban",
        NominationAct.WITHDRAW: "x",
    }
)

TURNS: Final[Mapping[NominationState, Any]] = MappingProxyType(
    {
        NominationState.DRAFT: lazy_gettext("由{nominator}填写，齐备后{act}。"),
        NominationState.SUBMITTED: lazy_gettext("等待{city}人力资源社会保障部门会签。"),
        NominationState.REPORTED: lazy_gettext("等待省职业技能鉴定中心核实、确定。"),
        NominationState.RETURNED: lazy_gettext("等待{nominator}补正后重新{act}。"),
        NominationState.ADMITTED: lazy_gettext("已办结。"),
        NominationState.REJECTED: lazy_gettext("已办结。"),
        NominationState.WITHDRAWN: lazy_gettext("已办结。撤回后不占用名额，可以另行推荐。"),
    }
)

OWN_TURN: Final = lazy_gettext("由本单位核实、确定，还有 {waiting} 项要求没有核实。")
OWN_DECISION: Final = lazy_gettext("由本单位办理。申报要求都已核实，可以确定，也可以退回补正。")
"""The same of what has reached the province, said to the province."""

CONSEQUENCES: Final[Mapping[NominationAct, Any]] = MappingProxyType(
    {
        NominationAct.SUBMIT: lazy_gettext(
            "推荐后内容不能修改，由本市人力资源社会保障部门会签后报省职业技能鉴定中心。"
        ),
        NominationAct.COUNTERSIGN: lazy_gettext(
            "会签表示本市人力资源社会保障部门同意推荐，随即报省职业技能鉴定中心核实、确定。"
        ),
        NominationAct.RETURN: lazy_gettext(
            "退回后由推荐单位补正，重新报送。写了理由的部分须补正，其余部分保持原样。"
        ),
        NominationAct.REJECT: lazy_gettext("不予确定后，这件推荐申报不再办理，腾出的名额可以另行推荐。"),
        NominationAct.WITHDRAW: lazy_gettext("撤回后，这件推荐申报不再办理，腾出的名额可以另行推荐。"),
    }
)
"""What comes of a step."""
DIRECTLY: Final = lazy_gettext("申报后内容不能修改，直接报省职业技能鉴定中心核实、确定。")
"""What comes of sending in where nobody countersigns."""


def signed(signature: Signature | None) -> str:
    """Who signed and on which day."""
    if signature is None:
        return ""
    at = signature.at.astimezone(BEIJING)
    return f"{signature.name} {at:%m-%d}"


def acts_of(kept: Kept, actor: Actor) -> tuple[NominationAct, ...]:
    """What ``actor`` may do with a nomination in its state."""
    own = actor.role not in {Role.CITY_CENTRE, Role.CENTRAL_BRANCH} or actor.tenant_id == kept.tenant_id
    channel = Channel(str(kept.nomination.dossier.channel))
    return acts(kept.nomination.state, channel=channel, role=actor.role) if own else ()


def step_of(kept: Kept, actor: Actor) -> NominationAct | None:
    """The step forward that ``actor`` may take; the rules are asked about it."""
    return next((each for each in acts_of(kept, actor) if each in FORWARD), None)
