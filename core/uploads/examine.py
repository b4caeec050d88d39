"""Examining an upload: what it is by its content, whether it may be kept, and what is kept of it."""

from __future__ import annotations

from core.uploads import images, office, pdf
from core.uploads.answers import (
    KINDS,
    LIMITS,
    Accepted,
    Answer,
    Cleaned,
    Kind,
    Limits,
    Reason,
    Unfit,
    sha256,
    size,
)
from core.uploads.detect import kind_of
from core.uploads.names import checked_name


def examine(name: str, data: bytes, limits: Limits = LIMITS) -> Answer:
    """The file as it is to be kept, or why it is not. Decides by the bytes alone; the name has to agree.

    Hostile bytes are decoded here: a server calls ``Inspector.examine``, which does this in a child process.
    """
    try:
        plain, extension = checked_name(name, limits)
        _refuse_size(len(data), limits)
        kind, cleaned = _cleaned(data, limits)
        if extension not in kind.extensions:
            raise _mismatch(kind, extension)
    except Unfit as unfit:
        return unfit.refused
    return Accepted(
        name=plain,
        kind=kind,
        data=cleaned.data,
        digest=sha256(cleaned.data),
        received=sha256(data),
        notes=cleaned.notes,
    )


def _refuse_size(length: int, limits: Limits) -> None:
    if not length:
        raise Unfit(Reason.EMPTY, "文件是空的（0 字节），没有保存。检查原文件后重新上传。")
    if length > limits.file_bytes:
        raise Unfit(
            Reason.TOO_LARGE,
            f"文件有 {size(length)}，超过 {size(limits.file_bytes)} 的上限，没有保存。"
            "降低图片分辨率，或分成几个文件后重新上传。",
        )


def _cleaned(data: bytes, limits: Limits) -> tuple[Kind, Cleaned]:
    kind = kind_of(data)
    if kind is None:
        return office.cleaned(data, limits)
    if kind is Kind.PDF:
        return kind, pdf.cleaned(data, limits)
    return kind, images.cleaned(data, kind, limits)


def _mismatch(kind: Kind, extension: str) -> Unfit:
    return Unfit(
        Reason.MISMATCH,
        f"扩展名是 .{extension}，内容是 {kind.zh}，两者不一致，没有保存。"
        f"把扩展名改为 .{kind}，或选择正确的文件（{KINDS}）后重新上传。",
    )
