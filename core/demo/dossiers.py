"""What enterprises of the demo state of themselves that have no folder. All are fictional, and say so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from core.demo.year import YEAR
from core.domain.enterprise import Cluster, Enterprise, PastEvaluation
from core.domain.nomination import Dossier, IndustryPosition
from core.domain.stages import Channel

NATIONAL, PROVINCIAL = "national", "provincial"


def _history(senior: int, special: int | None = None) -> tuple[PastEvaluation, ...]:
    """Since when the enterprise evaluates 高级技师, and 特级技师 if it does."""
    first = PastEvaluation(kind="senior_technician_evaluation", year=senior)
    return (first, PastEvaluation(kind="special_technician_pilot", year=special)) if special else (first,)


def _of_a_city(enterprise: Enterprise, reason: str, *compared: str) -> Dossier:
    """Nominated by its city in the quota, chosen over the others that were ``compared``."""
    return Dossier(
        enterprise=enterprise,
        industry_position=IndustryPosition(statistics_year=YEAR - 1),
        channel=Channel.CITY.value,
        quota_class="ordinary",
        selection_reason=reason,
        compared_enterprises=compared,
    )


QILAN: Final = _of_a_city(
    Enterprise(
        name="南京栖岚轨道装备有限公司（虚构）",
        short_name="栖岚轨道",
        uscc="91320100MA0DEM048T",
        city_code="320100",
        city="南京市",
        ownership="地方国有控股",
        industry="轨道交通装备制造",
        industry_code="C3711",
        cluster=Cluster(level=PROVINCIAL, name="高端装备"),
        is_above_scale=True,
        main_business_revenue_wan=Decimal(286_400),
        staff_count=3260,
        senior_technician_count=37,
        special_technician_count=3,
        evaluation_history=_history(2020),
        head_enterprise_statement="全省轨道交通装备产业链龙头企业，承担国家重点研发任务 2 项。",
        leading_position_statement="城轨车辆转向架国内市场占有率居前三，牵头制定行业标准 4 项。",
        training_mechanism="建有企业培训中心，高技能人才培训年均 1600 人次。",
        evaluation_mechanism="经备案自主开展职业技能等级认定，覆盖 6 个职业。",
        working_body="技能人才评价办公室，专职 4 人。",
    ),
    "全市轨道装备企业中技能等级认定起步早、覆盖面广，经比选择优推荐。",
    "南京青岑机床有限公司（虚构）",
)

YILAN: Final = _of_a_city(
    Enterprise(
        name="无锡漪澜精密传感有限公司（虚构）",
        short_name="漪澜传感",
        uscc="91320200MA0DEM056T",
        city_code="320200",
        city="无锡市",
        ownership="民营",
        industry="敏感元件及传感器制造",
        industry_code="C3983",
        cluster=Cluster(level=NATIONAL, name="无锡市物联网集群"),
        is_above_scale=True,
        main_business_revenue_wan=Decimal(124_300),
        staff_count=1480,
        senior_technician_count=21,
        special_technician_count=1,
        evaluation_history=_history(2022),
        head_enterprise_statement="国家级专精特新“小巨人”企业，物联网集群骨干企业。",
        leading_position_statement="工业压力传感器国内市场占有率第二，获评省级制造业单项冠军。",
        training_mechanism="与两所技师学院共建订单班，设传感器装调实训基地。",
        evaluation_mechanism="经备案自主开展职业技能等级认定，覆盖 3 个职业。",
        working_body="人力资源部技能评价组，专职 3 人。",
    ),
    "物联网集群骨干企业，高级技师占技能人员比例居全市同类企业首位。",
)

QIYAO: Final = _of_a_city(
    Enterprise(
        name="常州启曜新能源科技有限公司（虚构）",
        short_name="启曜新能源",
        uscc="91320400MA0DEM0640",
        city_code="320400",
        city="常州市",
        ownership="民营",
        industry="新型碳材料制造",
        industry_code="C3091",
        cluster=Cluster(level=NATIONAL, name="常州市新型碳材料集群"),
        is_above_scale=True,
        main_business_revenue_wan=Decimal(97_800),
        staff_count=1120,
        senior_technician_count=14,
        evaluation_history=_history(2023),
        training_mechanism="设车间实训工位 60 个，实行师带徒。",
    ),
    "",
)

CHENGYU: Final = _of_a_city(
    Enterprise(
        name="苏州澄屿医疗器械有限公司（虚构）",
        short_name="澄屿医疗",
        uscc="91320500MA0DEM0720",
        city_code="320500",
        city="苏州市",
        ownership="民营",
        industry="医疗仪器设备及器械制造",
        industry_code="C3581",
        cluster=Cluster(level=NATIONAL, name="苏州市生物医药及高端医疗器械集群"),
        is_above_scale=True,
        main_business_revenue_wan=Decimal(213_900),
        staff_count=2050,
        senior_technician_count=28,
        special_technician_count=2,
        evaluation_history=_history(2021, 2025),
        head_enterprise_statement="高端医疗器械集群链主企业，医学影像设备产能居全省首位。",
        leading_position_statement="介入类影像设备国内市场占有率第一，主持制定国家标准 2 项。",
        training_mechanism="建有精密装配实训中心，技能人员年人均培训 60 学时。",
        evaluation_mechanism="经备案自主开展职业技能等级认定，覆盖 5 个职业。",
        working_body="技能人才评价中心，专职 4 人。",
    ),
    "特级技师评聘试点组织规范，评价标准完备，经比选择优推荐。",
    "苏州松陵光电有限公司（虚构）",
    "苏州鹤汀精工有限公司（虚构）",
)

CANGLAN: Final = _of_a_city(
    Enterprise(
        name="南通沧澜海洋工程装备有限公司（虚构）",
        short_name="沧澜海工",
        uscc="91320600MA0DEM0800",
        city_code="320600",
        city="南通市",
        ownership="民营",
        industry="海洋工程装备制造",
        industry_code="C3737",
        cluster=Cluster(level=NATIONAL, name="南通市、泰州市、扬州市海工装备和高技术船舶集群"),
        is_above_scale=True,
        main_business_revenue_wan=Decimal(742_600),
        staff_count=6840,
        senior_technician_count=96,
        special_technician_count=7,
        evaluation_history=_history(2018, 2024),
        head_enterprise_statement="海工装备集群链主企业，自升式平台交付量连续四年居全省首位。",
        leading_position_statement="海上风电安装平台国内市场占有率第二，获评国家级制造业单项冠军。",
        training_mechanism="建有焊接、装配、电气三个实训基地，年培训一线职工 5200 人次。",
        evaluation_mechanism="2018年起经备案自主开展职业技能等级认定，覆盖 9 个职业。",
        working_body="技能人才评价中心，专职 6 人。",
    ),
    "存量高级技师规模居全市首位，特级技师评聘试点经验成熟，经比选择优推荐。",
    "南通紫琅重机有限公司（虚构）",
)

JIHAI: Final = _of_a_city(
    Enterprise(
        name="连云港霁海药业有限公司（虚构）",
        short_name="霁海药业",
        uscc="91320700MA0DEM0992",
        city_code="320700",
        city="连云港市",
        ownership="民营",
        industry="化学药品制剂制造",
        industry_code="C2720",
        cluster=Cluster(level=NATIONAL, name="泰州市、连云港市、无锡市生物医药集群"),
        is_above_scale=True,
        main_business_revenue_wan=Decimal(318_500),
        staff_count=2740,
        senior_technician_count=19,
        evaluation_history=_history(2021),
        head_enterprise_statement="生物医药集群龙头企业，制剂产能居全市首位。",
        leading_position_statement="抗肿瘤制剂三个品种国内市场占有率居前三。",
        training_mechanism="设制剂工艺实训车间，实行岗位能力分级培训。",
        evaluation_mechanism="经备案自主开展职业技能等级认定，覆盖 2 个职业。",
        working_body="人力资源部技能评价组，专职 2 人。",
    ),
    "生物医药集群龙头企业，评价工作基础较好。",
)

CHUAN: Final = _of_a_city(
    Enterprise(
        name="淮安楚岸食品有限公司（虚构）",
        short_name="楚岸食品",
        uscc="91320800MA0DEM101T",
        city_code="320800",
        city="淮安市",
        ownership="民营",
        industry="肉制品及副产品加工",
        industry_code="C1353",
        cluster=Cluster(level=PROVINCIAL, name="绿色食品"),
        is_above_scale=True,
        main_business_revenue_wan=Decimal(46_200),
        staff_count=680,
        senior_technician_count=2,
        evaluation_history=_history(2024),
        head_enterprise_statement="全市绿色食品产业链骨干企业。",
        leading_position_statement="企业自评综合实力居全市同行前列。",
        training_mechanism="新录用职工岗前培训，每年 2 次。",
        evaluation_mechanism="委托社会评价组织开展评价。",
        working_body="行政人事部，兼职 2 人。",
    ),
    "绿色食品产业链骨干企业，支持开展评价工作。",
)

MUFENG_ENTERPRISE: Final = Enterprise(
    name="盐城沐风新能源装备有限公司（虚构）",
    short_name="沐风装备",
    uscc="91320900MA0DEM11XP",
    city_code="320900",
    city="盐城市",
    ownership="民营",
    industry="风能原动设备制造",
    industry_code="C3415",
    cluster=Cluster(level=PROVINCIAL, name="新型电力和新能源装备"),
    is_above_scale=True,
    main_business_revenue_wan=Decimal(938_000),
    staff_count=2310,
    senior_technician_count=33,
    special_technician_count=2,
    evaluation_history=_history(2020),
    head_enterprise_statement="新能源装备集群链主企业，风电主轴产能居全省首位。",
    leading_position_statement="风电主轴国内市场占有率居前列。",
    training_mechanism="建有锻造、机加工实训基地，与三所职业院校联合培养。",
    evaluation_mechanism="经备案自主开展职业技能等级认定，覆盖 4 个职业。",
    working_body="技能人才评价办公室，专职 3 人。",
)
MUFENG: Final = _of_a_city(MUFENG_ENTERPRISE, "新能源装备集群链主企业，高级技师评价连续六年开展，择优推荐。")
MUFENG_AMENDED: Final = replace(
    MUFENG_ENTERPRISE,
    main_business_revenue_wan=Decimal(264_700),
    leading_position_statement="风电主轴国内市场占有率 18%，居第二（第三方统计）。",
)

CHUYUN: Final = Dossier(
    enterprise=Enterprise(
        name="中国泓能石化集团有限公司连云港储运分公司（虚构）",
        short_name="泓能连云港储运",
        uscc="91320700MA0DEM128D",
        city_code="320700",
        city="连云港市",
        ownership="中央企业分支机构",
    ),
    channel=Channel.PROVINCE_DIRECT.value,
    quota_class="central_branch",
)
