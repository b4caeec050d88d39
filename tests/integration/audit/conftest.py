"""Three chains of acts with a checkpoint that is held elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from sqlalchemy.orm import Session

from core.audit.checkpoint import Signer, take
from core.domain.roles import Actor, Role
from core.persistence.session import act, reading
from tests import factories
from tests.factories import Tenants
from tests.integration.audit.ledgers import EVERYTHING, ledger_of, write_acts
from tests.unit.audit.chains import Ledger, chance_of

SIGNER = Signer.of(bytes(range(32)))


@dataclass(frozen=True)
class Trail:
    """Chains of two tenants as they should be, who wrote them, and the checkpoint that the city holds."""

    ledger: Ledger
    actor: Actor
    held: dict[str, Any]
    key: bytes
    tenant: int
    other: int


@pytest.fixture
def trail(session: Session, superuser: psycopg.Connection, tenants: Tenants) -> Trail:
    actor = factories.actor(superuser, tenants.city_hr, Role.CITY_HR, "景行之")
    for tenant, count in ((tenants.enterprise, 11), (tenants.other_enterprise, 8)):
        write_acts(tenant.id, actor, count, chance_of(tenant.id))
    with act(EVERYTHING) as writing:
        held = take(writing, SIGNER)
    with reading(EVERYTHING) as found:
        ledger = ledger_of(found)
    return Trail(ledger, actor, held, SIGNER.public_key, tenants.enterprise.id, tenants.other_enterprise.id)
