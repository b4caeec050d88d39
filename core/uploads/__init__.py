"""Uploads: examined by their content, kept as what came of them, stored by it.

``Inspector.examine`` gives ``Accepted`` or ``Refused``; ``Store`` keeps what was accepted. Tables and
pages are elsewhere.
"""

from core.uploads.answers import LIMITS, Accepted, Answer, Kind, Limits, Reason, Refused
from core.uploads.examine import examine, room_for
from core.uploads.inspector import Inspector
from core.uploads.store import Damaged, LocalStore, NotStored, Store

__all__ = [
    "LIMITS",
    "Accepted",
    "Answer",
    "Damaged",
    "Inspector",
    "Kind",
    "Limits",
    "LocalStore",
    "NotStored",
    "Reason",
    "Refused",
    "Store",
    "examine",
    "room_for",
]
