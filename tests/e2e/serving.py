"""The site on a free port of this machine, for browser tests and pictures."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server


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
    """Sign in to the demo with what its list fills in."""
    page.goto(f"/demo/sign-in/{login_name}")
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda address: "sign-in" not in address)
