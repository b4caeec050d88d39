"""The words a rule is described with: how strong it is, what follows if it is not met, when it is judged."""

from enum import StrEnum


class Force(StrEnum):
    """How strongly the official text speaks; ``platform`` marks the platform's own rules."""

    MANDATORY = "mandatory"
    PROHIBITED = "prohibited"
    IN_PRINCIPLE = "in_principle"
    ENCOURAGED = "encouraged"
    PERMITTED = "permitted"
    REFERENCE = "reference"
    DEFINITION = "definition"
    SANCTION = "sanction"
    PLATFORM = "platform"

    @property
    def zh(self) -> str:
        """The official word, as shown on screen and in print."""
        return _FORCE_ZH[self]


class Effect(StrEnum):
    """What a violation does: ``block`` stops the step, ``needs_reason`` stops it until a reason is written,
    ``warn`` is shown to the actor and the next reviewer; ``record`` and ``none`` give no finding."""

    BLOCK = "block"
    NEEDS_REASON = "needs_reason"
    WARN = "warn"
    RECORD = "record"
    NONE = "none"

    @property
    def zh(self) -> str:
        """The word shown on screen and in print."""
        return _EFFECT_ZH[self]


class Occasion(StrEnum):
    """When code judges a rule; one rule may be judged on several."""

    PLAN = "plan"
    OPENING = "opening"
    CITY_REQUIREMENTS = "city_requirements"
    NOMINATION = "nomination"
    GUIDANCE = "guidance"

    @property
    def zh(self) -> str:
        """The name of the check, as shown on screen and in print."""
        return _OCCASION_ZH[self]


_FORCE_ZH = {
    Force.MANDATORY: "应当",
    Force.PROHIBITED: "不得",
    Force.IN_PRINCIPLE: "原则上",
    Force.ENCOURAGED: "鼓励",
    Force.PERMITTED: "可",
    Force.REFERENCE: "参考",
    Force.DEFINITION: "说明",
    Force.SANCTION: "处罚",
    Force.PLATFORM: "平台",
}

_EFFECT_ZH = {
    Effect.BLOCK: "阻断",
    Effect.NEEDS_REASON: "须说明理由",
    Effect.WARN: "提醒",
    Effect.RECORD: "记录",
    Effect.NONE: "—",
}

_OCCASION_ZH = {
    Occasion.PLAN: "方案检查",
    Occasion.OPENING: "年度启动检查",
    Occasion.CITY_REQUIREMENTS: "设区市要求检查",
    Occasion.NOMINATION: "推荐申报检查",
    Occasion.GUIDANCE: "指导服务检查",
}
