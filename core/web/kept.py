"""Pages that say the same until the application starts anew: rendered once per way of showing them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, current_app, make_response, request

from core.web import display, session

P = ParamSpec("P")


def kept(view: Callable[P, str]) -> Callable[P, Response]:
    """Keep what ``view`` answers to an address without a query; a reader who has it is told so (304).

    For views that read nothing but the edition, which does not change while the process lives. An address
    that a view answers with an error is not kept, so there are no more pages than the edition has. Whoever is
    signed in gets a page of their own: its frame says who they are.
    """

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        if request.query_string or session.current() is not None:
            return make_response(view(*args, **kwargs))
        pages: dict[tuple[str, ...], str] = current_app.extensions.setdefault("kept", {})
        key = (request.script_root, request.path, display.chosen_language(), str(display.large_type()))
        if key not in pages:
            pages[key] = view(*args, **kwargs)
        response = make_response(pages[key])
        response.add_etag()
        response.make_conditional(request)
        return response

    return answer
