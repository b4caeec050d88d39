"""List pages against the floor page, with ten tenants, a thousand and ten thousand.

Each application is behind the product's server in a process of its own and is asked over one connection, in
interleaved rounds. Times are the medians of a round's calls by the clock; beside them stands the processor
time of the server and of its PostgreSQL backends, which a busy machine disturbs less.
"""

from __future__ import annotations

import atexit
import logging
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
from sqlalchemy import create_engine

from core.persistence.migrate import upgrade
from core.persistence.server import SUPERUSER, USER, EmbeddedServer, start
from tests.load.floor import floor_page
from tests.load.ratios import ROUNDS, Run
from tests.load.serving import Served, served
from tests.load.sites import DEEP, LISTS, SHORT, SIFTED, SIZES, ListPage, LoadedSite, loaded

CALLS = 20
BACKENDS = "select pid from pg_stat_activity where datname = %s and usename = %s"


@dataclass(frozen=True, slots=True)
class Contestant:
    """One page on one database, and the processes that work for it."""

    open: Run
    processes: tuple[psutil.Process, ...]

    def processor(self) -> float:
        """Seconds that its processes have worked."""
        return sum(sum(each.cpu_times()[:2]) for each in self.processes)


@dataclass(frozen=True, slots=True)
class Lap:
    """Seconds a call, by the clock and of the processor, of each contestant in one round."""

    wall: tuple[float, ...]
    processor: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RunningSite:
    """A filled site, its server, and what a reader's browser sends."""

    site: LoadedSite
    served: Served
    server: EmbeddedServer

    def contestant(self, page: ListPage) -> Contestant:
        visitor, address = self.site.readers[page.reader], self.site.address(page)
        visitor.page(address)
        cookies = visitor.get(address).request.headers["Cookie"]
        run = self.served.opening(address, cookies)
        return contestant(run, self.served, self.server, name_of(self.site.size), USER)


def main() -> None:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # as the product does
    print(f"list pages over the floor page, medians of {ROUNDS} rounds of {CALLS} calls (lowest-highest);")
    print(f"growth from {SIZES[0]} and from {SIZES[1]} to {SIZES[-1]} tenants, people, invitations, events")
    with floor_and_sites() as (floor, sites):
        for title, pages in (
            ("first and last pages", (*LISTS, *DEEP)),
            ("pages of a cycle", SHORT),
            ("filters and searches", SIFTED),
        ):
            print(f"\n{title}\n")
            print("| page | reader | over the floor | growth | from 1,000 | processor: over, growth | ms |")
            print("|---|---|---|---|---|---|---|")
            for page in pages:
                print(row(page, laps([floor, *(site.contestant(page) for site in sites)])), flush=True)


def row(page: ListPage, laps: Sequence[Lap]) -> str:
    over = spread([lap.wall[-1] / lap.wall[0] for lap in laps])
    growth = spread([lap.wall[-1] / lap.wall[1] for lap in laps])
    later = statistics.median(lap.wall[-1] / lap.wall[2] for lap in laps)
    worked = [sum(each) for each in zip(*(lap.processor for lap in laps), strict=True)]
    mine, base = (statistics.median(lap.wall[place] for lap in laps) * 1e3 for place in (-1, 0))
    return (
        f"| `{page.address}` | {page.reader} | {over} | {growth} | {later:.2f} "
        f"| {worked[-1] / worked[0]:.1f}, {worked[-1] / worked[1]:.2f} | {mine:.1f} / {base:.1f} |"
    )


def spread(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def laps(contestants: Sequence[Contestant]) -> list[Lap]:
    """ROUNDS rounds, each with every contestant in turn, after as many calls as prepare its statements."""
    lap(contestants)
    return [lap(contestants) for _ in range(ROUNDS)]


def lap(contestants: Sequence[Contestant]) -> Lap:
    wall, processor = [], []
    for each in contestants:
        before = each.processor()
        wall.append(statistics.median(seconds(each.open) for _ in range(CALLS)))
        processor.append((each.processor() - before) / CALLS)
    return Lap(tuple(wall), tuple(processor))


def seconds(run: Run) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def contestant(run: Run, site: Served, server: EmbeddedServer, database: str, role: str) -> Contestant:
    """``run`` is called once: the site is connected to ``database`` as ``role`` then."""
    run()
    return Contestant(run, (site.process, *backends(server, database, role)))


def backends(server: EmbeddedServer, database: str, role: str) -> list[psutil.Process]:
    """The processes of PostgreSQL that serve ``role`` in ``database``."""
    with server.connect() as superuser:
        found = superuser.execute(BACKENDS, [database, role]).fetchall()
    return [psutil.Process(pid) for (pid,) in found]


@contextmanager
def floor_and_sites() -> Iterator[tuple[Contestant, list[RunningSite]]]:
    """A database for each size; the floor page is on the largest."""
    folder = tempfile.mkdtemp(prefix="shouxi-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after PostgreSQL has stopped
    with ExitStack() as stack:
        server = start(Path(folder))
        sites = [filled(server, size) for size in SIZES]
        for site in sites:
            stack.callback(site.close)
        engine = create_engine(server.url(SUPERUSER, name_of(SIZES[-1])), pool_size=1)
        floor = stack.enter_context(served(floor_page(engine), partial(engine.dispose, close=False)))
        running = [
            RunningSite(site, stack.enter_context(served(site.app, site.leave)), server) for site in sites
        ]
        yield contestant(floor.opening("/page"), floor, server, name_of(SIZES[-1]), SUPERUSER), running


def filled(server: EmbeddedServer, size: int) -> LoadedSite:
    databases = server.databases(name_of(size))
    upgrade(databases.owner_url)
    return loaded(server, name_of(size), size)


def name_of(size: int) -> str:
    return f"lists_{size}"


if __name__ == "__main__":
    main()
