"""The three demo tenants give the three demo plans, key by key, and say who answered what."""

from collections.abc import Iterator
from typing import Any

import pytest

from core import paths
from core.domain.plan import NINE_PARTS
from core.domain.records import plain
from core.plandoc.files import parse_plan_file
from core.plugin_host import PluginHost
from core.plugin_host.sources import digest, files
from core.services.editions import CURRENT
from core.services.tenants import check_tenant, compile_tenant, freeze_tenant

DEMO = parse_plan_file((paths.ROOT / "tests/data/demo_plans.yaml").read_bytes())
PLANS = {plan.plan_id: plan for plan in DEMO.plans}
TENANTS = {
    "xuzhou_pengyue": "demo-xuzhou-pengyue",
    "suzhou_guxu": "demo-suzhou-guxu",
    "nanjing_hongneng": "demo-nanjing-hongneng",
}
OWN_PARTS = {
    "xuzhou_pengyue": set(),
    "suzhou_guxu": {"rubric", "complaints"},
    "nanjing_hongneng": {"conditions", "methods", "rubric"},
}
GROUP_PARTS = {"incentives", "rights_duties"}


@pytest.fixture(scope="module")
def host() -> Iterator[PluginHost]:
    host = PluginHost(CURRENT)
    yield host
    host.close()


@pytest.mark.parametrize(("slug", "plan_id"), TENANTS.items(), ids=TENANTS)
def test_compiled_plan_equals_the_document_key_by_key(host: PluginHost, slug: str, plan_id: str) -> None:
    compiled = compile_tenant(slug, DEMO.cycle, host)
    written: dict[str, Any] = plain(PLANS[plan_id])
    answer: dict[str, Any] = plain(compiled.draft)
    assert compiled.faults == ()
    assert answer.keys() == written.keys()
    for key, value in written.items():
        assert answer[key] == value, key
    assert compiled.draft == PLANS[plan_id]


@pytest.mark.parametrize("slug", TENANTS)
def test_who_answered_is_known_for_every_part(host: PluginHost, slug: str) -> None:
    answered = compile_tenant(slug, DEMO.cycle, host).answered
    assert answered.keys() == NINE_PARTS.keys()
    own = {part for part, who in answered.items() if who.plugin == f"tenant:{slug}"}
    group = {part for part, who in answered.items() if who.plugin == "hongneng_group"}
    assert own == OWN_PARTS[slug]
    assert group == (GROUP_PARTS if slug == "nanjing_hongneng" else set())
    assert {who.plugin for part, who in answered.items() if part not in own | group} == {"studio"}


def test_answerer_names_version_and_hash_of_the_code(host: PluginHost) -> None:
    tenant = host.tenant("nanjing_hongneng")
    answered = compile_tenant("nanjing_hongneng", DEMO.cycle, host).answered
    own, shared = answered["rubric"], answered["incentives"]
    assert (own.version, own.code_hash) == (tenant.version, digest(files(paths.TENANTS / tenant.slug, ".py")))
    assert shared.version == host.shelf.plugins["hongneng_group"].version
    assert shared.code_hash == digest(files(paths.PLUGINS / "hongneng_group", ".py"))


def test_typed_answers_of_two_tenants_have_two_hashes(host: PluginHost) -> None:
    hashes = {compile_tenant(slug, DEMO.cycle, host).answered["occupations"].code_hash for slug in TENANTS}
    assert len(hashes) == len(TENANTS)


@pytest.mark.parametrize("slug", TENANTS)
def test_demo_tenant_may_submit_its_plan(host: PluginHost, slug: str) -> None:
    assert check_tenant(slug, DEMO.cycle, host).report.ok


def test_frozen_plan_keeps_who_answered(host: PluginHost) -> None:
    compiled = compile_tenant("suzhou_guxu", DEMO.cycle, host)
    assert freeze_tenant(compiled).answerers == compiled.answered
