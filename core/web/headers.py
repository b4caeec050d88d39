"""What every answer tells the browser, and what no request may do: write from another site's page."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data:",  # Bootstrap draws check marks and arrows as data: images
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask) -> None:
    """Send the headers with every answer of ``app`` and refuse writes that another site started."""
    app.before_request(_refuse_foreign_write)
    app.after_request(_harden)


def _refuse_foreign_write() -> None:
    """Answer 403 to a form posted from another site's page.

    Browsers say where a request comes from (Sec-Fetch-Site, older ones Origin); a page cannot forge either. A
    client that sends neither is no browser and carries nobody's cookies.
    """
    if request.method not in _READING and not _from_our_pages():
        abort(403)


def _from_our_pages() -> bool:
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _harden(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if response.mimetype == "text/html":
        response.vary.add("Cookie")
        # an answer to a form holds what somebody typed: no cache keeps it
        kept = "private, no-cache" if request.method in _READING else "no-store"
        response.headers.setdefault("Cache-Control", kept)
    return response
