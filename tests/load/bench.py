"""What `dev.py bench` prints: ratios against a floor measured in the same run, with N and machine.

Absolute times are orientation only, for machines differ and are shared. A ratio is the median of interleaved
rounds. Figures that are kept stand in docs/performance.md.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from core.domain.cycle import Cycle
from core.domain.frozen import canonical, thaw
from core.domain.plan import PlanDraft
from core.domain.records import plain
from core.plandoc.files import PlanFile, parse_plan_file
from core.plugin_host import PluginHost
from core.rulebook.engine import check
from core.services.editions import CURRENT
from core.services.tenants import latest_cycle
from tests.load import bench_documents, bench_lists, bench_saves
from tests.load.ratios import Ratio, ratio

DEMO_PLANS = Path(__file__).parents[1] / "data" / "demo_plans.yaml"
RECHECKED = 10_000
CHUNK = 500
OWN_CODE = "suzhou_guxu"


# ---- frozen plans ----


def recheck(document: bytes, cycle: Cycle) -> bool:
    """Thaw a frozen plan, run every rule over it, and say whether it still may be submitted."""
    return not any(each.stops for each in check(thaw(document), edition=CURRENT, cycle=cycle))


def frozen_plans(demo: PlanFile, count: int) -> Iterator[bytes]:
    """`count` different documents, made one at a time so that the corpus itself takes no memory."""
    for number in range(count):
        plan = demo.plans[number % len(demo.plans)]
        yield canonical(plain(replace(plan, plan_id=f"bench-{number}")))


def recheck_chunk(work: tuple[list[bytes], Cycle]) -> tuple[int, float, int]:
    """How many of a chunk may be submitted, the CPU seconds it took, and the peak memory in KiB."""
    documents, cycle = work
    start = time.process_time()
    passed = sum(recheck(each, cycle) for each in documents)
    return passed, time.process_time() - start, peak_memory()


def peak_memory() -> int:
    """Peak resident memory of this process in KiB; 0 where the system does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1])


def chunks(demo: PlanFile, cycle: Cycle) -> Iterator[tuple[list[bytes], Cycle]]:
    documents = frozen_plans(demo, RECHECKED)
    while chunk := list(islice(documents, CHUNK)):
        yield chunk, cycle


def recheck_all(demo: PlanFile, cycle: Cycle) -> str:
    """Re-check RECHECKED plans on all cores."""
    cores = os.cpu_count() or 1
    start = time.perf_counter()
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(recheck_chunk, chunks(demo, cycle)))
    wall = time.perf_counter() - start
    passed = sum(each[0] for each in results)
    cpu = sum(each[1] for each in results)
    first, last = results[0][2] / 1024, max(each[2] for each in results) / 1024
    return (
        f"re-check of {RECHECKED} frozen plans: {cpu / RECHECKED * 1e3:.2f} ms of CPU a plan, "
        f"{wall:.1f} s on {cores} cores with start-up ({passed} may be submitted); "
        f"peak memory of a process {first:.0f} MiB after {CHUNK} plans, {last:.0f} MiB at the end"
    )


def demo_cycle(demo: PlanFile) -> Cycle:
    assert demo.cycle is not None
    return CURRENT.complete(demo.cycle)


def rules_over_parsing(plan: PlanDraft, cycle: Cycle) -> Ratio:
    document = canonical(plain(plan))
    return ratio(
        f"thaw + all {len(CURRENT.checks)} rules, one plan of {len(document) / 1024:.1f} KiB",
        lambda: recheck(document, cycle),
        "json.loads of it",
        lambda: json.loads(document),
    )


def sandbox_over_bare_call() -> Ratio:
    """One hook of a tenant's own code through its warm child process, over calling the function itself."""
    cycle = latest_cycle()
    bare = importlib.import_module(f"tenants.{OWN_CODE}.plan")
    with closing(PluginHost(CURRENT)) as host:
        tenant = host.tenant(OWN_CODE)
        assert host.ask_own_code(tenant, "rubric", cycle)
        return ratio(
            f"plan_rubric of {OWN_CODE} through the warm sandbox",
            lambda: host.ask_own_code(tenant, "rubric", cycle),
            "a bare call",
            lambda: bare.plan_rubric(template=CURRENT.template),
            calls=20,
        )


def compile_over_check() -> Ratio:
    """Compiling a tenant's whole plan, own code in its warm child, over checking that plan."""
    cycle = latest_cycle()
    with closing(PluginHost(CURRENT)) as host:
        tenant = host.tenant(OWN_CODE)
        draft = host.compile_plan(tenant, cycle).draft
        return ratio(
            f"compile of {OWN_CODE}, all nine hooks",
            lambda: host.compile_plan(tenant, cycle),
            "all rules over its plan",
            lambda: check(draft, edition=CURRENT, cycle=cycle),
            calls=10,
        )


def main() -> None:
    demo = parse_plan_file(DEMO_PLANS.read_bytes())
    cycle = demo_cycle(demo)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    print(f"{machine}, Python {platform.python_version()}")
    print(rules_over_parsing(demo.plans[0], cycle))
    print(recheck_all(demo, cycle))
    print(sandbox_over_bare_call())
    print(compile_over_check())
    bench_documents.main(demo.plans[0])
    bench_lists.main()
    bench_saves.main()


if __name__ == "__main__":
    main()
