"""The editions of the scheme that are installed; an edition is a package of ``core.rulebook``."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from core import rulebook
from core.domain.errors import DomainError
from core.rulebook import js2023
from core.rulebook.engine import Edition

CURRENT: Edition = js2023.EDITION
"""The edition that plans are checked against unless another is named."""


def installed() -> Mapping[str, Edition]:
    """Every installed edition by its id, the current one first."""
    return _found(tuple(rulebook.__path__))


def edition(name: str = CURRENT.id) -> Edition:
    """The installed edition called ``name``. Raises ``DomainError``."""
    try:
        return installed()[name]
    except KeyError:
        known = "、".join(installed())
        raise DomainError(f"没有安装版本“{name}”，已安装的有 {known}。从中选一个。") from None


@cache
def _found(places: tuple[str, ...]) -> Mapping[str, Edition]:
    """The editions among the packages that lie in ``places``."""
    names = [each.name for each in pkgutil.iter_modules(places) if each.ispkg]
    found: list[Edition] = [importlib.import_module(f"{rulebook.__name__}.{name}").EDITION for name in names]
    return MappingProxyType({CURRENT.id: CURRENT, **{each.id: each for each in found}})
