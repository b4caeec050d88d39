"""PDF: every object looked at, and what the first page shows written anew.

Refused is what acts, unpacks or fetches: scripts, launching, forms that send, files and media inside, other
files outside, encryption, bombs. Left out when it is written anew: metadata, actions on opening, earlier
versions of the file and whatever no page needs, what stands before its beginning and after its end.
"""

from __future__ import annotations

import io
import warnings
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, TypeAlias

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from core.uploads.answers import Cleaned, Kind, Limits, Reason, Unfit, size
from core.uploads.detect import MARKUP, ends_as_a_package, mixed
from core.uploads.images import too_many_pixels
from core.uploads.segments import without_metadata

SAVE_AS: Final = "用原来的软件另存或打印为 PDF 后重新上传。"
SCRIPTS: Final = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute", "/GoTo3DView"}
)
ELSEWHERE: Final = frozenset({"/GoToR", "/GoToE", "/Thread"})
MEDIA: Final = frozenset({"/Movie", "/Sound", "/Rendition"})
HOLDERS: Final = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})
SCRIPT_KEYS: Final = frozenset({"/JS", "/JavaScript", "/XFA"})
FILE_KEYS: Final = frozenset({"/EF", "/EmbeddedFiles", "/Collection", "/RichMediaContent"})
LINKS: Final = ("http", "https", "mailto", "tel")
PACKED: Final = frozenset({"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"})
FLATE: Final = frozenset({"/FlateDecode", "/Fl"})
STRIPPED: Final = frozenset(
    {"/Metadata", "/PieceInfo", "/AA", "/OpenAction", "/Perms", "/Legal", "/DSS", "/SpiderInfo"}
)
NOTE: Final = "已去除文档信息（作者、软件、时间）。"
UNSIGNED: Final = "重新保存后电子签名失效，已去除，印章图样保留；需要核验签名的，另行提供原件。"
CHUNK: Final = 2**20

Holder: TypeAlias = Dictionary | Stream


def cleaned(data: bytes, limits: Limits) -> Cleaned:
    """The document written anew. Raises ``Unfit``."""
    _refuse_mixed(data)
    pikepdf.settings.set_qpdf_limits(flate_max_memory=limits.unpacked_stream, max_stream_filters=4)
    try:
        with warnings.catch_warnings(), pikepdf.open(io.BytesIO(data)) as document:
            warnings.simplefilter("ignore")  # about what other programs may make of the document
            return Cleaned(*_rewritten(document, limits))
    except pikepdf.PasswordError:
        raise _encrypted() from None
    except (
        pikepdf.PdfError,
        pikepdf.DataDecodingError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:
        raise Unfit(Reason.DAMAGED, f"PDF 不完整或已损坏，不能检查，没有保存。{SAVE_AS}") from error


def _rewritten(document: Pdf, limits: Limits) -> tuple[bytes, tuple[str, ...]]:
    if document.is_encrypted:
        raise _encrypted()
    pages = len(document.pages)
    if not 0 < pages <= limits.pages:
        raise Unfit(
            Reason.TOO_LARGE if pages else Reason.DAMAGED,
            f"PDF 有 {pages} 页，应为 1 至 {limits.pages} 页，没有保存。分成几个文件后重新上传。",
        )
    examination = _Examination(document, limits)
    examination.all_objects()
    examination.leave_out()
    written = io.BytesIO()
    document.save(
        written,
        compress_streams=True,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        fix_metadata_version=False,
        deterministic_id=True,
    )
    if ends_as_a_package(written.getvalue()):
        raise mixed(Kind.PDF.zh, "压缩包")
    return written.getvalue(), (NOTE, UNSIGNED) if examination.signed else (NOTE,)


def _refuse_mixed(data: bytes) -> None:
    """Refuse what is at the same time something else to a program that looks elsewhere."""
    if ends_as_a_package(data):
        raise mixed(Kind.PDF.zh, "压缩包")
    tail = data[data.rfind(b"%%EOF") + 5 :] if b"%%EOF" in data else b""
    if MARKUP.search(data[:1024]) or MARKUP.search(tail):
        raise mixed(Kind.PDF.zh, "网页或脚本")
    if tail.lstrip(b"\0\t\n\f\r ").startswith((b"MZ", b"\x7fELF", b"Rar!", b"PK\x03\x04", b"7z\xbc\xaf")):
        raise mixed(Kind.PDF.zh, "程序或压缩包")


class _Examination:
    """A look at every object of a document, and what is to be left out of it."""

    def __init__(self, document: Pdf, limits: Limits) -> None:
        self._document = document
        self._limits = limits
        self._unpacked = 0
        self._surplus: list[tuple[Holder, str]] = []
        self.signed = False

    def all_objects(self) -> None:
        """Raise ``Unfit`` for the first thing that is refused."""
        number = 0
        for each in (self._document.trailer, *self._document.objects):
            for holder in _holders(each):
                number += 1
                if number > self._limits.objects:
                    raise Unfit(
                        Reason.BOMB,
                        f"PDF 的对象超过 {self._limits.objects} 个，不能检查，没有保存。{SAVE_AS}",
                    )
                self._holder(holder, frozenset(holder.keys()))

    def leave_out(self) -> None:
        """Take out what is not kept, once all was looked at."""
        for holder, name in self._surplus:
            del holder[name]
        form = self._document.Root.get("/AcroForm")
        if self.signed and isinstance(form, Dictionary) and "/SigFlags" in form:
            del form["/SigFlags"]
        for name in ("/Info", "/ID"):
            if name in self._document.trailer:
                del self._document.trailer[name]

    def _holder(self, holder: Holder, keys: frozenset[str]) -> None:
        if keys & SCRIPT_KEYS:
            raise _acts()
        if "/S" in keys:
            self._refuse_action(holder, _name(holder, "/S"))
        if (
            keys & FILE_KEYS
            or ("/Subtype" in keys and _name(holder, "/Subtype") in HOLDERS)
            or ("/Type" in keys and _name(holder, "/Type") == "/EmbeddedFile")
        ):
            raise Unfit(
                Reason.EMBEDDED,
                "PDF 中附有其他文件或音视频，没有保存。取出后逐个上传，附件以外的部分另存为 PDF。",
            )
        if isinstance(holder, Stream):
            self._stream(holder, keys)
        self._surplus += [(holder, name) for name in keys & STRIPPED]
        if "/V" in keys:
            value = holder.get("/V")
            if isinstance(value, Dictionary) and "/ByteRange" in value:
                self._surplus.append((holder, "/V"))
                self.signed = True

    def _refuse_action(self, holder: Holder, action: str) -> None:
        if action in SCRIPTS:
            raise _acts()
        if action in MEDIA:
            raise Unfit(Reason.EMBEDDED, f"PDF 中有音频或视频，没有保存。{SAVE_AS}")
        if action in ELSEWHERE:
            raise Unfit(Reason.EXTERNAL, f"PDF 中有指向其他文件的链接，没有保存。{SAVE_AS}")
        if action == "/URI":
            scheme, colon, _ = str(holder.get("/URI", "")).strip("\0\t\n\r ").lower().partition(":")
            if (colon and scheme not in LINKS) or scheme.startswith("\\\\"):
                raise Unfit(
                    Reason.EXTERNAL,
                    f"PDF 中有“{scheme[:20]}”开头的链接，不是网址，没有保存。去掉链接后{SAVE_AS}",
                )

    def _stream(self, stream: Stream, keys: frozenset[str]) -> None:
        if "/F" in keys:
            raise Unfit(Reason.EXTERNAL, f"PDF 的内容在另一个文件中，没有保存。{SAVE_AS}")
        if _name(stream, "/Subtype") == "/Image":
            shape = (_number(stream, "/Width"), _number(stream, "/Height"))
            if shape[0] * shape[1] > self._limits.pixels:
                raise too_many_pixels(shape, self._limits)
        filters = _filters(stream)
        if sum(each in PACKED for each in filters) > 1:
            raise Unfit(Reason.BOMB, f"PDF 中有多重压缩的内容，不能检查，没有保存。{SAVE_AS}")
        if filters and filters[0] in FLATE:
            self._unpack(stream.read_raw_bytes())
        elif any(each in FLATE for each in filters):  # in letters and digits first
            self._count(len(_decoded(stream)))
        if filters[-1:] in (["/DCTDecode"], ["/DCT"]):
            _strip_photograph(stream, packed=len(filters) == 2 and filters[0] in FLATE)

    def _unpack(self, packed: bytes) -> None:
        """Count what comes of a stream, a piece at a time, and keep none of it."""
        inflate, left, number = zlib.decompressobj(), packed, 0
        try:
            while left and number <= self._limits.unpacked_stream:
                number += len(inflate.decompress(left, CHUNK))
                left = inflate.unconsumed_tail
        except zlib.error:
            pass  # what a viewer makes of the rest is not more than came of it so far
        self._count(number)

    def _count(self, number: int) -> None:
        self._unpacked += number
        if number > self._limits.unpacked_stream or self._unpacked > self._limits.unpacked_pdf:
            raise _unpacks(self._limits)


def _holders(root: Object) -> Iterator[Holder]:
    """Every dictionary and stream in an object; those that objects of their own hold come with those."""
    stack: list[object] = [root]
    while stack:
        each = stack.pop()
        if isinstance(each, (Dictionary, Stream)):
            yield each
            stack += [value for value in each.values() if not _elsewhere(value)]
        elif isinstance(each, Array):
            stack += [value for value in each if not _elsewhere(value)]


def _elsewhere(value: object) -> bool:
    return isinstance(value, Object) and value.is_indirect


def _name(holder: Holder, key: str) -> str:
    value = holder.get(key)
    return str(value) if isinstance(value, Name) else ""


def _number(holder: Holder, key: str) -> int:
    value: object = holder.get(key)
    return int(value) if isinstance(value, (int, Decimal)) else 0


def _filters(stream: Stream) -> list[str]:
    found = stream.get("/Filter")
    if isinstance(found, Name):
        return [str(found)]
    return [str(each) for each in found] if isinstance(found, Array) else []


def _strip_photograph(stream: Stream, *, packed: bool) -> None:
    """Take the metadata out of a JPEG, in its stream as it is or packed once more."""
    raw = stream.read_raw_bytes()
    try:
        sent = zlib.decompress(raw) if packed else raw
    except zlib.error:
        return
    kept = without_metadata(sent)
    if kept != sent:
        filters, how = stream.get("/Filter"), stream.get("/DecodeParms")
        stream.write(zlib.compress(kept) if packed else kept)
        stream.Filter = filters
        if how is not None:
            stream.DecodeParms = how


def _decoded(stream: Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:
        return b""


def _acts() -> Unfit:
    return Unfit(Reason.ACTIVE, f"PDF 中有脚本、启动程序的动作或动态表单，没有保存。{SAVE_AS}")


def _unpacks(limits: Limits) -> Unfit:
    return Unfit(
        Reason.BOMB,
        f"PDF 中的内容解压后超过 {size(limits.unpacked_stream)}（全部 {size(limits.unpacked_pdf)}），"
        "没有保存。降低图片分辨率后重新上传。",
    )


def _encrypted() -> Unfit:
    return Unfit(Reason.ENCRYPTED, "PDF 已加密或限制了权限，不能检查，没有保存。取消加密和限制后重新上传。")
