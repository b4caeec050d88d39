"""发件箱: effects outside the database (mail, files, webhooks) are written here in the act's transaction.

What is committed will be delivered, what is rolled back never was. A job delivers, perhaps twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.domain.frozen import canonical
from core.persistence.models import OutboxMessage


def enqueue(session: Session, *, tenant_id: int, topic: str, payload: Mapping[str, Any]) -> None:
    """Leave a message about ``topic`` (名词:动词) for delivery after the commit of this transaction.

    ``payload`` is plain JSON data: ids rather than copies, since what it is about may change before delivery.
    Raises rfc8785.CanonicalizationError for anything else, a Secret or sealed bytes among it.
    """
    canonical(dict(payload))
    session.execute(insert(OutboxMessage).values(tenant_id=tenant_id, topic=topic, payload=dict(payload)))
