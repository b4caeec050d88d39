"""List pages against the floor page, with ten tenants, a thousand and ten thousand.

All in one process through the same WSGI client, in interleaved rounds. Times are wall clock; beside them
stands the processor time of this process and of PostgreSQL's together, which a busy machine disturbs less.
"""

from __future__ import annotations

import atexit
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text

from core.persistence.db import db
from core.persistence.migrate import upgrade
from core.persistence.server import SUPERUSER, EmbeddedServer, start
from tests.load.floor import floor_page
from tests.load.ratios import ROUNDS, per_call
from tests.load.sites import DEEP, LISTS, SIFTED, SIZES, ListPage, LoadedSite, loaded

CALLS = 20


@dataclass(frozen=True, slots=True)
class Contestant:
    """One page on one database, and the processes that work for it."""

    open: Callable[[], object]
    processes: tuple[psutil.Process, ...]

    def processor(self) -> float:
        """Seconds that its processes have worked."""
        return sum(sum(each.cpu_times()[:2]) for each in self.processes)


@dataclass(frozen=True, slots=True)
class Lap:
    """Seconds a call, by the clock and of the processor, of each contestant in one round."""

    wall: tuple[float, ...]
    processor: tuple[float, ...]


def main() -> None:
    print(f"list pages over the floor page, medians of {ROUNDS} rounds of {CALLS} calls (lowest-highest);")
    print(f"growth from {SIZES[0]} and from {SIZES[1]} to {SIZES[-1]} tenants, people, invitations, events")
    print("| page | reader | over the floor | growth | from 1,000 | processor: over, growth | ms |")
    print("|---|---|---|---|---|---|---|")
    with floor_and_sites() as (floor, sites):
        for page in (*LISTS, *DEEP, *SIFTED):
            print(row(page, laps([floor, *(contestant(site, page) for site in sites)])), flush=True)


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
    for each in contestants:
        per_call(each.open, CALLS)
    return [lap(contestants) for _ in range(ROUNDS)]


def lap(contestants: Sequence[Contestant]) -> Lap:
    wall, processor = [], []
    for each in contestants:
        before = each.processor()
        wall.append(per_call(each.open, CALLS))
        processor.append((each.processor() - before) / CALLS)
    return Lap(tuple(wall), tuple(processor))


def contestant(site: LoadedSite, page: ListPage) -> Contestant:
    visitor, address = site.readers[page.reader], site.address(page)
    visitor.page(address)
    with site.app.app_context(), db.engine.connect() as connection:
        backend: int = connection.scalar(text("select pg_backend_pid()"))
    return Contestant(partial(visitor.client.get, address), (psutil.Process(), psutil.Process(backend)))


@contextmanager
def floor_and_sites() -> Iterator[tuple[Contestant, list[LoadedSite]]]:
    """A server of its own with a database for each size; the floor page is on the largest."""
    folder = tempfile.mkdtemp(prefix="shouxi-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the server has stopped
    with ExitStack() as stack:
        server = start(Path(folder))
        sites = [filled(server, size) for size in SIZES]
        for site in sites:
            stack.callback(site.close)
        engine = create_engine(server.url(SUPERUSER, name_of(SIZES[-1])), pool_size=1)
        stack.callback(engine.dispose)
        with engine.connect() as connection:
            backend: int = connection.scalar(text("select pg_backend_pid()"))
        client = floor_page(engine).test_client()
        yield Contestant(partial(client.get, "/page"), (psutil.Process(), psutil.Process(backend))), sites


def filled(server: EmbeddedServer, size: int) -> LoadedSite:
    databases = server.databases(name_of(size))
    upgrade(databases.owner_url)
    return loaded(server, name_of(size), size)


def name_of(size: int) -> str:
    return f"lists_{size}"


if __name__ == "__main__":
    main()
