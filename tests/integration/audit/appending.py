"""A process that acts in one tenant: ``python -m tests.integration.audit.appending URL TENANT COUNT SEED``.

Every third act or so is rolled back after its event was written. Prints how many were committed.
"""

from __future__ import annotations

import sys

from flask import Flask

from core.audit import PLATFORM, Action, Subject, record
from core.persistence.scope import Scope
from core.persistence.session import act, init_app
from tests.unit.audit.chains import chance_of


class RolledBack(Exception):
    """Thrown inside an act."""


def main(url: str, tenant: int, count: int, seed: str) -> int:
    """How many of ``count`` acts were committed."""
    app = Flask(__name__)
    init_app(app, url)
    chance, committed = chance_of(seed), 0
    with app.app_context():
        for number in range(count):
            try:
                with act(Scope(writes=tenant)) as session:
                    record(
                        session,
                        tenant_id=tenant,
                        actor=PLATFORM,
                        action=Action.CLOCK_SHIFT,
                        subject=Subject("process", seed, f"{number}"),
                    )
                    if chance.random() < 0.3:
                        raise RolledBack
                committed += 1
            except RolledBack:
                pass
    return committed


if __name__ == "__main__":
    _, url, tenant, count, seed = sys.argv
    print(main(url, int(tenant), int(count), seed))
