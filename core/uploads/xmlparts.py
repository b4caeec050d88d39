"""The XML of a document's parts: what it says that matters here, read without building it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from core.uploads.answers import Reason, Unfit
from core.uploads.package import DAMAGED, NEXT

DEEPEST: Final = 500
FORMULAS: Final = frozenset({"f", "formula", "formula1", "formula2", "definedName"})
NOTED: Final = frozenset({"Relationship", "Override", "Default", "script", "foreignObject"})


@dataclass(slots=True)
class Xml:
    """Elements of the names above with their attributes, instructions of Word's fields, formulas of Excel."""

    elements: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)

    def named(self, name: str) -> list[Mapping[str, str]]:
        return [attributes for each, attributes in self.elements if each == name]


def read(content: bytes) -> Xml:
    """Read a part. Raises ``Unfit`` for what is no XML, or declares a document type."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise DAMAGED from None
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.found = Xml()
        self._path: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition("}")[2]
        self._path.append(local)
        if len(self._path) > DEEPEST:
            raise DAMAGED
        if local in NOTED:
            self.found.elements.append((local, attributes))
        elif local in FORMULAS:
            self.found.formulas.append("")
        elif local == "fldChar":  # begins a field, its result, or what follows it
            self.found.fields.append("")
        elif local == "fldSimple":
            self.found.fields += [value for key, value in attributes.items() if key.endswith("instr")]

    def end(self, _: str) -> None:
        self._path.pop()

    def text(self, data: str) -> None:
        if self._path[-1] == "instrText":
            so_far = self.found.fields.pop() if self.found.fields else ""
            self.found.fields.append(so_far + data)
        elif self._path[-1] in FORMULAS:
            self.found.formulas[-1] += data

    def refuse_doctype(self, *_: object) -> None:
        raise Unfit(
            Reason.DOCTYPE,
            f"文档中有文档类型声明（DTD），可能读取其他文件或耗尽内存，没有保存。{NEXT}",
        )
