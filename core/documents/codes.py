"""The code of an address, to be scanned from paper."""

from __future__ import annotations

from io import BytesIO

import segno


def svg(address: str) -> str:
    """The code as a drawing."""
    return str(segno.make(address, error="m", micro=False).svg_inline(border=2, light="#fff"))


def png(address: str) -> bytes:
    """The code as a picture."""
    file = BytesIO()
    segno.make(address, error="m", micro=False).save(file, kind="png", scale=8, border=2)
    return file.getvalue()
