"""How many files, and how much, one matter may have."""

from __future__ import annotations

from collections.abc import Sequence

from core.uploads.answers import LIMITS, Limits, Reason, Refused, size


def room_for(sizes: Sequence[int], new: int, limits: Limits = LIMITS) -> Refused | None:
    """Why one more file of ``new`` bytes has no place beside those of ``sizes``; None when it has."""
    if len(sizes) >= limits.files:
        return Refused(
            Reason.TOO_MANY,
            f"已有 {len(sizes)} 个文件，最多 {limits.files} 个，没有保存。删去或合并一些后重新上传。",
        )
    if sum(sizes) + new > limits.total_bytes:
        return Refused(
            Reason.TOO_MANY,
            f"已有文件共 {size(sum(sizes))}，加上这个文件超过 {size(limits.total_bytes)} 的上限，没有保存。"
            "删去不需要的文件，或压缩后重新上传。",
        )
    return None
