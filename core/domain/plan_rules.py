"""How a plan meets a rule, as it is counted over the plans of a cycle: each plan once for each way."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Met(StrEnum):
    """In which way: what the check of a version says, what reviewers say to it, how the plan departs."""

    BLOCKED = "blocked"
    WARNED = "warned"
    REASONED = "reasoned"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WAIVED = "waived"
    STRICTER = "stricter"
    DIFFERENT = "different"
    ADDED = "added"
    DROPPED = "dropped"
    LOOSER = "looser"

    @property
    def zh(self) -> str:
        """The word shown on screen."""
        return _MET_ZH[self]


_MET_ZH: Final = {
    Met.BLOCKED: "阻断",
    Met.WARNED: "提醒",
    Met.REASONED: "已说明理由",
    Met.ACCEPTED: "采纳理由",
    Met.REFUSED: "不予采纳",
    Met.WAIVED: "豁免",
    Met.STRICTER: "更严",
    Met.DIFFERENT: "不同",
    Met.ADDED: "新增",
    Met.DROPPED: "删去",
    Met.LOOSER: "放宽",
}

CHECKED: Final = (Met.BLOCKED, Met.WARNED, Met.REASONED, Met.ACCEPTED, Met.REFUSED)
"""What was found when a version was sent in, and what reviewers said to the reasons."""
DEPARTED: Final = (Met.STRICTER, Met.LOOSER, Met.DIFFERENT, Met.ADDED, Met.DROPPED)
"""How a plan departs from the reference."""
