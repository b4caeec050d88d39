"""Every page of the site, by address; what a form answers is made in the tests."""

from core.services.tenants import list_tenants

TENANTS = tuple(tenant.slug for tenant in list_tenants().tenants)
PAGES = (
    "/",
    "/tenants",
    *(f"/tenants/{slug}" for slug in TENANTS),
    *(f"/tenants/{slug}/check" for slug in TENANTS),
    "/tenants/suzhou_guxu/deviations",
    "/tenants/suzhou_guxu/diff",
    "/tenants/suzhou_guxu/diff?with=xuzhou_pengyue",
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
    "/no-such-page",
    "/tenants/nobody",
)
