"""The site on a free port of this machine, for browser tests and pictures."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import make_server

from core.app import create_app
from core.config import load


@contextmanager
def served() -> Iterator[str]:
    """The address of a running site; it ends with the context."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line per request
    server = make_server("127.0.0.1", 0, create_app(load({"SHOUXI_ENV": "test"})), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
