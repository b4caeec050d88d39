"""泓能集团统一政策（虚构）

What a fictional central enterprise lays down for every branch in the province: treatment, and the rights and
duties of its chief technicians. A branch has it on by naming it in its ``tenant.toml``.
"""

from decimal import Decimal

from core.sdk import Answer, Incentives, RightsDuties, WorkPlatform, hookimpl

__version__ = "2026.1"


@hookimpl
def plan_incentives() -> Answer[Incentives]:
    """The group's highest operator grade, an allowance, and a studio in the yearly investment plan."""
    incentives = Incentives(
        treatment_level="full_senior",
        monthly_allowance_yuan=Decimal(6000),
        work_platform=WorkPlatform(
            kind="首席技师工作站", budget_wan=Decimal(80), support="纳入年度投资计划，配备仿真系统"
        ),
        items=("集团技能操作序列最高岗级", "健康疗养每年一次", "优先推荐集团技能大师"),
    )
    return Answer(
        incentives,
        section="聘任首席技师的，执行集团技能操作序列最高岗级，比照正高级职称人员享受薪酬、公务差旅、健康疗养待遇，"
        "首席技师津贴每月6000元；设“首席技师工作站”，首期投入80万元，纳入年度投资计划。",
    )


@hookimpl
def plan_rights_duties() -> Answer[RightsDuties]:
    """Three years, appraised every year under the group's rules."""
    rights_duties = RightsDuties(
        rights=("列席生产技术例会", "重大操作变动和检修方案专业否决建议权", "参与重大项目技术评审"),
        duties=("每年至少完成1项装置级攻关", "带徒3人", "修订操作规程", "应急处置技术指导"),
        term_years=3,
        appraisal="按集团首席技师管理办法年度考核",
    )
    return Answer(
        rights_duties,
        section="首席技师列席分公司生产、技术例会，对重大操作变动、检修方案具有专业否决建议权；"
        "承担装置瓶颈攻关、应急处置技术指导、操作规程修订和班组长培养职责，每年至少完成1项装置级攻关并带徒3人。",
    )
