"""Files of the demo: a page that says what it stands for, kept as an upload is kept.

They are made here, so that nobody needs to examine them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.audit import Action, Subject, record
from core.config import Settings
from core.demo.year import Reference
from core.domain.roles import Actor
from core.persistence.queries import attachment as attachments
from core.persistence.queries import directory
from core.persistence.queries import guidance as guidance_table
from core.persistence.queries.guidance import FILE
from core.services import cycles
from core.services.nominations.kept import SUBJECT
from core.uploads import Kind, LocalStore, Store

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


def attach(
    session: Session, *, actor: Actor, nomination_id: int, label: str, purpose: str, title: str, store: Store
) -> None:
    """上传 a file of the actor's own nomination for ``purpose``; ``label`` is what the record calls that."""
    name, digest = _kept(
        session,
        actor=actor,
        subject_type=SUBJECT,
        subject_id=nomination_id,
        purpose=purpose,
        lines=(title, label, NOTE),
        store=store,
    )
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=Action.FILE_ADD,
        subject=Subject(SUBJECT, nomination_id, label),
        changes={"name": (None, name), "purpose": (None, purpose), "digest": (None, digest)},
    )


def publish(session: Session, *, actor: Actor, reference: Reference, store: Store) -> None:
    """发布 a reference file for the latest cycle, unless one of that title stands."""
    opened, unit = cycles.latest(session), directory.tenant(session, actor.tenant_id)
    if opened is None or unit is None:
        raise LookupError(reference.title)
    standing = guidance_table.files(
        session, opened.id, city_code=unit.city_code, everywhere=False, before=None, limit=100
    )
    if reference.title in {each.title for each in standing}:
        return
    file_id = guidance_table.add_file(
        session,
        tenant_id=actor.tenant_id,
        cycle_id=opened.id,
        title=reference.title,
        published_by_unit=unit.name,
        city_code=unit.city_code,
        published_by=actor.person_id,
    )
    name, digest = _kept(
        session,
        actor=actor,
        subject_type=FILE,
        subject_id=file_id,
        purpose="reference",
        lines=(reference.title, *reference.lines, NOTE),
        store=store,
    )
    record(
        session,
        tenant_id=actor.tenant_id,
        actor=actor,
        action=Action.GUIDANCE_PUBLISH,
        subject=Subject(FILE, file_id, reference.title),
        changes={"cycle": (None, opened.label), "name": (None, name), "digest": (None, digest)},
    )


def _kept(
    session: Session,
    *,
    actor: Actor,
    subject_type: str,
    subject_id: int,
    purpose: str,
    lines: tuple[str, ...],
    store: Store,
) -> tuple[str, str]:
    """Keep a page at a thing; its name and its digest in hexadecimal."""
    name, data = f"{lines[0]}.{Kind.PDF}", page(*lines)
    digest = store.put(actor.tenant_id, data)
    attachments.add(
        session,
        tenant_id=actor.tenant_id,
        subject_type=subject_type,
        subject_id=subject_id,
        purpose=purpose,
        digest=bytes.fromhex(digest),
        name=name,
        media_type=Kind.PDF.media_type,
        size=len(data),
        uploaded_by=actor.person_id,
    )
    return name, digest
