"""What can be done, as the record calls it: one word for each act, 名词:动词, with its official name."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Action(StrEnum):
    """The word is hashed into the chain: it never changes once an event has it."""

    zh: str

    def __new__(cls, word: str, zh: str) -> Action:
        action = str.__new__(cls, word)
        action._value_ = word
        action.zh = zh
        return action

    TENANT_CREATE = "tenant:create", "新增单位"
    PERSON_CREATE = "person:create", "开立账号"
    PERSON_DISABLE = "person:disable", "停用账号"
    PERSON_ENABLE = "person:enable", "恢复账号"
    INVITATION_CREATE = "invitation:create", "发出邀请"
    INVITATION_REVOKE = "invitation:revoke", "撤回邀请"
    INVITATION_ACCEPT = "invitation:accept", "接受邀请"
    GRANT_CREATE = "grant:create", "授予角色"
    GRANT_REVOKE = "grant:revoke", "撤销角色"
    SESSION_END = "session:end", "退出登录"
    SESSION_END_ALL = "session:end_all", "退出全部登录"
    SESSION_SWITCH_HAT = "session:switch_hat", "切换身份"
    PASSWORD_CHANGE = "password:change", "修改密码"
    PASSWORD_LINK_ISSUE = "password_link:issue", "签发重设密码链接"
    PASSWORD_RESET = "password:reset", "凭链接重设密码"
    TOTP_ENROL = "totp:enrol", "启用动态口令"
    TOTP_RESET = "totp:reset", "重置动态口令"
    RECOVERY_CODES_RENEW = "recovery_codes:renew", "更换恢复码"
    FIELD_READ = "field:read", "查看敏感信息"
    CLOCK_SHIFT = "clock:shift", "调整演示时钟"
    CYCLE_OPEN = "cycle:open", "启动年度"
    QUOTA_RAISE = "cycle:raise_quota", "增加推荐名额"
    DEADLINE_REOPEN = "cycle:reopen", "重新开放期限"
    BOTH_HANDS_ALLOW = "cycle:allow_both_hands", "同意推荐和会签由一人兼任"
    CALENDAR_ENTER = "calendar:enter", "录入放假安排"
    SANCTION_ENTER = "sanction:enter", "录入处理决定"
    NOMINATION_CREATE = "nomination:create", "起草推荐申报"
    NOMINATION_EDIT = "nomination:edit", "修改推荐申报"
    NOMINATION_SUBMIT = "nomination:submit", "推荐"
    NOMINATION_COUNTERSIGN = "nomination:countersign", "会签"
    NOMINATION_VERIFY = "nomination:verify", "核实推荐申报"
    NOMINATION_RETURN = "nomination:return", "退回补正"
    NOMINATION_ADMIT = "nomination:admit", "确定为试点企业"
    NOMINATION_REJECT = "nomination:reject", "不予确定"
    NOMINATION_WITHDRAW = "nomination:withdraw", "撤回推荐申报"
    FILE_ADD = "file:add", "上传附件"
    FILE_REMOVE = "file:remove", "移除附件"
    FILE_READ = "file:read", "查看附件"
    GUIDANCE_PUBLISH = "guidance:publish", "发布参考资料"
    GUIDANCE_WITHDRAW = "guidance:withdraw", "撤下参考资料"
    GUIDANCE_GIVE = "guidance:give", "登记指导服务"
    PLAN_OPEN = "plan:open", "开始制定方案"
    PLAN_EDIT = "plan:edit", "修改方案"
    PLAN_RESET = "plan:reset", "恢复方案内容"
    PLAN_IMPORT = "plan:import", "导入方案"
    PLAN_AMEND = "plan:amend", "发起方案修订"
    PLAN_PUBLICISE = "plan:publicise", "公示方案"
    PLAN_WITHDRAW = "plan:withdraw", "撤下方案公示"
    PLAN_COMMENT = "plan:comment", "提出意见"
    PLAN_CONFIRM_STAFF = "plan:confirm_staff", "核实职工身份"
    PLAN_ANSWER = "plan:answer", "答复意见"
    PLAN_SUBMIT = "plan:submit", "报送方案"
    PLUGIN_ADD = "plugin:add", "启用插件"
    PLUGIN_REMOVE = "plugin:remove", "停用插件"
    PLAN_TICK = "plan_review:tick", "审核方案内容"
    PLAN_VIEW = "plan_review:view", "核对检查结果"
    PLAN_AGREE = "plan_review:agree", "审核通过方案"
    PLAN_RETURN = "plan_review:return", "退回方案"
    PLAN_REJECT = "plan_review:reject", "方案不予通过"
    PLAN_WAIVE = "plan_review:waive", "豁免规则"
    PLAN_ASSIGN = "plan_review:assign", "指派方案评估专家"
    PLAN_RECUSE = "plan_review:recuse", "方案评估专家回避"
    PLAN_ASSESS = "plan_review:assess", "评估方案"
    PLAN_APPROVE = "plan_review:approve", "批准方案"
    CITY_REQUIREMENT_PUBLISH = "city_requirement:publish", "发布设区市具体要求"
    CITY_REQUIREMENT_WITHDRAW = "city_requirement:withdraw", "撤下设区市具体要求"


NAMES: Final = MappingProxyType({each.value: each.zh for each in Action})


def name_of(action: str) -> str:
    """The official name of a recorded action; the word itself when this version does not know it."""
    return NAMES.get(action, action)
