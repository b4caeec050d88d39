"""What a file is, by its first bytes and never by its name."""

from __future__ import annotations

import re
from typing import Final

from core.uploads.answers import KINDS, Kind, Reason, Unfit

ZIP: Final = b"PK\x03\x04"
ZIP_END: Final = b"PK\x05\x06"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKUP: Final = re.compile(
    rb"<((script|html|head|body|svg|iframe|object|embed|img|meta|!doctype|!entity)[\s/>]|\?php\s)",
    re.IGNORECASE,
)
"""What a browser or a server would take for a page, and chance makes of no few megabytes."""

UNPACK: Final = "解压后逐个上传其中的文件。"
AS_PDF: Final = "另存为 PDF 后上传。"
AS_PICTURE: Final = "另存为 JPEG 或 PNG 后上传。"
NO_PROGRAM: Final = "选择正确的文件。"
SIGNS: Final = (
    (rb"GIF8[79]a", "GIF 图片", AS_PICTURE),
    (rb"RIFF....WEBP", "WebP 图片", AS_PICTURE),
    (rb"RIFF", "音频或视频", NO_PROGRAM),
    (rb"BM.{4}\0\0\0\0", "BMP 图片", AS_PICTURE),
    (rb"II\*\0|MM\0\*|II\+\0|MM\0\+", "TIFF 图片", AS_PICTURE),
    (rb".{4}ftyp(hei|hev|mif1|msf1|avi)", "HEIC 或 AVIF 图片", AS_PICTURE),
    (rb".{4}ftyp", "音频或视频", NO_PROGRAM),
    (rb"8BPS", "Photoshop 图片", AS_PICTURE),
    (rb"Rar!\x1a", "RAR 压缩包", UNPACK),
    (rb"7z\xbc\xaf\x27\x1c", "7z 压缩包", UNPACK),
    (rb"\x1f\x8b|BZh|\xfd7zXZ\0|\x28\xb5\x2f\xfd", "压缩包", UNPACK),
    (rb"MSCF|ITSF", "CAB 或 CHM 文件", NO_PROGRAM),
    (rb"MZ", "Windows 程序", NO_PROGRAM),
    (rb"\x7fELF|\xca\xfe\xba\xbe|[\xcf\xce]\xfa\xed\xfe|\xfe\xed\xfa[\xce\xcf]", "程序", NO_PROGRAM),
    (rb"L\0\0\0\x01\x14\x02\0", "快捷方式", NO_PROGRAM),
    (rb"#!", "脚本", NO_PROGRAM),
    (rb"\{\\rt", "RTF 文档", AS_PDF),
    (rb"%!", "PostScript 文件", AS_PDF),
    (rb"(MIME-Version|Return-Path|Received|From|Subject):? ", "邮件或网页存档", NO_PROGRAM),
)
OTHER: Final = tuple((re.compile(sign, re.DOTALL), what, advice) for sign, what, advice in SIGNS)
BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(data: bytes) -> Kind | None:
    """PDF, JPEG, PNG, or None for a package of which only its parts tell what it is. Raises ``Unfit``."""
    if data.startswith(b"%PDF-"):
        return Kind.PDF
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data.startswith(ZIP):
        return None
    if data.startswith(OLE):
        raise _old_office(data)
    raise not_kept(*_what(data))


def not_kept(what: str, advice: str) -> Unfit:
    return Unfit(Reason.KIND, f"内容是{what}，可以上传的是 {KINDS}，没有保存。{advice}")


def _old_office(data: bytes) -> Unfit:
    """Word and Excel before 2007 are such a container; so is any later document with a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Unfit(Reason.ENCRYPTED, "文档设有打开密码，不能检查，没有保存。取消密码后重新上传。")
    return not_kept("旧版 Office 或 WPS 文档", "用 WPS 或 Office 另存为 DOCX、XLSX 或 PDF 后上传。")


def _what(data: bytes) -> tuple[str, str]:
    """What else it is, and what to do with that."""
    for sign, what, advice in OTHER:
        if sign.match(data):
            return what, advice
    head = data[:1024].replace(b"\0", b"")  # a text in UTF-16 reads as one in ASCII
    if MARKUP.search(head) or head.removeprefix(BOMS[0]).lstrip().startswith(b"<"):
        return "网页、SVG 或 XML", AS_PDF
    if data.startswith(BOMS) or b"\0" not in data[:1024]:
        return "纯文本或未知类型", AS_PDF
    return "未知类型", AS_PDF


def carries(rest: bytes) -> str | None:
    """What other kind of file the parts of a picture that hold no picture would be taken for, if any."""
    if MARKUP.search(rest):
        return "网页或脚本"
    if b"%PDF-" in rest:
        return "PDF 文档"
    return "压缩包" if (ZIP in rest and ZIP_END in rest) or b"Rar!\x1a" in rest else None


def ends_as_a_package(data: bytes) -> bool:
    """Whether a program that unpacks would find a package at the end of the file, whatever it begins with."""
    at = data.rfind(ZIP_END, max(0, len(data) - 65_557))
    if at < 0 or at + 22 > len(data):
        return False
    size = int.from_bytes(data[at + 12 : at + 16], "little")
    return size > 0 and data[:at].find(b"PK\x01\x02") >= 0


def mixed(what: str, also: str) -> Unfit:
    return Unfit(
        Reason.MIXED,
        f"文件既是{what}，又含有{also}，可能用来绕过检查，没有保存。用原来的软件另存一份后重新上传。",
    )
