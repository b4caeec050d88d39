"""Uploads: examined by their content, kept as what came of them, stored by it.

``Inspector.examine`` gives ``Accepted`` or ``Refused``; a ``Store`` keeps what was accepted. The module
``examine`` has the decoders; no server imports it, the inspector's child process does.
"""

from core.uploads.answers import LIMITS, Accepted, Answer, Kind, Limits, Reason, Refused
from core.uploads.inspector import Inspector
from core.uploads.room import room_for
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
    "room_for",
]
