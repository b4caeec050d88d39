"""The editions of the scheme that are installed; an edition is a package of ``core.rulebook``."""

from collections.abc import Mapping
from types import MappingProxyType

from core.domain.errors import DomainError
from core.rulebook import js2023
from core.rulebook.engine import Edition

CURRENT: Edition = js2023.EDITION
"""The edition that plans are checked against unless another is named."""

EDITIONS: Mapping[str, Edition] = MappingProxyType({CURRENT.id: CURRENT})


def edition(name: str = CURRENT.id) -> Edition:
    """The installed edition called ``name``. Raises ``DomainError``."""
    try:
        return EDITIONS[name]
    except KeyError:
        known = "、".join(EDITIONS)
        raise DomainError(f"没有安装版本“{name}”，已安装的有 {known}。从中选一个。") from None
