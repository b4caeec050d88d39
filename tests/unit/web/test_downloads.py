"""Files are given back to be saved: under their name, as their kind, and never as a page."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from core.uploads import Kind
from core.web import headers
from core.web.downloads import attachment, disposition

DATA = b"<script>alert(1)</script>" * 10_000


@pytest.fixture
def file() -> io.BytesIO:
    return io.BytesIO(DATA)


@pytest.fixture
def answer(file: io.BytesIO) -> TestResponse:
    """As it comes from an application whose pages have their own headers."""
    app = Flask(__name__)
    headers.install(app)
    app.add_url_rule("/", view_func=lambda: attachment(file, name="证书.pdf", kind=Kind.PDF))
    return app.test_client().get("/", buffered=True)


def test_file_comes_whole_and_is_closed(answer: TestResponse, file: io.BytesIO) -> None:
    assert answer.data == DATA
    assert answer.content_length == len(DATA)
    answer.close()
    assert file.closed


def test_nothing_in_it_is_shown_guessed_or_kept(answer: TestResponse) -> None:
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("kind", Kind)
def test_type_is_that_of_the_kind(kind: Kind) -> None:
    with Flask(__name__).test_request_context():
        assert attachment(io.BytesIO(), name=f"a.{kind}", kind=kind).mimetype == kind.media_type


@pytest.mark.parametrize(
    "name",
    [
        "证书.pdf",
        "a.pdf",
        "résumé (1) 100%.pdf",
        '".pdf; filename=evil.exe',
        "a'b*c,d;e=f.pdf",
        "a\r\nSet-Cookie: b=1.pdf",
        "\\..\\evil.pdf",
        "𬭸😀.pdf",
    ],
)
def test_name_comes_back_as_it_is_and_says_nothing_else(name: str) -> None:
    header = disposition(name, Kind.PDF)
    assert header.isascii()
    assert header.isprintable()
    assert parse_options_header(header) == ("attachment", {"filename": name})
    assert header.partition("filename*")[0] == 'attachment; filename="file.pdf"; '
