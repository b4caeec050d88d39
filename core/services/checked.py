"""Tenants' checked plans, kept as long as nothing they were made of changes.

Compiling asks a tenant's code in a child process, which costs far more than a page may. What a folder says is
known by its digest, the working days by their versions; shared plugins and the rest of the edition stay the
same while the process lives. A plan with faults is not kept: a timeout may be gone the next time.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Final

from core.plugin_host import PluginHost
from core.rulebook.engine import Edition
from core.services.tenants import TenantReport, check_tenant, installation

MOST: Final = 256


class CheckedPlans:
    """The latest report per tenant of ``host``; safe to use from several threads."""

    def __init__(self, host: PluginHost) -> None:
        self._host = host
        self._kept: dict[str, tuple[object, TenantReport]] = {}
        self._guard = threading.Lock()

    def of(self, slug: str, edition: Edition | None = None) -> TenantReport:
        """The checked plan of ``slug`` as its folder is now. Raises ``DomainError`` as ``check_tenant``.

        ``edition`` is that of the host with working days that may be newer.
        """
        edition = edition or self._host.edition
        digest, versions = self._host.tenant(slug).digest, edition.calendar.versions()
        with self._guard:
            known, kept = self._kept.get(slug, (None, None))
        if kept is not None and known == (digest, versions):
            return kept
        made = check_tenant(slug, host=self._host, edition=edition)
        if not made.compiled.faults:
            with self._guard:
                if len(self._kept) >= MOST:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[slug] = (made.compiled.tenant.digest, versions), made
        return made


@cache
def checked_plans() -> CheckedPlans:
    """The checked plans of this installation."""
    return CheckedPlans(installation())
