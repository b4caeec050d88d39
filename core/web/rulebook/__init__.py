"""模板与规则 for the authorities: every clause with what this year's plans met of it, and 规则影响试算."""

from core.web.rulebook import impact, showing
from core.web.rulebook.shared import rulebook

__all__ = ["impact", "rulebook", "showing"]
