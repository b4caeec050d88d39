"""ZIP packages, read so that every program finds the same in them, and written anew without anything between.

The directory at the end and the headers before each part must agree, parts must not overlap, and sizes are
held against the limits before anything is unpacked.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

from core.uploads.answers import Limits, Reason, Unfit
from core.uploads.detect import ZIP_END

LOCAL: Final = struct.Struct("<4s5H3I2H")
UNIX: Final = 3
LONGEST_END: Final = 65_557
"""Bytes from the end in which a program looks for the directory."""
SMALL: Final = 2**20
"""Parts below this size, in bytes, may be packed however well they are."""
NEXT: Final = "用 WPS 或 Office 另存一份后重新上传。"
DAMAGED: Final = Unfit(Reason.DAMAGED, f"文档不完整或已损坏，不能检查，没有保存。{NEXT}")


def parts(data: bytes, limits: Limits) -> dict[str, bytes]:
    """The content of every part by its path. Raises ``Unfit``."""
    if ZIP_END not in data[-LONGEST_END:]:
        raise DAMAGED
    if data[-22:-18] != ZIP_END:
        raise Unfit(Reason.MIXED, f"文档结尾之后另有内容，可能用来绕过检查，没有保存。{NEXT}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            _refuse_entries(entries, limits)
            _refuse_differences(data, entries, package.start_dir)
            return {each.filename: package.read(each) for each in entries if not each.is_dir()}
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError, OSError, ValueError):
        raise DAMAGED from None


def packed(content: Mapping[str, bytes]) -> bytes:
    """A package of these parts, the same for the same parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for path, data in content.items():
            package.writestr(zipfile.ZipInfo(path), data, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _refuse_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise _bomb(f"文档由 {len(entries)} 个部分组成，超过 {limits.entries} 个的上限")
    if sum(each.file_size for each in entries) > limits.unpacked:
        raise _bomb(f"文档解压后超过 {limits.unpacked // 2**20} MB 的上限")
    if len({each.filename.casefold() for each in entries}) < len(entries):
        raise Unfit(Reason.MIXED, f"文档中有同名的部分，不同软件打开会看到不同内容，没有保存。{NEXT}")
    for each in entries:
        _refuse_entry(each, limits)


def _refuse_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    if entry.flag_bits & 0x1:
        raise Unfit(Reason.ENCRYPTED, "文档设有打开密码，不能检查，没有保存。取消密码后重新上传。")
    path = entry.orig_filename
    if (
        not path.isprintable()
        or path.startswith("/")
        or any(each in path for each in ("\\", ":"))
        or ".." in path.split("/")
        or (entry.create_system == UNIX and stat.S_ISLNK(entry.external_attr >> 16))
    ):
        raise Unfit(Reason.MIXED, f"文档中有指向文档以外的路径，没有保存。{NEXT}")
    if entry.file_size > SMALL and entry.file_size > limits.ratio * max(entry.compress_size, 1):
        times = entry.file_size // max(entry.compress_size, 1)
        raise _bomb(f"文档中有压缩到 {times} 分之一的部分，超过 {limits.ratio} 的上限")


def _refuse_differences(data: bytes, entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Refuse parts that overlap, and a header before a part that is not as the directory has it."""
    ordered = sorted(entries, key=lambda each: each.header_offset)
    if ordered and ordered[0].header_offset:
        raise DAMAGED
    for each, following in zip(
        ordered, [*(after.header_offset for after in ordered[1:]), directory], strict=True
    ):
        sign, _, flags, method, *_, name, extra = LOCAL.unpack_from(data, each.header_offset)
        start = each.header_offset + LOCAL.size
        path = data[start : start + name].decode("utf-8" if flags & 0x800 else "cp437")
        if (
            sign != b"PK\x03\x04"
            or method != each.compress_type
            or path != each.orig_filename
            or method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        ):
            raise DAMAGED
        if start + name + extra + each.compress_size > following:
            raise _bomb("文档的各部分互相重叠")


def _bomb(fact: str) -> Unfit:
    return Unfit(Reason.BOMB, f"{fact}，打开时会耗尽内存，没有保存。减少内容或分成几个文件后重新上传。")
