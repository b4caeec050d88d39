"""Who is in the demo: bodies, enterprises and a person for every role. Everybody is fictional.

People of the enterprises are those of their plans where a plan names somebody for the role.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.domain.places import CITIES
from core.domain.roles import Role, TenantKind


@dataclass(frozen=True, slots=True)
class Person:
    """An account, by the name it signs in with."""

    login_name: str
    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """A person in a role."""

    role: Role
    person: Person


@dataclass(frozen=True, slots=True)
class Body:
    """A 单位 that is not an enterprise, with its people."""

    kind: TenantKind
    name: str
    short_name: str
    parts: tuple[Part, ...]
    city_code: str | None = None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A pilot enterprise without a folder, by its number; it makes its plan in the studio alone."""

    uscc: str
    short_name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A pilot enterprise by its folder, which says its full name, number and city."""

    slug: str
    short_name: str
    parts: tuple[Part, ...]


SECURITY_ADMIN: Final = Person("wei.chiheng", "卫持衡")

PLATFORM: Final = Body(
    TenantKind.PLATFORM,
    "首席技师评聘平台",
    "平台",
    (
        Part(Role.SECURITY_ADMIN, SECURITY_ADMIN),
        Part(Role.SYSTEM_ADMIN, Person("miao.shouyi", "苗守一")),
        Part(Role.AUDIT_ADMIN, Person("jian.zhaozhi", "简照之")),
    ),
)

CHU: Final = Person("chu.zhixing", "褚知行")
ZONG: Final = Person("zong.baishi", "宗白石")
"""Two hats in two tenants: an expert of the province who also sits on the committee of an enterprise."""

PROVINCE: Final = (
    Body(
        TenantKind.PROVINCE_HR,
        "江苏省人力资源和社会保障厅",
        "省人社厅",
        (Part(Role.PROVINCE_HR, Person("ji.huaiyu", "季怀瑜")),),
    ),
    Body(
        TenantKind.PROVINCE_CENTRE,
        "江苏省职业技能鉴定中心",
        "省鉴定中心",
        (
            Part(Role.PROVINCE_CENTRE, Person("wen.xuyan", "温叙言")),
            Part(Role.PLAN_EXPERT, CHU),
            Part(Role.PLAN_EXPERT, ZONG),
        ),
    ),
)

BRANCH: Final = Body(
    TenantKind.CENTRAL_BRANCH,
    "中国泓能石化集团有限公司江苏代表处（虚构）",
    "泓能石化江苏代表处",
    (Part(Role.CENTRAL_BRANCH, Person("qiu.canglang", "丘沧浪")),),
)

OFFICIALS: Final = {
    "320100": (("pei.zhiqiu", "裴知秋"), ("tao.jingchuan", "陶静川"), ("luo.huaigu", "骆怀谷")),
    "320200": (("rong.tingyu", "荣听雨"), ("qian.shuhe", "钱叔和"), ("hua.yingchuan", "华映川")),
    "320300": (("jiang.yunqiao", "蒋云樵"), ("xing.muye", "邢牧野"), ("liu.pengnian", "刘彭年")),
    "320400": (("yun.qinghe", "恽清和"), ("shi.linchuan", "史临川"), ("xue.mubai", "薛慕白")),
    "320500": (("fan.ruoshui", "范若水"), ("wen.zhiyuan", "文知远"), ("zhang.yannong", "章砚农")),
    "320600": (("shao.zhiwei", "邵知微"), ("ji.wangyue", "季望岳"), ("zhuang.jingxing", "庄景行")),
    "320700": (("wu.linyuan", "武临渊"), ("xun.muyang", "郇沐阳"), ("liu.dongli", "柳东篱")),
    "320800": (("zhou.huaiqing", "周淮清"), ("mei.chengfeng", "枚乘风"), ("liang.wangjin", "梁望津")),
    "320900": (("bian.cangzhou", "卞沧洲"), ("zhu.haiyan", "朱海晏"), ("cheng.zhaoye", "成照夜")),
    "321000": (("ruan.zhuxi", "阮竹西"), ("wang.mingyue", "汪明月"), ("zheng.xiuzhu", "郑修竹")),
    "321100": (("leng.qiutan", "冷秋潭"), ("du.beigu", "杜北固"), ("jiao.tingtao", "焦听涛")),
    "321200": (("mei.wanghai", "梅望海"), ("shi.qingxi", "施清溪"), ("liu.jingyan", "柳敬言")),
    "321300": (("xiang.jichu", "项霁初"), ("yu.qiushui", "虞秋水"), ("huo.luochuan", "霍骆川")),
}
"""Of each city: 人力资源和社会保障局, 职业技能鉴定中心, 工业和信息化局."""

OF_A_CITY: Final = (
    (TenantKind.CITY_HR, Role.CITY_HR, "人力资源和社会保障局", "人社局"),
    (TenantKind.CITY_CENTRE, Role.CITY_CENTRE, "职业技能鉴定中心", "鉴定中心"),
    (TenantKind.CITY_INDUSTRY, Role.CITY_INDUSTRY, "工业和信息化局", "工信局"),
)


def bodies_of(city_code: str) -> tuple[Body, ...]:
    """The three bodies of a city."""
    city = CITIES[city_code]
    return tuple(
        Body(kind, city + suffix, city + short, (Part(role, Person(*official)),), city_code)
        for (kind, role, suffix, short), official in zip(OF_A_CITY, OFFICIALS[city_code], strict=True)
    )


PENG: Final = Person("peng.yuancheng", "彭远骋")
ZHONGLI: Final = Person("zhongli.xun", "钟离洵")

ENTERPRISES: Final = (
    Enterprise(
        "xuzhou_pengyue",
        "彭岳重工",
        (
            Part(Role.ENTERPRISE_PRINCIPAL, PENG),
            Part(Role.ENTERPRISE_HR, Person("qi.shenyan", "祁慎言")),
            Part(Role.COMMITTEE_CHAIR, PENG),
            Part(Role.COMMITTEE_VICE_CHAIR, Person("bai.tingsong", "柏庭松")),
            Part(Role.COMMITTEE_MEMBER, Person("hao.liqun", "郝立群")),
            Part(Role.ENTERPRISE_EXPERT, Person("qi.guangsha", "戚广厦")),
            Part(Role.INDUSTRY_EXPERT, Person("linghu.ruochuan", "令狐若川")),
            Part(Role.COMMITTEE_STAFF, Person("you.jiahe", "尤佳禾")),
            Part(Role.COMPLAINT_HANDLER, Person("puyang.qiao", "濮阳樵")),
            Part(Role.APPLICANT, Person("cen.lifeng", "岑砺锋")),
            Part(Role.EMPLOYEE, Person("chao.xiaohe", "巢小禾")),
        ),
    ),
    Enterprise(
        "suzhou_guxu",
        "姑胥微电子",
        (
            Part(Role.ENTERPRISE_PRINCIPAL, Person("dong.yining", "董以宁")),
            Part(Role.ENTERPRISE_HR, Person("mi.caiwei", "宓采薇")),
            Part(Role.COMMITTEE_CHAIR, Person("lu.zhiheng", "陆知衡")),
            Part(Role.COMMITTEE_VICE_CHAIR, Person("gu.mengxi", "顾梦溪")),
            Part(Role.COMMITTEE_MEMBER, ZONG),
            Part(Role.ENTERPRISE_EXPERT, Person("qu.nanqiao", "瞿南乔")),
            Part(Role.INDUSTRY_EXPERT, Person("zhuge.linfeng", "诸葛临风")),
            Part(Role.COMMITTEE_STAFF, Person("wei.xiaoman", "韦小满")),
            Part(Role.COMPLAINT_HANDLER, Person("murong.yan", "慕容砚")),
            Part(Role.APPLICANT, Person("rui.zhuxin", "芮铸新")),
            Part(Role.EMPLOYEE, Person("ji.chunfen", "纪春分")),
        ),
    ),
    Enterprise(
        "nanjing_hongneng",
        "泓能石化南京江畔分公司",
        (
            Part(Role.ENTERPRISE_PRINCIPAL, ZHONGLI),
            Part(Role.ENTERPRISE_HR, Person("pu.tingzhu", "蒲听竹")),
            Part(Role.COMMITTEE_CHAIR, ZHONGLI),
            Part(Role.COMMITTEE_VICE_CHAIR, Person("shentu.li", "申屠砺")),
            Part(Role.COMMITTEE_MEMBER, Person("fang.yantian", "方砚田")),
            Part(Role.ENTERPRISE_EXPERT, Person("shui.yunsheng", "水云生")),
            Part(Role.INDUSTRY_EXPERT, Person("yuchi.an", "尉迟安")),
            Part(Role.COMMITTEE_STAFF, Person("fu.zijin", "符子衿")),
            Part(Role.COMPLAINT_HANDLER, Person("ouyang.xu", "欧阳叙")),
            Part(Role.APPLICANT, Person("yan.ranxi", "晏燃犀")),
            Part(Role.EMPLOYEE, Person("yan.xiaoxue", "鄢小雪")),
        ),
    ),
)

DAI: Final = Person("dai.wangchao", "戴望潮")

NEWCOMERS: Final = (
    Newcomer(
        "91320500MA0DEM0720",
        "澄屿医疗",
        (
            Part(Role.ENTERPRISE_PRINCIPAL, DAI),
            Part(Role.ENTERPRISE_HR, Person("wenren.jing", "闻人静")),
            Part(Role.EMPLOYEE, Person("shu.xinglan", "舒星阑")),
        ),
    ),
)


def places() -> Iterator[Body | Enterprise | Newcomer]:
    """All of them, the platform first, each after those who bring its people in."""
    yield PLATFORM
    yield from PROVINCE
    yield BRANCH
    for city_code in OFFICIALS:
        yield from bodies_of(city_code)
    yield from ENTERPRISES
    yield from NEWCOMERS


@dataclass(frozen=True, slots=True)
class Hat:
    """Who is what where: login name, role, short name of the tenant."""

    login_name: str
    role: str
    tenant: str


def hats() -> frozenset[Hat]:
    """Every person in every role."""
    return frozenset(
        Hat(part.person.login_name, part.role.value, place.short_name)
        for place in places()
        for part in place.parts
    )


def login_names() -> frozenset[str]:
    return frozenset(hat.login_name for hat in hats())
