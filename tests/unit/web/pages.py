"""Reads a page as strictly as a browser forgives: every tag closed in order, everything tests ask about."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


@dataclass(frozen=True)
class Element:
    tag: str
    attributes: dict[str, str]


@dataclass
class Page(HTMLParser):
    """``elements`` in document order, ``text`` per tag name, ``faults`` of nesting and attributes."""

    elements: list[Element] = field(default_factory=list)
    text: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.faults += [f"<{tag}> repeats {name}" for name in set(names) if names.count(name) > 1]
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
            self.text.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            self.text[tag][-1] += data

    def all(self, tag: str) -> list[Element]:
        return [each for each in self.elements if each.tag == tag]

    def focused(self) -> list[str]:
        """The names of the fields that have the focus when the page is there."""
        return [each.attributes["name"] for each in self.elements if "autofocus" in each.attributes]

    def values(self, attribute: str) -> list[str]:
        return [each.attributes[attribute] for each in self.elements if attribute in each.attributes]


def read_page(markup: str) -> Page:
    page = Page()
    page.feed(markup)
    page.close()
    page.faults += [f"<{tag}> is never closed" for tag in page.open]
    return page


def faults_of(markup: str) -> list[str]:
    """What is wrong with a page whatever it shows: nesting, ids, references, headings, inline code."""
    page = read_page(markup)
    ids = page.values("id")
    wanted = [name for attribute in REFERENCES for value in page.values(attribute) for name in value.split()]
    wanted += [link[1:] for link in page.values("href") if link.startswith("#")]
    levels = [int(each.tag[1]) for each in page.elements if each.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}]
    return [
        *page.faults,
        *(f"id {name} twice" for name in sorted(set(ids)) if ids.count(name) > 1),
        *(f"nothing has the id {name}" for name in sorted(set(wanted) - set(ids))),
        *(f"h{a} then h{b}" for a, b in pairwise(levels) if b > a + 1),
        *([f"{levels.count(1)} times h1"] if levels.count(1) != 1 else []),
        *(f"inline {name}" for each in page.elements for name in each.attributes if inline(name)),
        *(["several have autofocus"] if len(page.values("autofocus")) > 1 else []),
        *("inline style" for _ in page.all("style")),
        *("inline script" for words in page.text.get("script", ()) if words.strip()),
        *(f"script without address: {each}" for each in page.all("script") if "src" not in each.attributes),
    ]


REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "popovertarget")


def inline(attribute: str) -> bool:
    """Whether an attribute is one that the content security policy refuses."""
    return attribute == "style" or attribute.startswith("on")
