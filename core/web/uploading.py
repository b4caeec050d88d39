"""Files that people send: examined on arrival, kept in the folder of this instance, given back.

A request may be larger than others where a view takes a file (``access.takes_file``); a form that comes back
has what was typed, but no browser lets a page choose the file again: whoever sent it is told.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, current_app, request

from core.services.attachments import Held
from core.uploads import LIMITS, Answer, Inspector, Kind, LocalStore, Store
from core.web import downloads

STORE: Final = "store of files"
FOLDER: Final = "files"
"""Below the folder of the instance."""
FIELD: Final = "file"
REQUEST_BYTES: Final = 3 * LIMITS.file_bytes
"""The largest request with a file: one that is too large is still answered in the form it came from."""
ACCEPT: Final = ",".join(f".{extension}" for kind in Kind for extension in kind.extensions)
"""What a browser offers to choose."""


def install(app: Flask, var: Path) -> None:
    """Keep files of ``app`` below ``var``; nothing is made there before the first one."""
    app.extensions[STORE] = LocalStore(var / FOLDER)


@cache
def _inspector() -> Inspector:
    """One for the process; its child is started by the first file."""
    return Inspector()


def store() -> Store:
    found: Store = current_app.extensions[STORE]
    return found


def sent() -> Answer | None:
    """What came of examining the file of this form; None when none was chosen.

    It is asked for before the first statement: no transaction waits for an examination.
    """
    upload = request.files.get(FIELD)
    if upload is None or not upload.filename:
        return None
    return _inspector().examine(upload.filename, upload.stream.read(LIMITS.file_bytes + 1))


def given_back(file: Held) -> Response:
    """The answer that saves a file. Raises ``NotStored`` or ``Damaged`` when its bytes are not as kept."""
    return downloads.attachment(store().open(file.tenant_id, file.digest), name=file.name, kind=file.kind)
