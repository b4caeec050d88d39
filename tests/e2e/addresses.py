"""Every page of the site, by address and by who looks; what a form answers is made in the tests.

``{姑胥微电子}`` and the like stand for the number of the unit of that short name, ``{draft_unit}`` and
``{draft_id}`` for the demo's nomination in that state, ``{written_plan}`` and ``{sent_version}`` for its plan
(``season``).
"""

from core.demo import cast
from core.domain.roles import Role
from core.services.drafts.kept import TYPED

PUBLIC = (
    "/",
    "/check",
    "/check?example=broken",
    "/text",
    "/text?rule=JS-A2-chair-principal",
    "/template",
    "/template?q=没有这个词",
    "/rules",
    "/rules?q=没有这个词",
    "/rules?force=in_principle",
    "/rules/readings",
    "/rules/JS-A2-external-one-third",
    "/rules/PF-quorum",
    "/sign-in",
    "/demo/sign-in/ji.chunfen",
    "/invitations/no-such-invitation",
    "/password-links/no-such-link",
    "/notices/no-such-notice",
    "/notices/{notice}",
    "/handbook/",
    "/handbook/city.html",
    "/handbook/search.html?q=会签",
    "/no-such-page",
)
PLAN = (
    "/units/{姑胥微电子}/plan",
    "/units/{姑胥微电子}/plan/check",
    "/units/{姑胥微电子}/plan/deviations",
    "/units/{姑胥微电子}/plan/diff",
    "/units/{姑胥微电子}/plan/diff?with={彭岳重工}",
    *(
        f"/units/{{{name}}}/plan{page}"
        for name in ("彭岳重工", "泓能石化南京江畔分公司")
        for page in ("", "/check")
    ),
)
NOMINATION_OF_A_CITY = ("", "/edit", "/edit?saved=1", "/submit", "/withdraw", "/files/scale")
STUDIO = (
    "",
    *(f"/parts/{part}" for part in TYPED),
    "/parts/rubric/reset?to=plugin",
    "/parts/schedule/reset?to=reference",
    "/score-sheets",
    "/import",
)
PUBLICISED = (
    "",
    "/parts/rubric",
    *(f"/notice{page}" for page in ("", "/begin", "/poster", "/withdraw", "/submit")),
)
DECISIONS = ("", "/verify", "/return", "/reject", "/admit")
OFFICE = (
    "",
    "/people",
    "/invitations",
    "/invitations/new",
    "/record",
    "/record/verify",
    "/record/export",
    "/history",
)
PRIVATE = {
    "wen.xuyan": (
        *PLAN,
        *(f"/units/{{省鉴定中心}}{page}" for page in OFFICE),
        "/overview",
        "/overview?table=matters",
        "/overview/enterprises",
        "/overview/enterprises?city=320500&stage=plan_draft",
        "/overview/enterprises?only=late",
        "/units",
        "/units?q=没有这个单位",
        "/units?kind=enterprise&city=320500",
        "/units/999999",
        "/units/{省鉴定中心}/plan",
        "/units/{姑胥微电子}/record",
        "/nominations",
        "/reviews",
        "/reviews?q=没有这家企业",
        "/rulebook",
        "/rulebook?q=没有这个词",
        "/rulebook/JS-A3-weights-reference",
        "/rulebook/impact",
        "/city-requirements",
        "/nominations?q=没有这家企业",
        *(
            f"/units/{{{state}_unit}}/nominations/{{{state}_id}}"
            for state in ("returned", "resubmitted", "admitted", "rejected", "withdrawn", "draft")
        ),
        "/units/{澄屿医疗}",
        *(f"/units/{{澄屿医疗}}{page}" for page in ("/people", "/invitations", "/guidance", "/plugins")),
        *(f"/units/{{{name}}}" for name in ("彭岳重工", "姑胥微电子", "泓能石化南京江畔分公司")),
        "/units/{泓能石化南京江畔分公司}/guidance",
        "/sanctions/check?uscc=91321100MA0DEM136M",
        "/units?kind=enterprise&sort=-name",
        "/guidance",
        "/guidance?only=unguided",
        "/guidance/files",
        "/guidance/files/new",
        "/guidance/files/{own_file}/withdraw",
        "/units/{姑胥微电子}/guidance",
        "/units/{姑胥微电子}/guidance/new",
        *(f"/units/{{{name}}}/plugins" for name in ("彭岳重工", "姑胥微电子", "泓能石化南京江畔分公司")),
        "/reviews?state=approved&city=320100",
        *(
            f"/units/{{泓能石化南京江畔分公司}}/reviews/{{approved_version}}{page}"
            for page in ("", "/assign")
        ),
        "/units/{彭岳重工}/reviews/{sent_version}/waive",
        "/hats",
        "/account",
        "/account/password",
        "/account/second-factor",
        "/account/recovery-codes",
        "/cycles",
        "/cycles/1",
        "/cycles/1/quota",
        "/cycles/1/reopen",
        "/cycles/1/both-hands",
        "/calendar",
        "/calendar/2026",
        "/calendar/2027",
        "/calendar/2026/edit",
        "/calendar/2027/edit",
        "/sanctions",
        "/sanctions?q=没有这个文号",
        "/sanctions/check",
        "/sanctions/check?uscc=91320500MA0DEM021P",
        "/sanctions/check?uscc=123",
    ),
    "ji.huaiyu": (
        "/cycles/new",
        "/cycles/new?year=2027",
        "/sanctions/new",
        *(f"/units/{{reported_unit}}/nominations/{{reported_id}}{page}" for page in DECISIONS),
        *(
            f"/units/{{泓能石化南京江畔分公司}}/reviews/{{approved_version}}{page}"
            for page in ("", "/approve", "/reject", "/return")
        ),
    ),
    "jiang.yunqiao": (
        "/overview",
        "/reviews",
        *(
            f"/units/{{彭岳重工}}/reviews/{{sent_version}}{page}"
            for page in ("", "?only=all", "/agree", "/return")
        ),
    ),
    "liu.pengnian": ("/units/{彭岳重工}/reviews/{sent_version}",),
    "chu.zhixing": (
        "/reviews",
        *(
            f"/units/{{泓能石化南京江畔分公司}}/reviews/{{approved_version}}{page}"
            for page in ("", "/assess", "/recuse")
        ),
    ),
    "wenren.jing": (
        "/units/{澄屿医疗}/plans",
        *(f"/units/{{澄屿医疗}}/plans/{{written_plan}}{page}" for page in (*STUDIO, "/notice/begin")),
    ),
    "bian.cangzhou": ("/nominations", "/units/{resubmitted_unit}/nominations/{resubmitted_id}"),
    "tao.jingchuan": (
        "/nominations",
        *(
            f"/units/{{returned_unit}}/nominations/{{returned_id}}{page}"
            for page in ("", "/edit", "/submit", "/files/position")
        ),
    ),
    "ji.wangyue": ("/nominations/new", "/units/{reported_unit}/nominations/{reported_id}"),
    "fan.ruoshui": (
        "/guidance",
        "/guidance/files",
        "/units?kind=enterprise",
        "/city-requirements",
        "/city-requirements/new",
        "/city-requirements/{requirement}/withdraw",
    ),
    "pei.zhiqiu": ("/cycles/1", "/sanctions/check?uscc=91320500MA0DEM021P"),
    "mi.caiwei": (
        *(f"/units/{{姑胥微电子}}{page}" for page in (*OFFICE, "/guidance", "/plugins")),
        *(f"/units/{{姑胥微电子}}/plans/{{publicised_plan}}{page}" for page in PUBLICISED),
        "/cycles",
        "/cycles/1",
        "/calendar/2026",
    ),
    "pu.tingzhu": tuple(
        f"/units/{{泓能石化南京江畔分公司}}/plans/{{approved_plan}}{page}" for page in ("", "/amend")
    ),
    "wei.chiheng": ("/accounts", "/accounts?login_name=ji.chunfen", "/accounts?login_name=nobody-at-all"),
    "shi.linchuan": (
        "/nominations",
        "/nominations/new",
        *(f"/units/{{draft_unit}}/nominations/{{draft_id}}{page}" for page in NOMINATION_OF_A_CITY),
    ),
    "qiu.canglang": (
        "/nominations/new",
        "/units/{begun_unit}/nominations/{begun_id}/edit",
        "/overview",
        "/reviews",
        "/units/{泓能石化南京江畔分公司}/reviews/{approved_version}",
    ),
    "rong.tingyu": (
        "/units/{submitted_unit}/nominations/{submitted_id}",
        "/units/{submitted_unit}/nominations/{submitted_id}/countersign",
    ),
}
"""All pages of a person; in the demo everybody has an own unit and tasks besides."""


def of_everybody() -> list[tuple[str, str]]:
    """One person for each role, with the two pages that all of them have."""
    found: dict[Role, list[tuple[str, str]]] = {}
    for place in cast.places():
        for part in place.parts:
            address = f"/units/{{{place.short_name}}}"
            found.setdefault(part.role, [(part.person.login_name, each) for each in ("/tasks", address)])
    return [pair for pairs in found.values() for pair in pairs]


PAGES = sorted(
    {
        *(("", address) for address in PUBLIC),
        *((who, address) for who, addresses in PRIVATE.items() for address in addresses),
        *of_everybody(),
    }
)
"""Login name, "" for a stranger, and address."""

REFUSED = {
    "/invitations/no-such-invitation",
    "/password-links/no-such-link",
    "/notices/no-such-notice",
    "/no-such-page",
    "/units/999999",
    "/units/{省鉴定中心}/plan",
    "/sanctions/check?uscc=123",
}
"""The addresses that lead to a refusal; every other shows what it is there for."""
