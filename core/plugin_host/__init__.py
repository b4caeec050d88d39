"""Plugins and tenants: loading, asking, compiling a plan.

Shared plugins (``plugins/``) are reviewed by the province and run in this process. A tenant's own code
answers in a child process (``core.sandbox``). Whatever fails to load is reported and takes nothing else down.
"""

from core.plugin_host.compiled import HOOK_FAULT, Asked, CompiledPlan
from core.plugin_host.host import PluginHost
from core.plugin_host.shelf import SharedPlugin, Shelf
from core.plugin_host.tenants import LoadFailure, Tenant, is_slug, kept_tenant

__all__ = [
    "HOOK_FAULT",
    "Asked",
    "CompiledPlan",
    "LoadFailure",
    "PluginHost",
    "SharedPlugin",
    "Shelf",
    "Tenant",
    "is_slug",
    "kept_tenant",
]
