"""What a button of an editor asks for besides keeping what was typed.

``op`` is the value of the button: ``add:index:to:path``, ``remove:…``, ``move:…`` for lists, with the index
quoted where it is a key; ``day:name:steps`` moves a date by working days, ``way:n`` takes over one of the
ways to make a schedule fit, ``occupation:code`` adds an occupation of the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote, unquote

from core.domain.errors import DomainError
from core.domain.records import steps_of
from core.domain.rubric_editing import TOTAL, reweighed_in_turn
from core.plandoc.typed import at
from core.rulebook.occupation_catalogue import occupation_catalogue
from core.services.accounts.answers import Invalid
from core.services.drafts.editing import Item, ListOp
from core.web.studio.places import shown
from core.web.studio.shared import StudioPage
from core.web.studio.timeline import Timeline
from core.web.texts import gettext as _

MODULES: Final = "/value/modules"
NEW: Final[Mapping[str, Callable[[str], dict[str, Any]]]] = MappingProxyType(
    {
        "modules": lambda code: {"code": code, "name": "新模块"},
        "items": lambda code: {"code": code, "name": "新评分项"},
        "parts": lambda code: {"code": code, "name": "新组成部分"},
        "panels": lambda code: {"code": code},
    }
)
"""What a new item begins with where the items of a list need a code that nobody should have to invent."""


def _no_item(_: StudioPage) -> Item:
    return Item(path="")


def _no_fields(_: StudioPage) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """``fields`` are kept with what was typed; with ``op`` a list is changed afterwards."""

    spot: str = ""
    fields: Callable[[StudioPage], Mapping[str, object]] = _no_fields
    op: ListOp | None = None
    item: Callable[[StudioPage], Item] = field(default=_no_item)


def deed_of(op: str) -> Deed | None:
    """What the button of that value asks for; None for keeping alone. Raises ``DomainError``."""
    name, _colon, rest = op.partition(":")
    if not op or name == "save":
        return None
    try:
        if name in set(ListOp):
            return _list_deed(ListOp(name), *rest.split(":", 2))
        return OWN[name](rest)
    except (KeyError, ValueError, TypeError):
        raise Invalid("op", _("页面送回的内容不完整，没有保存。刷新页面后重新填写。")) from None


def _list_deed(op: ListOp, index: str, to: str, path: str) -> Deed:
    place: int | str | None = (int(index) if index.isdecimal() else unquote(index)) if index else None
    target = int(to) if to else None
    spot = path if op is ListOp.REMOVE else f"{path}/{_landing(op, place, target)}"
    return Deed(
        spot=quote(spot.rstrip("/"), safe="/~"),
        op=op,
        item=lambda page: Item(
            path=path, index=place, to=target, raw=_new_item(page, path) if op is ListOp.ADD else None
        ),
    )


def _landing(op: ListOp, place: int | str | None, target: int | None) -> str:
    if op is ListOp.MOVE:
        return str(target)
    return "" if place is None else str(place)


def _new_item(page: StudioPage, path: str) -> Any:
    """What is put into a list: nothing, or what its items need to begin with."""
    name = steps_of(path)[-1] if path else ""
    if name not in NEW:
        return None
    taken = {each.get("code") for each in at(page.draft.answer(page.part), path) or () if each}
    number = next(n for n in range(1, len(taken) + 2) if f"{name[:-1]}_{n}" not in taken)
    return NEW[name](f"{name[:-1]}_{number}")


def _occupation(code: str) -> Deed:
    known = {each.code: each for each in occupation_catalogue()}[code]
    raw = {
        "code": known.code,
        "name": known.name,
        "standard_basis": "national_standard",
        "standard_title": known.standard,
        "standard_document": known.document,
        "has_senior_technician_level": True,
        "certainty": known.certainty,
    }
    return Deed(spot="added", op=ListOp.ADD, item=lambda _: Item(path="/value", raw=raw))


def _day(rest: str) -> Deed:
    name, steps = rest.split(":")
    return Deed(spot=f"/value/{name}", fields=lambda page: Timeline.of(page).stepped(name, int(steps)))


def _way(rest: str) -> Deed:
    return Deed(spot="timeline", fields=lambda page: Timeline.of(page).taken(int(rest)))


OWN: Final[Mapping[str, Callable[[str], Deed]]] = MappingProxyType(
    {"occupation": _occupation, "day": _day, "way": _way}
)


def ready(page: StudioPage, typed: Mapping[str, object]) -> Mapping[str, object]:
    """What was typed with what follows from it: the weights of the modules stay at 100 together."""
    if page.part != "rubric":
        return typed
    modules = at(page.draft.answer(page.part), MODULES) or []
    paths = [f"{MODULES}/{place}/weight" for place in range(len(modules))]
    changed = [place for place, path in enumerate(paths) if path in typed]
    if not changed:
        return typed
    try:
        weights = [_decimal(typed.get(path, shown(at(page.draft.answer(page.part), path)))) for path in paths]
    except InvalidOperation:
        return typed  # the reading schema says what is wrong
    if sum(weights) == TOTAL:
        return typed
    if len(changed) == len(paths) and len(paths) > 1:
        total = sum(weights)
        raise DomainError(_("各模块配分合计 %(n)s 分，应为 100 分。调整后再保存。", n=shown(float(total))))
    new = reweighed_in_turn(weights, changed[-1], set(changed[:-1]))
    return {**typed, **{path: shown(float(each)) for path, each in zip(paths, new, strict=True)}}


def _decimal(text: object) -> Decimal:
    return Decimal(str(text).strip() or "0")
