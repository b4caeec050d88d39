"""Files of every kind that is kept, each with nothing wrong; the hostile ones are these with one thing added.

All are made here, the same each time. ``SIGNS_OF_PEOPLE`` is the metadata that must not be kept.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

AUTHOR: Final = "张三丰"
DEVICE: Final = "MyPhone 12"
SIGNS_OF_PEOPLE: Final = tuple(
    text.encode(encoding) for text in (AUTHOR, DEVICE) for encoding in ("utf-8", "utf-16-be", "utf-16-le")
)
LATITUDE: Final = (32.0, 3.0, 29.01)

# ---- pictures ----


def picture(mode: str = "RGB", size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A seal on paper: edges, flat parts and a slope."""
    made = Image.linear_gradient("L").resize(size).convert("RGB")
    ImageDraw.Draw(made).ellipse((8, 8, 40, 40), outline=(200, 16, 16), width=4)
    ImageDraw.Draw(made).text((50, 20), "2026", fill=(0, 0, 0))
    return made.convert(mode)


def exif(orientation: int = 1) -> bytes:
    """What a telephone notes: who, with what, where, which side is up."""
    noted = Image.Exif()
    noted[0x0110], noted[0x013B], noted[0x0112] = DEVICE, "Author", orientation
    noted.get_ifd(0x8825).update({1: "N", 2: LATITUDE, 3: "E", 4: (118.0, 46.0, 43.0)})
    noted.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + AUTHOR.encode("utf-16-be")
    return noted.tobytes()


def jpeg(made: Image.Image | None = None, **how: Any) -> bytes:
    written = io.BytesIO()
    (made or picture()).save(written, "JPEG", **{"quality": 95, **how})
    return written.getvalue()


def photograph(orientation: int = 1) -> bytes:
    """A JPEG with every kind of metadata: EXIF with a place, XMP, a comment, a profile."""
    return jpeg(
        exif=exif(orientation),
        xmp=f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:creator>{AUTHOR}</dc:creator></x:xmpmeta>".encode(),
        comment=AUTHOR.encode(),
        icc_profile=profile(),
    )


def profile() -> bytes:
    """That of sRGB, without the time at which it was made."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made[:24] + bytes(12) + made[36:]


def png(made: Image.Image | None = None, **how: Any) -> bytes:
    written = io.BytesIO()
    (made or picture()).save(written, "PNG", **how)
    return written.getvalue()


def screenshot() -> bytes:
    """A PNG with every kind of metadata."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", DEVICE)
    texts.add_itxt("Comment", AUTHOR, zip=False)
    return png(pnginfo=texts, exif=exif())


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


# ---- PDF ----


AS_IT_IS: Final = {
    "static_id": True,
    "fix_metadata_version": False,
    "stream_decode_level": pikepdf.StreamDecodeLevel.none,
    "compress_streams": False,
}


def pdf(change: Callable[[Pdf], object] = lambda _: None, *, pages: int = 1, **how: Any) -> bytes:
    """Pages that say who wrote them, a link to a page of the web, a photograph; changed by ``change``."""
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(595, 842))
        first = document.pages[0]
        shown = document.make_stream(photograph(), Type=Name.XObject, Subtype=Name.Image, Width=96, Height=64)
        shown.Filter, shown.ColorSpace, shown.BitsPerComponent = Name.DCTDecode, Name.DeviceRGB, 8
        first.Resources = Dictionary(XObject=Dictionary(Im0=shown))
        first.Contents = document.make_stream(b"q 192 0 0 128 50 600 cm /Im0 Do Q")
        first.Annots = Array([document.make_indirect(link("https://rst.example.cn/"))])
        document.docinfo["/Author"] = AUTHOR
        with document.open_metadata(set_pikepdf_as_editor=False) as noted:
            noted["dc:creator"] = [AUTHOR]
        change(document)
        written = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pikepdf.PageCopyWarning)  # of fields that belong to no form
            document.save(written, **{**AS_IT_IS, **how})
        return written.getvalue()


def link(address: str) -> Dictionary:
    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=[0, 0, 100, 20],
        A=Dictionary(S=Name.URI, URI=pikepdf.String(address)),
    )


# ---- packages and Office documents ----

TYPES: Final = "application/vnd.openxmlformats-officedocument."
RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
METADATA: Final = "http://schemas.openxmlformats.org/package/2006/metadata"
CORE: Final = "application/vnd.openxmlformats-package.core-properties+xml"

Parts = dict[str, bytes]


def package(parts: Mapping[str, bytes] | Iterable[tuple[zipfile.ZipInfo | str, bytes]], **how: Any) -> bytes:
    """A ZIP of these parts in this order."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", how.get("method", zipfile.ZIP_DEFLATED)) as made:
        for path, data in parts.items() if isinstance(parts, Mapping) else parts:
            made.writestr(
                zipfile.ZipInfo(path) if isinstance(path, str) else path,
                data,
                how.get("method", zipfile.ZIP_DEFLATED),
            )
        made.comment = how.get("comment", b"")
    return written.getvalue()


def types(overrides: Mapping[str, str], extensions: Mapping[str, str] | None = None) -> bytes:
    known = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    known |= {"png": "image/png", "jpeg": "image/jpeg", **(extensions or {})}
    lines = [f'<Default Extension="{name}" ContentType="{kind}"/>' for name, kind in known.items()]
    lines += [f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in overrides.items()]
    content = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<?xml version="1.0"?><Types xmlns="{content}">{"".join(lines)}</Types>'.encode()


def relationships(*those: tuple[str, str] | tuple[str, str, str]) -> bytes:
    """Each is a kind, a target and, if it is elsewhere, its mode."""
    lines = [
        f'<Relationship Id="rId{number}" Type="{kind if ":" in kind else RELATIONSHIPS + kind}" '
        f'Target="{target}"{"".join(f" TargetMode={chr(34)}{each}{chr(34)}" for each in mode)}/>'
        for number, (kind, target, *mode) in enumerate(those, 1)
    ]
    content = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0"?><Relationships xmlns="{content}">{"".join(lines)}</Relationships>'.encode()


def properties() -> bytes:
    return (
        f'<cp:coreProperties xmlns:cp="{METADATA}/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{AUTHOR}</dc:creator></cp:coreProperties>'
    ).encode()


def field(*instructions: str) -> str:
    """A field of Word whose instruction is cut into these runs."""
    runs = "".join(f"<w:r><w:instrText>{each}</w:instrText></w:r>" for each in instructions)
    begin, separate, end = (
        f'<w:r><w:fldChar w:fldCharType="{each}"/></w:r>' for each in ("begin", "separate", "end")
    )
    return f"<w:p>{begin}{runs}{separate}<w:r><w:t>1</w:t></w:r>{end}</w:p>"


def document_xml(body: str = "") -> bytes:
    """A text with a page number; ``body`` is what is added."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>推荐意见'
        f"</w:t></w:r></w:p>{field(' PAGE ')}{body}</w:body></w:document>"
    ).encode()


WORD_MAIN: Final = TYPES + "wordprocessingml.document.main+xml"
EXCEL_MAIN: Final = TYPES + "spreadsheetml.sheet.main+xml"
TO_THE_WEB: Final = ("hyperlink", "https://rst.example.cn/", "External")


def docx_parts(
    more: Mapping[str, bytes] | None = None,
    *,
    body: str = "",
    main: str = WORD_MAIN,
    overrides: Mapping[str, str] | None = None,
    extensions: Mapping[str, str] | None = None,
    rels: Iterable[tuple[str, str] | tuple[str, str, str]] = (),
) -> Parts:
    return {
        "[Content_Types].xml": types(
            {"word/document.xml": main, "docProps/core.xml": CORE, **(overrides or {})}, extensions
        ),
        "_rels/.rels": relationships(
            ("officeDocument", "word/document.xml"),
            (METADATA.replace("metadata", "relationships/metadata/core-properties"), "docProps/core.xml"),
        ),
        "docProps/core.xml": properties(),
        "word/document.xml": document_xml(body),
        "word/_rels/document.xml.rels": relationships(TO_THE_WEB, ("image", "media/image1.jpeg"), *rels),
        "word/media/image1.jpeg": photograph(),
        "word/media/image2.png": screenshot(),
        **(more or {}),
    }


def docx(more: Mapping[str, bytes] | None = None, **how: Any) -> bytes:
    return package(docx_parts(more, **how))


def xlsx_parts(
    more: Mapping[str, bytes] | None = None,
    *,
    formula: str = "SUM(A1:A2)",
    name: str = "Sheet1!$A$1",
    main: str = EXCEL_MAIN,
    overrides: Mapping[str, str] | None = None,
    rels: Iterable[tuple[str, str] | tuple[str, str, str]] = (),
) -> Parts:
    sheet = "xl/worksheets/sheet1.xml"
    return {
        "[Content_Types].xml": types(
            {
                "xl/workbook.xml": main,
                sheet: TYPES + "spreadsheetml.worksheet+xml",
                "xl/printerSettings/printerSettings1.bin": TYPES + "spreadsheetml.printerSettings",
                **(overrides or {}),
            }
        ),
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{S}"><sheets/><definedNames><definedName name="a">{name}</definedName>'
            "</definedNames></workbook>"
        ).encode(),
        "xl/_rels/workbook.xml.rels": relationships(("worksheet", "worksheets/sheet1.xml"), *rels),
        sheet: (
            f'<worksheet xmlns="{S}"><sheetData><row><c><v>1</v></c><c><f>{formula}</f><v>2</v></c></row>'
            "</sheetData></worksheet>"
        ).encode(),
        "xl/printerSettings/printerSettings1.bin": bytes(64),
        **(more or {}),
    }


def xlsx(more: Mapping[str, bytes] | None = None, **how: Any) -> bytes:
    return package(xlsx_parts(more, **how))
