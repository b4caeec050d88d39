"""What the pages of 模板与规则 share: whom they are open to, of which cycle and city they tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, request

from core.domain.places import CITIES
from core.domain.roles import Reach, Role
from core.services import cycles
from core.services.cycles import Opened
from core.web import session
from core.web.access import city, everywhere
from core.web.forms import transaction

rulebook = Blueprint("rulebook", __name__, url_prefix="/rulebook")

READERS: Final = (
    *city(Role.CITY_HR, Role.CITY_INDUSTRY),
    *everywhere(Role.PROVINCE_HR, Role.PROVINCE_CENTRE),
)
"""Those who review plans, and read them as far as they reach."""


@dataclass(frozen=True, slots=True)
class Place:
    """The city that a reader sees or has chosen, "" for all; ``cities`` are those that can be chosen."""

    city_code: str
    chosen: bool

    @property
    def cities(self) -> dict[str, str]:
        return dict(CITIES) if self.chosen else {}

    @property
    def query(self) -> dict[str, str]:
        """The query that asks for this place again."""
        return {"city": self.city_code} if self.chosen and self.city_code else {}


def latest() -> Opened | None:
    """The cycle that is counted."""
    return cycles.latest(transaction())


def place() -> Place:
    hat = session.person().hat
    if hat and hat.role.reach is Reach.CITY:
        return Place(hat.city_code or "", chosen=False)
    asked = request.args.get("city", "")
    return Place(asked if asked in CITIES else "", chosen=True)
