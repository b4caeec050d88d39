"""A paper as the templates take it: plain data, with every table worked out cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, time
from typing import Any, Final

from core.documents.paper import Block, Item, Paper, Proof, Signed, Table, Text, dated_words, ems, plain
from core.documents.tabled import tabled

UNBROKEN: Final = re.compile("[!-~]{8,}")
"""Numbers and addresses that no line breaks: a justified line above one that moves down is torn."""
LINE: Final = 28
"""Chinese characters on a line of the text."""
ROOM: Final = 4
"""Characters between the day beneath a signature and the edge of the text (GB/T 9704)."""
TITLE_SIZES: Final = ((22, 19), (18, 24))
"""Of the title: 二号 and 小二号 in points, and how many Chinese characters fit on a line of it
beside the gaps around numbers."""


def moment(paper: Paper) -> datetime:
    """When its properties say that it was made: at the beginning of its own day, never of today."""
    return datetime.combine(paper.dated, time(), UTC)


def laid(paper: Paper) -> dict[str, Any]:
    """What a template is given of ``paper``."""
    lines = plain(paper.title).split("\n")
    size, most = _title_size(lines)
    return {
        "title": "\n".join(each for line in lines for each in _balanced(line, most)),
        "title_size": size,
        "name": paper.one_line,
        "subtitle": plain(paper.subtitle),
        "issuer": plain(paper.issuer),
        "draft": paper.draft,
        "year": paper.dated.year,
        "month": paper.dated.month,
        "day": paper.dated.day,
        "blocks": list(_blocks(paper)),
    }


def _blocks(paper: Paper) -> Iterator[dict[str, Any]]:
    """The blocks; ``kept`` ones stand on the page of what follows, so that nobody signs an empty page."""
    blocks = list(paper.numbered())
    for each, following in zip(blocks, (*blocks[1:], None), strict=True):
        boxed = isinstance(each, Signed) and isinstance(following, Table)
        yield {**_block(each), "kept": boxed or isinstance(following, Signed | Proof)}


def _title_size(lines: list[str]) -> tuple[int, int]:
    """The largest size in which every line of a title fits, else the smallest."""
    widest = max(map(ems, lines))
    return next((each for each in TITLE_SIZES if widest <= each[1]), TITLE_SIZES[-1])


def _balanced(line: str, most: int) -> list[str]:
    """A line that is too long for its size in parts of one length: no character stands alone below."""
    parts = -(-ems(line) // most) or 1
    length = -(-len(line) // parts) or 1
    return [line[place : place + length] for place in range(0, len(line), length)] or [""]


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Table):
        return tabled(block)
    if isinstance(block, Item):
        block = Text(block.words)
    said = {
        name: value
        if isinstance(value, bool | int)
        else dated_words(value)
        if name == "day"
        else _plain(value)
        for name, value in ((each.name, getattr(block, each.name)) for each in fields(block))
    }
    if isinstance(block, Text):
        said["justified"] = not UNBROKEN.search(block.words)
    if isinstance(block, Signed):
        said["width"] = min(max(ems(dated_words(block.day)) + 2 * ROOM, *map(ems, block.by)), LINE)
    return {"kind": block.__class__.__name__.lower(), **said}


def _plain(value: str | tuple[str, ...]) -> str | list[str]:
    return plain(value) if isinstance(value, str) else list(map(plain, value))
