"""Files of the demo: a page that says what it stands for, kept as an upload is kept.

They are made here, so that nobody needs to examine them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.config import Settings
from core.demo.year import Reference
from core.domain.roles import Actor
from core.persistence.queries import directory
from core.services import cycles, reference_files
from core.services.reference_files import Wanted
from core.uploads import Accepted, Kind, LocalStore, Store
from core.uploads.answers import sha256

NOTE: Final = "演示材料，内容为虚构。"
FONT: Final = "/Type /Font /BaseFont /STSong-Light"
MEASURES: Final = (
    "/Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93"
)
OBJECTS: Final = (
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>",
    "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    "<< /Length {length} >>\nstream\n{content}\nendstream",
    f"<< {FONT} /Subtype /Type0 /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R] >>",
    f"<< {FONT} /Subtype /CIDFontType0 /FontDescriptor 7 0 R /CIDSystemInfo 8 0 R >>",
    f"<< /Type /FontDescriptor /FontName /STSong-Light {MEASURES} >>",
    "<< /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>",
)
"""A page in a font that readers of PDF have for Chinese (Adobe-GB1)."""


def store_of(settings: Settings) -> Store:
    """Where uploads of this instance are."""
    return LocalStore(settings.var / "files")


def page(*lines: str) -> bytes:
    """A PDF of one page with these lines, the first as its title; the same bytes each time."""
    shown = ["BT", "/F1 18 Tf", "60 760 Td", "30 TL"]
    for number, line in enumerate(lines):
        shown += ["/F1 12 Tf"] * (number == 1) + [f"<{line.encode('utf-16-be').hex()}> Tj", "T*"]
    content = "\n".join([*shown, "ET"])
    written, places = b"%PDF-1.7\n", []
    for number, text in enumerate(OBJECTS, 1):
        places.append(len(written))
        filled = text.replace("{length}", str(len(content))).replace("{content}", content)
        written += f"{number} 0 obj\n{filled}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    return written + end.encode("ascii")


def paper(title: str, *lines: str) -> Accepted:
    """A page of these lines as examining it would give it, named by its title."""
    data = page(title, *lines, NOTE)
    digest = sha256(data)
    return Accepted(name=f"{title}.{Kind.PDF}", kind=Kind.PDF, data=data, digest=digest, received=digest)


def publish(session: Session, *, actor: Actor, reference: Reference, store: Store) -> None:
    """发布 a reference file for the latest cycle, unless one of that title stands."""
    opened, unit = cycles.latest(session), directory.tenant(session, actor.tenant_id)
    if opened is None or unit is None:
        raise LookupError(reference.title)
    standing, _more = reference_files.page(session, opened.id, Wanted(city_code=unit.city_code), limit=100)
    if reference.title not in {each.title for each in standing}:
        sent = paper(reference.title, *reference.lines)
        reference_files.publish(session, actor=actor, title=reference.title, sent=sent, store=store)
