"""The site on a free port of this machine, for browser tests and pictures."""

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Final

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

FILLED_IN: Final = re.compile(r'name="(csrf_token|login_name|password|code)"[^>]* value="([^"]*)"')
"""Fields of the form of a member of the demo, each with what it holds."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of a running site; it ends with the context."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line per request
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign_in(page: Page, login_name: str) -> None:
    """Sign in to the demo with what its list fills in, and open the page that follows.

    The form is sent as it came, without being shown: that people can use it is the matter of other tests.
    """
    form = page.request.get(f"/demo/sign-in/{login_name}").text()
    typed: dict[str, str | float | bool] = {name: unescape(value) for name, value in FILLED_IN.findall(form)}
    answer = page.request.post("/demo/sign-in", form=typed, fail_on_status_code=True)
    assert "sign-in" not in answer.url, answer.url
    page.goto(answer.url)
