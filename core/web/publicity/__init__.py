"""方案公示: what the enterprise does with its notice, and the page that staff see without an account."""

from core.web.publicity import acting, staff
from core.web.publicity.shared import publicity

__all__ = ["acting", "publicity", "staff"]
