"""What a browser without scripts sends of a form on a page, as it was shown."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    """The successful controls of the form with an id."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self._id = form_id
        self._inside = False
        self._area: str | None = None
        self._select: str | None = None
        self._chosen: str | None = None
        self.fields: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        marks = dict(attributes)
        name = marks.get("name")
        if tag == "form":
            self._inside = marks.get("id") == self._id
        if not self._inside or marks.get("form", self._id) != self._id:
            return
        if tag == "input" and name and (marks.get("type") not in ("checkbox", "radio") or "checked" in marks):
            self.fields.append((name, marks.get("value") or ""))
        elif tag == "textarea" and name:
            self._area = ""
            self.fields.append((name, ""))
        elif tag == "select" and name:
            self._select, self._chosen = name, None
        elif tag == "option" and self._select and ("selected" in marks or self._chosen is None):
            self._chosen = marks.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area is not None:
            self.fields[-1] = self.fields[-1][0], self._area.removeprefix("\n").replace("\n", "\r\n")
            self._area = None
        elif tag == "select" and self._select:
            self.fields.append((self._select, self._chosen or ""))
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area += data


def sent(page: str, form_id: str) -> list[tuple[str, str]]:
    """Names and values, in the order of the page."""
    form = _Form(form_id)
    form.feed(page)
    form.close()
    return form.fields
