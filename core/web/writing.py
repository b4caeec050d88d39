"""How compiled templates write a value: escaped, and without delay when there is nothing to escape.

A list writes a thousand values, half of them markup already. ``markupsafe.escape`` makes a copy of each.
"""

from __future__ import annotations

from typing import Any

from flask.templating import Environment
from jinja2.compiler import CodeGenerator
from markupsafe import Markup, escape


def written(value: object) -> str:
    """What ``escape`` gives, as text to be joined: markup, letters and digits are left as they are."""
    kind = type(value)
    if kind is Markup or (kind is str and value.isalnum()):  # type: ignore[attr-defined]
        return value  # type: ignore[return-value]
    return str(value) if kind is int else escape(value)


class _Writer(CodeGenerator):
    """Jinja's own, but for the call that escapes a value."""

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.written(")
            self.write(finalize.src or "")
        else:
            super()._output_child_pre(node, frame, finalize)


class Templates(Environment):
    """Flask's environment, whose templates write values with ``written``."""

    code_generator_class = _Writer
    written = staticmethod(written)
