"""What is sealed is opened in the web layer by forms alone: a page that is opened cannot record the read."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from core.paths import ROOT, TEMPLATES


def revealing(folder: Path) -> Iterator[tuple[str, str]]:
    """Module and function of every place that calls ``reveal()``."""
    for path in sorted(folder.rglob("*.py")):
        for each in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(each, ast.FunctionDef) and any(map(is_reveal, ast.walk(each))):
                yield path.stem, each.name


def is_reveal(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "reveal"


def test_only_forms_show_what_is_sealed(site: Flask) -> None:
    found = set(revealing(ROOT / "core" / "web"))
    assert found == {("people", "reveal_phone")}
    verbs = {
        verb
        for rule in site.url_map.iter_rules()
        if (module_of(site, rule.endpoint), site.view_functions[rule.endpoint].__name__) in found
        for verb in rule.methods or ()
    }
    assert verbs == {"POST", "OPTIONS"}


def module_of(site: Flask, endpoint: str) -> str:
    module = inspect.getmodule(site.view_functions[endpoint])
    assert module is not None
    return module.__name__.rpartition(".")[2]


def test_no_template_opens_anything() -> None:
    assert [path.name for path in TEMPLATES.rglob("*.html") if "reveal()" in path.read_text("utf-8")] == []
