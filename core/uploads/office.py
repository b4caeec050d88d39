"""Word and Excel documents (OOXML): every part looked at, and the package written anew.

Refused is what acts, unpacks or fetches: macros, controls, embedded files, templates, pictures and data from
elsewhere, fields and formulas that start programs, XML with a document type. Links to web pages stay. Left
out are author, organisation and times, and the metadata of pictures inside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.uploads import package, xmlparts
from core.uploads.answers import Cleaned, Kind, Limits, Reason, Unfit
from core.uploads.detect import AS_PDF, NO_PROGRAM, UNPACK, not_kept
from core.uploads.images import measure
from core.uploads.segments import PNG_SIGN, without_metadata
from core.uploads.xmlparts import Xml

TYPES: Final = "[content_types].xml"
MAIN: Final = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": Kind.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": Kind.XLSX,
}
OTHER_MAIN: Final = (
    ("presentationml.", "演示文稿", AS_PDF),
    ("template.main+xml", "Office 模板", AS_PDF),
    ("sheet.binary", "二进制工作簿", "另存为 XLSX 后上传。"),
)
OTHER_PACKAGES: Final = (
    ("ofd.xml", "OFD 版式文件", AS_PDF),
    ("mimetype", "ODF 文档", "另存为 DOCX、XLSX 或 PDF 后上传。"),
    ("meta-inf/manifest.mf", "程序包", NO_PROGRAM),
    ("androidmanifest.xml", "程序包", NO_PROGRAM),
)
XML: Final = frozenset({"xml", "rels", "vml", "svg"})
RASTERS: Final = frozenset({"png", "jpg", "jpeg", "jfif", "gif", "bmp", "tif", "tiff"})
OTHER_PARTS: Final = frozenset({"emf", "wmf", "wdp", "odttf", "fntdata"})
"""Drawings, photographs and fonts that Office alone reads."""

ACTING: Final = re.compile(r"macro|vba|activex|dialogsheet|webextension|/control$", re.IGNORECASE)
HOLDING: Final = re.compile(r"oleobject|/embeddings/|/package$|/afchunk$", re.IGNORECASE)
FETCHING: Final = re.compile(r"externallink|connections(\+xml)?$|querytable", re.IGNORECASE)
FIELD: Final = re.compile(
    r"\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE)\b", re.IGNORECASE
)
"""Fields of Word that start another program or bring in another file."""
FORMULA: Final = re.compile(
    r"\b(WEBSERVICE|RTD|CALL|EXEC|REGISTER(\.ID)?)\s*\(|^[\s=+@-]*'?[\w.]+'?\|", re.IGNORECASE
)
"""Formulas of Excel that start another program or ask another computer."""
LINKS: Final = ("http://", "https://", "mailto:", "tel:", "#")

PROPERTIES: Final = {
    "application/vnd.openxmlformats-package.core-properties+xml": (
        "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
        "coreProperties",
    ),
    "application/vnd.openxmlformats-officedocument.extended-properties+xml": (
        "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
        "Properties",
    ),
    "application/vnd.openxmlformats-officedocument.custom-properties+xml": (
        "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
        "Properties",
    ),
}
PRINTER: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"
NOTE: Final = "已去除文档属性（作者、单位、时间）和图片中的拍摄信息。"
NEXT: Final = "去除后另存，或另存为 PDF，再重新上传。"
ACTS: Final = Unfit(Reason.ACTIVE, f"文档中有宏、控件或加载项，打开时会运行程序，没有保存。{NEXT}")
HOLDS: Final = Unfit(
    Reason.EMBEDDED, "文档中嵌有其他文件或对象，没有保存。取出后逐个上传，图表改为粘贴图片，再重新上传。"
)


def cleaned(data: bytes, limits: Limits) -> tuple[Kind, Cleaned]:
    """Which kind of document it is, and the document written anew. Raises ``Unfit``."""
    parts = package.parts(data, limits)
    if TYPES not in map(str.lower, parts):
        raise _another(parts)
    read = {path: xmlparts.read(content) for path, content in parts.items() if _extension(path) in XML}
    types = _Types.of(next(read[path] for path in parts if path.lower() == TYPES))
    for path in parts:
        _refuse_part(path, types.of_part(path))
    kind = _kind(types)
    for path, xml in read.items():
        _refuse_content(path, xml)
    kept = {}
    for path, content in parts.items():
        if _extension(path) in RASTERS:
            _refuse_picture(content, limits)
        kept[path] = _without_metadata(content, types.of_part(path))
    return kind, Cleaned(package.packed(kept), (NOTE,))


@dataclass(frozen=True, slots=True)
class _Types:
    """What kind of thing each part is, by its path or else by its extension, both in small letters."""

    parts: Mapping[str, str]
    extensions: Mapping[str, str]

    @classmethod
    def of(cls, xml: Xml) -> _Types:
        return cls(
            {
                each.get("PartName", "").lstrip("/").lower(): each.get("ContentType", "")
                for each in xml.named("Override")
            },
            {each.get("Extension", "").lower(): each.get("ContentType", "") for each in xml.named("Default")},
        )

    def of_part(self, path: str) -> str:
        return self.parts.get(path.lower()) or self.extensions.get(_extension(path), "")


def _kind(types: _Types) -> Kind:
    kinds = {MAIN[each] for each in types.parts.values() if each in MAIN}
    if len(kinds) == 1:
        return kinds.pop()
    for sign, what, advice in OTHER_MAIN:
        if any(sign in each for each in types.parts.values()):
            raise not_kept(what, advice)
    raise package.DAMAGED


def _another(parts: Mapping[str, bytes]) -> Unfit:
    """What a package is that is no Office document."""
    paths = {path.lower() for path in parts}
    for path, what, advice in OTHER_PACKAGES:
        if path in paths:
            return not_kept(what, advice)
    return not_kept("压缩包", UNPACK)


def _refuse_part(path: str, declared: str) -> None:
    if ACTING.search(path) or ACTING.search(declared):
        raise ACTS
    if HOLDING.search("/" + path) or HOLDING.search(declared):
        raise HOLDS
    if FETCHING.search(path.removesuffix(".xml")) or FETCHING.search(declared):
        raise Unfit(
            Reason.EXTERNAL, f"文档从其他文件或服务器取数据，没有保存。断开数据连接和外部链接，{NEXT}"
        )
    known = _extension(path) in XML | RASTERS | OTHER_PARTS
    if not known and declared != PRINTER:
        raise HOLDS


def _refuse_content(path: str, xml: Xml) -> None:
    if xml.named("script") or xml.named("foreignObject"):
        raise ACTS
    for each in xml.named("Relationship") if path.lower().endswith(".rels") else ():
        _refuse_relationship(each.get("Type", ""), each.get("Target", ""), each.get("TargetMode", ""))
    if found := [each for each in xml.fields if FIELD.match(each)]:
        raise Unfit(
            Reason.ACTIVE, f"文档中有会运行程序或取用其他文件的域（{found[0].split()[0]}），没有保存。{NEXT}"
        )
    if found := [each for each in xml.formulas if FORMULA.search(each)]:
        raise Unfit(
            Reason.ACTIVE, f"工作簿中有会运行程序或访问网络的公式（{found[0][:30]}），没有保存。{NEXT}"
        )


def _refuse_relationship(kind: str, target: str, mode: str) -> None:
    if ACTING.search(kind):
        raise ACTS
    if HOLDING.search(kind):
        raise HOLDS
    if mode.lower() != "external":
        return
    if not (kind.lower().endswith("/hyperlink") and target.strip().lower().startswith(LINKS)):
        raise Unfit(
            Reason.EXTERNAL,
            f"文档引用了文档以外的内容（{target[:40]}），没有保存。改为插入副本或去除，{NEXT}",
        )


def _refuse_picture(content: bytes, limits: Limits) -> None:
    if not measure(content, limits):
        raise HOLDS


def _without_metadata(content: bytes, declared: str) -> bytes:
    if declared in PROPERTIES:
        namespace, root = PROPERTIES[declared]
        return (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><{root} xmlns="{namespace}"/>'.encode()
        )
    return without_metadata(content) if content.startswith((PNG_SIGN, b"\xff\xd8\xff")) else content


def _extension(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2].lower()
