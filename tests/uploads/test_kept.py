"""What is kept of a harmless file: all that it shows, and nothing that tells of people, places or devices."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageChops, ImageStat

from core.uploads import Accepted, Kind
from core.uploads.examine import examine
from tests.uploads import harmless
from tests.uploads.corpus import HARMLESS
from tests.uploads.harmless import SIGNS_OF_PEOPLE

PLAIN_NOTES = 1
"""Every kind has one note, of what is always left out."""


def kept(name: str, data: bytes) -> Accepted:
    answer = examine(name, data)
    assert isinstance(answer, Accepted), answer
    return answer


def opened(data: bytes) -> Image.Image:
    made = Image.open(io.BytesIO(data))
    made.load()
    return made


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart on the whole, in 255ths."""
    apart = ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB")))
    return max(apart.mean)


def everything(data: bytes) -> Iterator[bytes]:
    """A file, and whatever is packed in it."""
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            yield from (package.read(each) for each in package.namelist())
    if data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as document:
            for each in (document.trailer, *document.objects):
                yield each.unparse()
                if isinstance(each, pikepdf.Stream):
                    yield each.read_raw_bytes()
                    yield b"" if "/DCTDecode" in str(each.get("/Filter")) else each.read_bytes()


@pytest.mark.parametrize("kind", HARMLESS)
def test_nothing_tells_of_people(kind: Kind) -> None:
    if kind is not Kind.XLSX:
        sent = b"".join(everything(HARMLESS[kind]()))
        assert any(sign in sent for sign in SIGNS_OF_PEOPLE)  # there was something to find
    left = b"".join(everything(kept(f"a.{kind}", HARMLESS[kind]()).data))
    assert [sign for sign in SIGNS_OF_PEOPLE if sign in left] == []
    assert b"Exif" not in left
    assert b"xmp" not in left.lower()


@pytest.mark.parametrize("kind", HARMLESS)
def test_same_file_is_kept_as_the_same(kind: Kind) -> None:
    first, again = (kept(f"a.{kind}", HARMLESS[kind]()) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_was_kept_would_be_kept_again(kind: Kind) -> None:
    once = kept(f"a.{kind}", HARMLESS[kind]())
    again = kept(f"a.{kind}", once.data)
    if kind not in (Kind.JPEG, Kind.PDF):  # a JPEG is coded anew, a PDF names the same in another order
        assert again.digest == once.digest


# pictures


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_of_any_kind_keeps_every_pixel(mode: str) -> None:
    sent = harmless.picture("L" if mode == "I;16" else "RGB").convert(mode)
    answer = opened(kept("a.png", harmless.png(sent)).data)
    assert answer.size == sent.size
    assert answer.convert("RGBA").tobytes() == sent.convert("RGBA").tobytes()


def test_colour_that_stands_for_nothing_stays_see_through() -> None:
    sent = harmless.picture("P")
    seen = opened(kept("a.png", harmless.png(sent, transparency=0)).data)
    assert seen.mode == "RGBA"
    assert seen.getchannel("A").getextrema() == (0, 255)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpeg_of_any_kind_looks_the_same(mode: str) -> None:
    sent = harmless.jpeg(harmless.picture(mode))
    answer = opened(kept("a.jpg", sent).data)
    assert answer.mode == ("L" if mode == "L" else "RGB")
    assert difference(answer, opened(sent)) < 3


def test_picture_has_nothing_but_itself() -> None:
    sent = opened(harmless.photograph())
    assert {"exif", "xmp", "comment", "icc_profile"} <= set(sent.info)
    answer = opened(kept("a.jpg", harmless.photograph()).data)
    assert dict(answer.getexif()) == {}
    assert set(answer.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert opened(kept("a.png", harmless.screenshot()).data).info == {}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_picture_is_kept_with_the_right_side_up(orientation: int) -> None:
    """What the metadata said of it is done, for it is no longer said."""
    turned = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    wanted = opened(harmless.jpeg())
    if orientation > 1:
        wanted = wanted.transpose(turned[orientation])
    answer = opened(kept("a.jpg", harmless.photograph(orientation)).data)
    assert answer.size == wanted.size
    assert difference(answer, wanted) < 3


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_of_another_profile_are_converted(mode: str) -> None:
    """Here one of a device whose red is our green, and the other way round."""
    strange = harmless.profile().replace(b"s\0R\0G\0B", b"c\0R\0G\0B")
    for this, that in ((b"rXYZ", b"...."), (b"gXYZ", b"rXYZ"), (b"....", b"gXYZ")):
        strange = strange.replace(this, that)
    red, green, *rest = harmless.picture(mode).split()
    answer = opened(kept("a.png", harmless.png(harmless.picture(mode), icc_profile=strange)).data)
    assert answer.mode == mode
    assert difference(answer, Image.merge(mode, (green, red, *rest))) < 2


def test_unusable_profile_is_left_out() -> None:
    sent = harmless.picture()
    answer = opened(kept("a.png", harmless.png(sent, icc_profile=b"\0" * 200)).data)
    assert answer.tobytes() == sent.tobytes()


def test_picture_with_a_film_behind_it_is_kept_without() -> None:
    """As telephones take them; who sent it is told."""
    film = b"\0\0\0\x18ftypmp42" + bytes(2_000)
    answer = kept("a.jpg", harmless.jpeg() + film)
    assert b"ftyp" not in answer.data
    assert answer.notes[PLAIN_NOTES:] == ("图片结尾之后另有 2 KB，没有保留。",)


def test_first_of_several_pictures_is_kept() -> None:
    both = io.BytesIO()
    harmless.picture().save(
        both, "MPO", save_all=True, append_images=[harmless.picture().rotate(180)], quality=95
    )
    answer = kept("a.jpg", both.getvalue())
    assert difference(opened(answer.data), opened(harmless.jpeg())) < 3
    assert answer.notes[PLAIN_NOTES:] == ("文件中有 2 幅图片，只保留第一幅。",)


# documents


def shown(document: Pdf) -> Image.Image:
    """The picture on the first page."""
    found = document.pages[0].Resources.XObject.Im0
    assert isinstance(found, pikepdf.Stream)
    return pikepdf.PdfImage(found).as_pil_image()


def test_pdf_shows_what_it_showed() -> None:
    data = harmless.pdf(pages=3)
    with pikepdf.open(io.BytesIO(data)) as sent, pikepdf.open(io.BytesIO(kept("a.pdf", data).data)) as answer:
        assert len(answer.pages) == 3
        assert answer.pages[0].Contents.read_bytes() == sent.pages[0].Contents.read_bytes()
        assert answer.pages[0].Annots[0].A.URI == "https://rst.example.cn/"
        pictures = [shown(each) for each in (sent, answer)]
        assert pictures[0].tobytes() == pictures[1].tobytes()
        assert "/Metadata" not in answer.Root
        assert "/Info" not in answer.trailer


@pytest.mark.parametrize("packed", [False, True], ids=["as it is", "packed once more"])
def test_photograph_in_a_pdf_loses_its_metadata_and_nothing_else(packed: bool) -> None:
    def photographed(document: Pdf) -> None:
        stream = document.pages[0].Resources.XObject.Im0
        stream.write(zlib.compress(harmless.photograph()) if packed else harmless.photograph())
        stream.Filter = Array([Name.FlateDecode, Name.DCTDecode]) if packed else Name.DCTDecode

    with pikepdf.open(io.BytesIO(kept("a.pdf", harmless.pdf(photographed)).data)) as answer:
        stream = answer.pages[0].Resources.XObject.Im0
        raw = zlib.decompress(stream.read_raw_bytes()) if packed else stream.read_raw_bytes()
        assert stream.Filter == (Array([Name.FlateDecode, Name.DCTDecode]) if packed else Name.DCTDecode)
    assert not any(sign in raw for sign in (*SIGNS_OF_PEOPLE, b"Exif"))
    assert opened(raw).tobytes() == opened(harmless.photograph()).tobytes()
    assert opened(raw).info["icc_profile"] == harmless.profile()


def test_pdf_opens_without_doing_anything() -> None:
    def turning(document: Pdf) -> None:
        document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])
        document.pages[0].AA = Dictionary(O=Dictionary(S=Name.Named, N=Name.Print))

    with pikepdf.open(io.BytesIO(kept("a.pdf", harmless.pdf(turning)).data)) as answer:
        assert "/OpenAction" not in answer.Root
        assert "/AA" not in answer.pages[0]


def test_signed_pdf_loses_its_signature_and_says_so() -> None:
    def signed(document: Pdf) -> None:
        value = Dictionary(
            Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), ByteRange=[0, 1, 2, 3], Contents=String("a")
        )
        seal = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String("印章"),
            Rect=[0, 0, 9, 9],
            V=document.make_indirect(value),
            AP=Dictionary(N=document.make_stream(b"q Q")),
        )
        document.pages[0].Annots.append(document.make_indirect(seal))
        document.Root.AcroForm = Dictionary(Fields=[document.pages[0].Annots[-1]], SigFlags=3)

    answer = kept("a.pdf", harmless.pdf(signed))
    assert answer.notes[PLAIN_NOTES:] == (
        "重新保存后电子签名失效，已去除，印章图样保留；需要核验签名的，另行提供原件。",
    )
    with pikepdf.open(io.BytesIO(answer.data)) as document:
        seal = document.Root.AcroForm.Fields[0]
        assert "/V" not in seal
        assert seal.AP.N.read_bytes() == b"q Q"
        assert "/SigFlags" not in document.Root.AcroForm


def test_earlier_versions_of_a_pdf_are_not_kept() -> None:
    """What somebody blacked out is still in the version before."""
    first = harmless.pdf(
        lambda document: document.Root.__setitem__("/Secret", document.make_stream(b"320102"))
    )
    at = first.rindex(b"startxref") + len(b"startxref")
    with pikepdf.open(io.BytesIO(first)) as document:
        root, size, pages = document.Root.objgen[0], int(document.trailer.Size), document.Root.Pages.objgen[0]
    second = f"{root} 0 obj\n<< /Type /Catalog /Pages {pages} 0 R >>\nendobj\n".encode()
    table = (
        f"xref\n{root} 1\n{len(first):010} 00000 n \ntrailer\n<< /Size {size} /Root {root} 0 R "
        f"/Prev {int(first[at:].split()[0])} >>\nstartxref\n{len(first) + len(second)}\n%%EOF\n"
    )
    both = first + second + table.encode()
    assert b"320102" in b"".join(everything(both))
    assert b"320102" not in b"".join(everything(kept("a.pdf", both).data))


@pytest.mark.parametrize(
    ("kind", "part"), [(Kind.DOCX, "word/document.xml"), (Kind.XLSX, "xl/worksheets/sheet1.xml")]
)
def test_document_has_all_its_parts(kind: Kind, part: str) -> None:
    sent, answer = (
        zipfile.ZipFile(io.BytesIO(data))
        for data in (HARMLESS[kind](), kept(f"a.{kind}", HARMLESS[kind]()).data)
    )
    assert answer.namelist() == sent.namelist()
    assert answer.read(part) == sent.read(part)
    assert answer.testzip() is None
    assert {each.date_time for each in answer.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_pictures_in_a_document_keep_every_pixel() -> None:
    answer = zipfile.ZipFile(io.BytesIO(kept("a.docx", harmless.docx()).data))
    for path, sent in (
        ("word/media/image1.jpeg", harmless.photograph()),
        ("word/media/image2.png", harmless.screenshot()),
    ):
        assert opened(answer.read(path)).tobytes() == opened(sent).tobytes()


def test_digests_are_of_what_came_and_of_what_is_kept() -> None:
    sent = harmless.screenshot()
    answer = kept("a.png", sent)
    assert answer.received == hashlib.sha256(sent).hexdigest()
    assert answer.digest == hashlib.sha256(answer.data).hexdigest()
    assert answer.size == len(answer.data)
