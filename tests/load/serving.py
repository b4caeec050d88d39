"""An application behind the server that the product ships with, in a process of its own."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from multiprocessing import get_context
from typing import TypeAlias
from urllib.parse import urlencode

import psutil
from flask import Flask
from waitress.server import create_server
from werkzeug.urls import iri_to_uri

from tests.load.ratios import Run

Send: TypeAlias = Callable[[Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class Served:
    """A running server and one connection to it, which is kept open."""

    connection: HTTPConnection
    process: psutil.Process

    def opening(self, address: str, cookies: str = "") -> Run:
        """Opening a page over the connection, and reading all of it; anything but 200 is a fault."""

        target = iri_to_uri(address)

        def run() -> None:
            self.connection.request("GET", target, headers={"Cookie": cookies})
            self._read(address)

        return run

    def sending(self, address: str, cookies: str) -> Send:
        """Sending a form over the connection, and reading all of the page that comes back."""
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}

        def send(form: Mapping[str, str]) -> None:
            self.connection.request("POST", address, urlencode(form), headers)
            self._read(address)

        return send

    def _read(self, address: str) -> None:
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status}")


@contextmanager
def served(app: Flask, before: Callable[[], None]) -> Iterator[Served]:
    """``app`` on a free port. ``before`` runs in the new process: its database connections are its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    process = get_context("fork").Process(target=_serve, args=(app, listening, before), daemon=True)
    process.start()
    port: int = listening.getsockname()[1]
    listening.close()
    try:
        with closing(HTTPConnection("127.0.0.1", port)) as connection:
            assert process.pid is not None
            yield Served(connection, psutil.Process(process.pid))
    finally:
        process.kill()
        process.join()


def _serve(app: Flask, listening: socket.socket, before: Callable[[], None]) -> None:
    before()
    create_server(app, sockets=[listening], ident=None).run()
