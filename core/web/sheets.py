"""Lists as Excel workbooks. What people typed is text in its cell, whatever it begins with.

A list with personal fields is no page to fetch: who sends it out records the reading first
(``core.audit.record_read``), in an act.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain, islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, TypeAlias, cast
from unicodedata import east_asian_width
from urllib.parse import quote

from flask import Response, send_file
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.domain.values import BEIJING
from core.web.texts import gettext as _

Value: TypeAlias = str | int | datetime | date | None

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AS_TEXT, AS_DAY, AS_MOMENT = "@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
NOT_XML: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LINE_END: Final = re.compile("\r\n?")
IN_MEMORY: Final = 2**20
"""Bytes of a workbook beyond which it is put together on the disk."""
MEASURED: Final = 100
"""Rows whose texts say how wide a column is."""
NARROWEST, WIDEST = 8, 60


def answer(name: str, headings: Sequence[str], rows: Iterable[Sequence[Value]], *, now: datetime) -> Response:
    """The workbook ``name`` with the day of ``now``, to be saved: a row of headings, then ``rows``.

    The rows are taken one by one and none is kept.
    """
    file = cast("IO[bytes]", SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - the server closes what it has sent
    write(file, name, headings, rows, now=now)
    file.seek(0)
    response = send_file(file, mimetype=XLSX)
    full = f"{name}{now.astimezone(BEIJING):%Y%m%d}.xlsx"
    disposition = f"attachment; filename=\"list.xlsx\"; filename*=UTF-8''{quote(full, safe='')}"
    response.headers["Content-Disposition"] = disposition
    return response


def write(
    file: IO[bytes], name: str, headings: Sequence[str], rows: Iterable[Sequence[Value]], *, now: datetime
) -> None:
    """Write the workbook to ``file``; its one sheet is called ``name``."""
    book = Workbook(write_only=True)
    book.properties.creator = _("首席技师评聘平台")
    book.properties.created = book.properties.modified = _plain(now)
    sheet: Any = book.create_sheet(name)  # its stub knows neither widths nor filters
    remaining = iter(rows)
    first = list(islice(remaining, MEASURED))
    for column, width in enumerate(_widths([headings, *first]), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_heading(sheet, each) for each in headings])
    written = 1
    for row in chain(first, remaining):
        sheet.append([_cell(sheet, value) for value in row])
        written += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{written}"
    book.save(file)


def _heading(sheet: Any, words: str) -> Any:
    cell = _cell(sheet, words)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Value) -> Any:
    """A text is a text: openpyxl would make a formula of ``=1+1`` and an error of ``#N/A``, and Excel a
    formula of either when somebody edits the cell, if its format did not say text.
    """
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=_clean(value))
        cell.data_type, cell.number_format = "s", AS_TEXT
        return cell
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, value=_plain(value))
        cell.number_format = AS_MOMENT
        return cell
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value=datetime.combine(value, time()))
        cell.number_format = AS_DAY
        return cell
    return WriteOnlyCell(sheet, value=value)


def _clean(text: str) -> str:
    """``text`` without what no XML can hold, with one kind of line end."""
    return NOT_XML.sub("", LINE_END.sub("\n", text))


def _plain(at: datetime) -> datetime:
    """北京时间 as Excel has moments, without a zone."""
    return at.astimezone(BEIJING).replace(tzinfo=None, microsecond=0)


def _widths(rows: Sequence[Sequence[Value]]) -> Iterator[int]:
    """How wide each column is, in characters: a 汉字 is as wide as two letters."""
    for column in zip(*rows, strict=True):
        widest = max(_width(value) for value in column)
        yield min(max(widest + 2, NARROWEST), WIDEST)


def _width(value: Value) -> int:
    if isinstance(value, datetime | date):
        return len(AS_MOMENT)
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in str(value if value is not None else ""))
