"""Every page of the site, by address and by who looks; what a form answers is made in the tests.

``{姑胥微电子}`` and the like stand for the number of the unit of that short name.
"""

from core.demo import cast
from core.domain.roles import Role

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
        "/units",
        "/units?q=没有这个单位",
        "/units?kind=enterprise&city=320500",
        "/units/999999",
        "/units/{省鉴定中心}/plan",
        "/units/{姑胥微电子}/record",
        "/hats",
        "/account",
        "/account/password",
        "/account/second-factor",
        "/account/recovery-codes",
    ),
    "wei.chiheng": ("/accounts", "/accounts?login_name=ji.chunfen", "/accounts?login_name=nobody-at-all"),
    "mi.caiwei": tuple(f"/units/{{姑胥微电子}}{page}" for page in OFFICE),
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
