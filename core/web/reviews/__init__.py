"""方案审核的页面: the queue, one version with its checklist, decisions, experts, what a city asks."""

from core.web.reviews import deciding, experts, listing, marking, requirements, showing
from core.web.reviews.shared import reviews

__all__ = ["deciding", "experts", "listing", "marking", "requirements", "reviews", "showing"]
