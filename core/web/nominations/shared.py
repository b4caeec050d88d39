"""What the pages of 推荐申报 share: whom they are open to, the nomination in the address."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, abort

from core.domain.roles import Role
from core.services.nominations import reading
from core.services.nominations.kept import Kept
from core.web.access import city, everywhere, own
from core.web.forms import transaction

nominations = Blueprint("nominations", __name__)

ONE: Final = "/units/<int:tenant_id>/nominations/<int:nomination_id>"

NOMINATORS: Final = own(Role.CITY_CENTRE, Role.CENTRAL_BRANCH)
PROVINCE: Final = everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE)
READERS: Final = (
    *city(Role.CITY_HR, Role.CITY_CENTRE, Role.CITY_INDUSTRY),
    *own(Role.CENTRAL_BRANCH),
    *PROVINCE,
)


def nomination_or_404(tenant_id: int, nomination_id: int) -> Kept:
    """The nomination in the address, in scope."""
    found = reading.one(transaction(), tenant_id=tenant_id, nomination_id=nomination_id)
    if found is None:
        abort(404)
    return found
